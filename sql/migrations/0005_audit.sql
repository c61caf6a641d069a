-- SPDX-License-Identifier: Apache-2.0
-- Who did what to what, from where, and what came of it. Append-only from its
-- first row: no role may change it, and a trigger refuses the owner too.
-- Locks nothing.

CREATE TABLE cameleer.audit_event (
	-- The nil UUID: the platform, or nobody known.
	tenant_id	uuid NOT NULL,
	-- UUIDv7: sorts by time, and is the cursor.
	id		uuid NOT NULL,
	at		timestamptz NOT NULL DEFAULT clock_timestamp(),
	-- NULL: anonymous, or the platform itself.
	actor_id	uuid,
	actor_kind	text NOT NULL CHECK (actor_kind IN
			    ('account', 'anonymous', 'platform')),
	action		text NOT NULL,
	subject_type	text,
	subject_id	text,
	environment	text,
	client_ip	inet,
	result		text NOT NULL CHECK (result IN
			    ('done', 'refused', 'failed')),
	-- Why it was refused or failed: the public code.
	code		text,
	facts		jsonb,
	request_id	text,
	service		text NOT NULL,
	PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_event_subject ON cameleer.audit_event
    (tenant_id, subject_type, subject_id, id);

ALTER TABLE cameleer.audit_event ENABLE ROW LEVEL SECURITY,
    FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_read ON cameleer.audit_event FOR SELECT
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY audit_append ON cameleer.audit_event FOR INSERT
    WITH CHECK (tenant_id = coalesce(cameleer.app_tenant(),
	'00000000-0000-0000-0000-000000000000'));

CREATE FUNCTION cameleer.audit_is_append_only() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'audit_event is append-only'
	    USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON cameleer.audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION cameleer.audit_is_append_only();
REVOKE EXECUTE ON FUNCTION cameleer.audit_is_append_only() FROM PUBLIC;

GRANT INSERT ON cameleer.audit_event TO cameleer_auth, cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_license, cameleer_worker;
GRANT SELECT ON cameleer.audit_event TO cameleer_tenants;
