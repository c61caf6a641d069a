-- SPDX-License-Identifier: Apache-2.0
-- The audit trail: who did what to which object, from where, and the result.
-- No role may change a row, and a trigger refuses even the owner.  The trail is
-- tamper-evident (threat T24): each tenant has a chain of hashes, sealed
-- shortly after rows were committed, and signed checkpoints.  A person can be
-- erased from it (T25): personal values in a row are encrypted under a key of
-- that person, and a commitment to each value stays.  Locks nothing.

CREATE TABLE cameleer.audit_event (
	-- The nil UUID: the platform, or an unknown tenant.
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
	result		text NOT NULL CHECK (result IN
			    ('done', 'refused', 'failed')),
	-- Why it was refused or failed: the public code.
	code		text,
	facts		jsonb,
	request_id	text,
	service		text NOT NULL,
	-- Personal values by name: {"client_ip": {"k": key, "c": commitment,
	-- "b": box}}. A writer passes plain values; a trigger encrypts them.
	person		jsonb,
	PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_event_subject ON cameleer.audit_event
    (tenant_id, subject_type, subject_id, id);

-- The key of a person: of an account, or of an address without an account.
-- Without the key nobody can open its boxes.
CREATE TABLE cameleer.subject_key (
	id		uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	-- The nil UUID: an unknown person.
	account_id	uuid UNIQUE,
	-- SHA-256 of the address, as hex.
	address		text UNIQUE,
	key		bytea NOT NULL CHECK (octet_length(key) = 32),
	created_at	timestamptz NOT NULL DEFAULT now(),
	CHECK ((account_id IS NULL) <> (address IS NULL))
);

-- Erased persons; erased again after a restore from a backup.
CREATE TABLE cameleer.erasure (
	account_id	uuid PRIMARY KEY,
	at		timestamptz NOT NULL DEFAULT now()
);

-- Rows that are not in a chain yet.
CREATE TABLE cameleer.audit_unsealed (
	tenant_id	uuid NOT NULL,
	event_id	uuid NOT NULL,
	PRIMARY KEY (tenant_id, event_id)
);

-- hash is over the hash before, seq and every column of the event.
CREATE TABLE cameleer.audit_link (
	tenant_id	uuid NOT NULL,
	seq		bigint NOT NULL CHECK (seq > 0),
	event_id	uuid NOT NULL,
	hash		text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
	PRIMARY KEY (tenant_id, seq),
	UNIQUE (tenant_id, event_id)
);

-- The end of each chain, and how far it is signed.
CREATE TABLE cameleer.audit_head (
	tenant_id	uuid PRIMARY KEY,
	seq		bigint NOT NULL DEFAULT 0,
	hash		text NOT NULL DEFAULT repeat('0', 64),
	signed_seq	bigint NOT NULL DEFAULT 0,
	signed_at	timestamptz
);

-- token contains seq and hash in a signed form.
CREATE TABLE cameleer.audit_checkpoint (
	tenant_id	uuid NOT NULL,
	seq		bigint NOT NULL,
	hash		text NOT NULL,
	at		timestamptz NOT NULL DEFAULT now(),
	token		text NOT NULL,
	PRIMARY KEY (tenant_id, seq)
);

-- Anonymous refusals within one minute from one network: the first ones are
-- rows of the trail, the others are counted here until the worker writes one
-- row.
CREATE TABLE cameleer.audit_flood (
	minute		timestamptz NOT NULL,
	network		inet NOT NULL,
	action		text NOT NULL,
	code		text NOT NULL,
	n		bigint NOT NULL,
	PRIMARY KEY (minute, network, action, code)
);

ALTER TABLE cameleer.audit_event
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.audit_unsealed
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.audit_link
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.audit_head
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.audit_checkpoint
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_read ON cameleer.audit_event FOR SELECT
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY audit_append ON cameleer.audit_event FOR INSERT
    WITH CHECK (tenant_id = coalesce(cameleer.app_tenant(),
	'00000000-0000-0000-0000-000000000000'));
-- The worker seals the chains of all tenants and of the platform.
CREATE POLICY worker_seals ON cameleer.audit_event FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY tenant_only ON cameleer.audit_unsealed
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY worker_seals ON cameleer.audit_unsealed
    TO cameleer_worker USING (true);
CREATE POLICY tenant_only ON cameleer.audit_link
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY worker_seals ON cameleer.audit_link
    TO cameleer_worker USING (true);
CREATE POLICY tenant_only ON cameleer.audit_head
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY worker_seals ON cameleer.audit_head
    TO cameleer_worker USING (true);
CREATE POLICY tenant_only ON cameleer.audit_checkpoint
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY worker_seals ON cameleer.audit_checkpoint
    TO cameleer_worker USING (true);

GRANT INSERT ON cameleer.audit_event TO cameleer_auth, cameleer_apps,
    cameleer_billing, cameleer_license, cameleer_sso;
GRANT SELECT, INSERT ON cameleer.audit_event TO cameleer_tenants,
    cameleer_worker;
GRANT SELECT ON cameleer.audit_event, cameleer.erasure TO cameleer_gate;
GRANT INSERT ON cameleer.audit_event TO cameleer_gate;
GRANT SELECT, INSERT ON cameleer.subject_key TO cameleer_gate;
GRANT SELECT, DELETE ON cameleer.audit_unsealed, cameleer.audit_flood
    TO cameleer_worker;
GRANT INSERT ON cameleer.audit_unsealed TO cameleer_gate;
GRANT SELECT ON cameleer.audit_link, cameleer.audit_head,
    cameleer.audit_checkpoint TO cameleer_tenants, cameleer_gate;
GRANT SELECT, INSERT ON cameleer.audit_link, cameleer.audit_checkpoint
    TO cameleer_worker;
GRANT SELECT, INSERT, UPDATE ON cameleer.audit_head TO cameleer_worker;
GRANT SELECT, INSERT, UPDATE (n) ON cameleer.audit_flood TO cameleer_auth,
    cameleer_tenants, cameleer_apps, cameleer_billing, cameleer_license,
    cameleer_sso;

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
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON cameleer.audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION cameleer.audit_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON cameleer.audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION cameleer.audit_is_append_only();
REVOKE EXECUTE ON FUNCTION cameleer.audit_is_append_only() FROM PUBLIC;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- The key of an account or of an address, made if it does not exist; NULLs for
-- an erased person.
CREATE FUNCTION cameleer.audit_key(p_account uuid, p_address text)
    RETURNS cameleer.subject_key
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_key	subject_key;
	v_address text := CASE WHEN p_account IS NULL THEN
	    encode(sha256(convert_to(lower(p_address), 'UTF8')), 'hex') END;
BEGIN
	SELECT * INTO v_key FROM subject_key
	WHERE account_id = p_account OR address = v_address;
	IF FOUND OR EXISTS (SELECT FROM erasure
	    WHERE account_id = p_account) THEN
		RETURN v_key;
	END IF;
	INSERT INTO subject_key (account_id, address, key)
	VALUES (p_account, v_address, cameleer_crypto.gen_random_bytes(32))
	ON CONFLICT DO NOTHING;
	SELECT * INTO v_key FROM subject_key
	WHERE account_id = p_account OR address = v_address;
	RETURN v_key;
END
$$;

-- A value becomes {k: key, c: commitment, b: box}.  The commitment is to 16
-- random bytes and the value, so that without the key nobody can find a value
-- by guessing. A client address belongs to the actor.  Any other value belongs
-- to the account that the row is about, else to the actor; but an email address
-- in a row about something else has a key of its own.  One function, because
-- each row of the trail pays for it.
CREATE FUNCTION cameleer.audit_hide() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_about	uuid;
	v_owner	uuid;
	v_key	subject_key;
	v_boxes	jsonb := '{}';
	v_name	text;
	v_value	text;
	v_random bytea;
	v_plain	bytea;
BEGIN
	-- Row security is checked after this: a foreign tenant's row fails
	-- there.
	INSERT INTO audit_unsealed VALUES (NEW.tenant_id, NEW.id)
	ON CONFLICT DO NOTHING;
	IF NEW.person IS NULL THEN
		RETURN NEW;
	END IF;
	IF NEW.subject_type IN ('account', 'member') AND NEW.subject_id ~
	    '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
		v_about := NEW.subject_id::uuid;
	END IF;
	FOR v_name, v_value IN SELECT key, value
	    FROM jsonb_each_text(NEW.person) LOOP
		CONTINUE WHEN v_value IS NULL;
		v_owner := CASE WHEN v_name = 'client_ip'
		    THEN coalesce(NEW.actor_id, v_about)
		    WHEN v_about IS NULL AND v_name = 'email' THEN NULL
		    ELSE coalesce(v_about, NEW.actor_id) END;
		IF v_owner IS NULL AND v_name <> 'email' THEN
			v_owner := '00000000-0000-0000-0000-000000000000';
		END IF;
		SELECT * INTO v_key FROM subject_key
		WHERE account_id = v_owner;
		IF NOT FOUND THEN
			v_key := audit_key(v_owner, v_value);
			CONTINUE WHEN v_key.id IS NULL;
		END IF;
		v_random := cameleer_crypto.gen_random_bytes(32);
		v_plain := substr(v_random, 17) || convert_to(v_value, 'UTF8');
		v_random := substr(v_random, 1, 16);
		v_boxes := v_boxes || jsonb_build_object(v_name,
		    jsonb_build_object('k', v_key.id,
			'c', encode(sha256(v_plain), 'hex'),
			'b', encode(v_random || cameleer_crypto.encrypt_iv(
			    v_plain, v_key.key, v_random,
			    'aes-cbc/pad:pkcs'), 'hex')));
	END LOOP;
	NEW.person := nullif(v_boxes, '{}');
	RETURN NEW;
END
$$;

-- The values whose keys exist: {"client_ip": {"salt": …, "value": …}}.  A box
-- that was tampered with stays closed.
CREATE FUNCTION cameleer.audit_open(p_person jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_name	text;
	v_box	bytea;
	v_plain	bytea;
	v_key	bytea;
	v_open	jsonb := '{}';
	v_value	jsonb;
BEGIN
	FOR v_name, v_value IN SELECT key, value FROM jsonb_each(p_person) LOOP
		BEGIN
			SELECT k.key INTO v_key FROM subject_key k
			WHERE k.id = (v_value->>'k')::uuid;
			CONTINUE WHEN NOT FOUND;
			v_box := decode(v_value->>'b', 'hex');
			v_plain := cameleer_crypto.decrypt_iv(substr(v_box, 17),
			    v_key, substr(v_box, 1, 16), 'aes-cbc/pad:pkcs');
			v_open := v_open || jsonb_build_object(v_name,
			    jsonb_build_object(
				'salt', encode(substr(v_plain, 1, 16), 'hex'),
				'value', convert_from(substr(v_plain, 17),
				    'UTF8')));
		EXCEPTION WHEN data_exception OR external_routine_exception
		    OR external_routine_invocation_exception THEN
			NULL;
		END;
	END LOOP;
	RETURN nullif(v_open, '{}');
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.audit_key(uuid, text),
    cameleer.audit_hide(), cameleer.audit_open(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.audit_hide() TO cameleer_owner;
GRANT EXECUTE ON FUNCTION cameleer.audit_open(jsonb) TO cameleer_auth,
    cameleer_tenants;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;

CREATE TRIGGER hide BEFORE INSERT ON cameleer.audit_event
    FOR EACH ROW EXECUTE FUNCTION cameleer.audit_hide();
