-- SPDX-License-Identifier: Apache-2.0
-- The schema, the cipher, and what row security is pinned to. Locks nothing.

CREATE SCHEMA cameleer AUTHORIZATION cameleer_owner;
GRANT USAGE ON SCHEMA cameleer TO cameleer_gate, cameleer_auth,
    cameleer_tenants, cameleer_apps, cameleer_billing, cameleer_license,
    cameleer_sso, cameleer_worker;

-- AES and random bytes, out of everybody's sight but the gate's.
CREATE SCHEMA cameleer_crypto;
CREATE EXTENSION pgcrypto SCHEMA cameleer_crypto;
GRANT USAGE ON SCHEMA cameleer_crypto TO cameleer_gate;

-- What was applied. cameleerctl db migrate compares the checksums.
CREATE TABLE cameleer.migration (
	version		integer PRIMARY KEY,
	name		text NOT NULL,
	sha256		text NOT NULL,
	applied_at	timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT ON cameleer.migration TO cameleer_auth, cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_license, cameleer_sso,
    cameleer_worker;

-- The tenant and the account of this transaction; NULL when none is pinned,
-- and then no policy lets a row through.
CREATE FUNCTION cameleer.app_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.tenant', true), '')::uuid;

CREATE FUNCTION cameleer.app_actor() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.actor', true), '')::uuid;

-- Pins both; the nil UUID stands for the platform itself in the audit log.
CREATE FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
	SELECT set_config('app.tenant', coalesce(p_tenant::text, ''), true);
	SELECT set_config('app.actor', coalesce(p_actor::text, ''), true);
    END;

-- A time in UTC as the API says it (RFC 3339): to the second, the millisecond
-- and, for what is hashed, the microsecond. STABLE as to_char() is, so that a
-- query takes them in: IMMUTABLE ones are called, at three times the cost.
CREATE FUNCTION cameleer.rfc3339(p_at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
CREATE FUNCTION cameleer.rfc3339_ms(p_at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
CREATE FUNCTION cameleer.rfc3339_us(p_at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

REVOKE EXECUTE ON FUNCTION cameleer.app_tenant(), cameleer.app_actor(),
    cameleer.pin(uuid, uuid), cameleer.rfc3339(timestamptz),
    cameleer.rfc3339_ms(timestamptz), cameleer.rfc3339_us(timestamptz)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.app_tenant(), cameleer.app_actor(),
    cameleer.rfc3339(timestamptz), cameleer.rfc3339_ms(timestamptz),
    cameleer.rfc3339_us(timestamptz)
    TO cameleer_auth, cameleer_tenants, cameleer_apps, cameleer_billing,
    cameleer_license, cameleer_sso, cameleer_worker, cameleer_gate;
GRANT EXECUTE ON FUNCTION cameleer.pin(uuid, uuid) TO cameleer_auth,
    cameleer_tenants, cameleer_apps, cameleer_billing, cameleer_license,
    cameleer_sso, cameleer_worker;
