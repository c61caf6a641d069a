-- SPDX-License-Identifier: Apache-2.0
-- How many mails an address gets that somebody else named. Whoever asks for
-- one need not be its owner: each further mail of a purpose waits longer, and
-- a day has an end of them. Locks nothing.

-- Numbers of a purpose. The wait begins with first_s, doubles with each mail
-- and ends at most_s, which is no longer than the link in the mail before is
-- good: who waits has a link that works.
CREATE TABLE cameleer.mail_rule (
	purpose		text PRIMARY KEY,
	first_s		integer NOT NULL CHECK (first_s >= 0),
	most_s		integer NOT NULL CHECK (most_s >= first_s),
	per_day		integer NOT NULL CHECK (per_day > 0)
);
INSERT INTO cameleer.mail_rule (purpose, first_s, most_s, per_day) VALUES
    ('verify', 60, 14400, 10),
    ('reset', 60, 3600, 30),
    ('email_old', 60, 14400, 10),
    ('email_new', 60, 14400, 5),
    -- Counted for one tenant, and for all together.
    ('invitation', 60, 14400, 5),
    ('invitation.all', 0, 0, 20),
    -- A role that was changed, a membership that ended: of one tenant.
    ('membership', 0, 0, 20),
    -- Somebody made, replaced or revoked a token for agents: of one tenant.
    ('agent_token', 0, 0, 20);

CREATE TABLE cameleer.mail_limit (
	-- SHA-256 of the address in lower case: those of strangers are not
	-- kept, and what is here is gone after two days.
	digest		text NOT NULL,
	purpose		text NOT NULL REFERENCES cameleer.mail_rule,
	-- The tenant, where mails are counted for each.
	scope		text NOT NULL,
	-- Counted within the day that began with the first mail.
	began_at	timestamptz NOT NULL DEFAULT now(),
	sent		integer NOT NULL DEFAULT 0,
	sent_at		timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (digest, purpose, scope)
);
CREATE INDEX mail_limit_age ON cameleer.mail_limit (sent_at);

GRANT SELECT ON cameleer.mail_rule TO cameleer_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.mail_limit TO cameleer_gate;
GRANT SELECT, DELETE ON cameleer.mail_limit TO cameleer_worker;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- 0: the mail may go, and is counted with the transaction that queues it.
-- Else the seconds until one may. A purpose without a rule fails.
CREATE FUNCTION cameleer.mail_room(p_address text, p_purpose text,
    p_scope text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_digest text := encode(sha256(convert_to(lower(p_address), 'UTF8')),
	    'hex');
	r	mail_rule;
	m	mail_limit;
	v_next	timestamptz;
BEGIN
	SELECT * INTO STRICT r FROM mail_rule WHERE purpose = p_purpose;
	INSERT INTO mail_limit (digest, purpose, scope)
	VALUES (v_digest, p_purpose, p_scope) ON CONFLICT DO NOTHING;
	SELECT * INTO STRICT m FROM mail_limit WHERE digest = v_digest
	AND purpose = p_purpose AND scope = p_scope FOR UPDATE;
	IF m.began_at <= now() - interval '1 day' OR m.sent = 0 THEN
		m.began_at := now();
		m.sent := 0;
		v_next := now();
	ELSIF m.sent >= r.per_day THEN
		v_next := m.began_at + interval '1 day';
	ELSE
		v_next := m.sent_at + make_interval(secs => least(
		    r.first_s * 2.0 ^ (m.sent - 1), r.most_s));
	END IF;
	IF v_next > now() THEN
		RETURN ceil(extract(epoch FROM v_next - now()));
	END IF;
	UPDATE mail_limit SET began_at = m.began_at, sent = m.sent + 1,
	    sent_at = now()
	WHERE digest = v_digest AND purpose = p_purpose AND scope = p_scope;
	RETURN 0;
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.mail_room(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.mail_room(text, text, text)
    TO cameleer_auth, cameleer_tenants;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
