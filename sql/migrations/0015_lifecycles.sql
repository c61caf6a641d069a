-- SPDX-License-Identifier: Apache-2.0
-- The legal changes of states, and which process may make them: one row for
-- each change, and triggers that refuse all others.  Locks each table with
-- states for a moment.

CREATE TABLE cameleer.lifecycle (
	noun		text NOT NULL,
	-- '-' means that the row does not exist yet.
	from_state	text NOT NULL,
	to_state	text NOT NULL,
	-- Processes: role cameleer_<process>.
	who		text[] NOT NULL,
	PRIMARY KEY (noun, from_state, to_state)
);
INSERT INTO cameleer.lifecycle VALUES
    ('tenant', '-', 'requested', '{tenants}'),
    ('tenant', '-', 'provisioning', '{tenants}'),
    ('tenant', 'requested', 'provisioning', '{auth,ctl}'),
    ('tenant', 'requested', 'deleting', '{tenants,auth,ctl}'),
    ('tenant', 'provisioning', 'active', '{worker}'),
    ('tenant', 'provisioning', 'failed', '{worker}'),
    ('tenant', 'failed', 'active', '{worker}'),
    ('tenant', 'provisioning', 'deleting', '{tenants}'),
    ('tenant', 'active', 'suspended', '{worker}'),
    ('tenant', 'suspended', 'active', '{worker}'),
    ('tenant', 'deleting', 'deleted', '{worker}'),
    ('application', '-', 'active', '{apps}'),
    ('application', 'active', 'deleting', '{apps}'),
    ('release', '-', 'uploaded', '{apps}'),
    ('release', 'uploaded', 'assembling', '{worker}'),
    ('release', 'assembling', 'ready', '{worker}'),
    ('release', 'uploaded', 'failed', '{worker}'),
    ('release', 'assembling', 'failed', '{worker}'),
    ('release', 'failed', 'assembling', '{worker}'),
    ('deployment', '-', 'pending', '{apps,worker}'),
    ('deployment', 'pending', 'starting', '{worker}'),
    ('deployment', 'pending', 'running', '{worker}'),
    ('deployment', 'pending', 'stopped', '{worker}'),
    ('deployment', 'pending', 'failed', '{worker}'),
    ('deployment', 'starting', 'running', '{worker}'),
    ('deployment', 'starting', 'stopped', '{worker}'),
    ('deployment', 'starting', 'failed', '{worker}'),
    ('deployment', 'starting', 'unhealthy', '{worker}'),
    ('deployment', 'running', 'starting', '{worker}'),
    ('deployment', 'running', 'unhealthy', '{worker}'),
    ('deployment', 'running', 'stopped', '{worker}'),
    ('deployment', 'running', 'failed', '{worker}'),
    ('deployment', 'unhealthy', 'starting', '{worker}'),
    ('deployment', 'unhealthy', 'running', '{worker}'),
    ('deployment', 'unhealthy', 'stopped', '{worker}'),
    ('deployment', 'unhealthy', 'failed', '{worker}'),
    ('deployment', 'failed', 'starting', '{worker}'),
    ('deployment', 'failed', 'running', '{worker}'),
    ('deployment', 'failed', 'stopped', '{worker}'),
    ('deployment', 'stopped', 'starting', '{worker}'),
    ('deployment', 'stopped', 'running', '{worker}'),
    ('deployment', 'stopped', 'failed', '{worker}'),
    ('deployment', 'starting', 'pending', '{apps,worker}'),
    ('deployment', 'running', 'pending', '{apps,worker}'),
    ('deployment', 'unhealthy', 'pending', '{apps,worker}'),
    ('deployment', 'failed', 'pending', '{apps,worker}'),
    ('deployment', 'stopped', 'pending', '{apps,worker}'),
    ('operation', '-', 'queued', '{tenants,apps,worker}'),
    ('operation', 'queued', 'running', '{worker}'),
    ('operation', 'running', 'done', '{worker}'),
    ('operation', 'running', 'failed', '{worker}'),
    ('operation', 'failed', 'queued', '{auth,ctl}'),
    ('step', '-', 'pending', '{tenants,apps,worker}'),
    ('step', 'pending', 'running', '{worker}'),
    ('step', 'running', 'done', '{worker}'),
    ('step', 'running', 'failed', '{worker}'),
    ('step', 'failed', 'running', '{worker}'),
    ('step', 'running', 'pending', '{auth,ctl}'),
    ('step', 'failed', 'pending', '{auth,ctl}'),
    ('key', '-', 'pending', '{ctl}'),
    ('key', '-', 'active', '{ctl}'),
    ('key', 'pending', 'active', '{ctl}'),
    ('key', 'active', 'passive', '{ctl}'),
    ('key', 'passive', 'retired', '{ctl}'),
    ('key', 'pending', 'retired', '{ctl}'),
    ('key', 'active', 'retired', '{ctl}'),
    ('license', '-', 'active', '{worker}'),
    ('license', '-', 'suspended', '{worker}'),
    ('account', '-', 'active', '{auth,tenants,sso,ctl}'),
    ('account', 'active', 'disabled', '{auth,ctl}'),
    ('account', 'disabled', 'active', '{auth,ctl}'),
    ('device', '-', 'pending', '{auth}'),
    ('device', 'pending', 'approved', '{auth}'),
    ('device', 'pending', 'denied', '{auth}'),
    ('device', 'approved', 'used', '{auth}'),
    ('mail', '-', 'queued', '{auth,tenants,apps,sso,worker,ctl}'),
    ('mail', 'queued', 'sent', '{worker}'),
    ('mail', 'queued', 'failed', '{worker}'),
    ('totp', '-', 'pending', '{auth}'),
    ('totp', 'pending', 'active', '{auth}');
GRANT SELECT ON cameleer.lifecycle TO cameleer_gate, cameleer_auth,
    cameleer_tenants, cameleer_apps, cameleer_sso, cameleer_worker;

-- The login role counts, not the role as which a function runs.  A superuser,
-- who could disable triggers anyway, may make any change for a repair.
CREATE FUNCTION cameleer.lifecycle_check() RETURNS trigger
    LANGUAGE plpgsql SET search_path = cameleer, pg_temp AS $$
DECLARE
	v_from text := CASE TG_OP WHEN 'INSERT' THEN '-' ELSE OLD.state END;
BEGIN
	IF session_user LIKE 'cameleer\_%' AND NOT EXISTS (SELECT FROM lifecycle
	    WHERE noun = TG_ARGV[0] AND from_state = v_from
	    AND to_state = NEW.state
	    AND substr(session_user, 10) = ANY (who)) THEN
		RAISE EXCEPTION '% does not make a % go from % to %',
		    session_user, TG_ARGV[0], v_from, NEW.state
		    USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION cameleer.lifecycle_check() FROM PUBLIC;

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.tenant
    FOR EACH ROW WHEN (NEW.state <> 'provisioning')
    EXECUTE FUNCTION cameleer.lifecycle_check('tenant');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.tenant
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('tenant');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.application
    FOR EACH ROW WHEN (NEW.state <> 'active')
    EXECUTE FUNCTION cameleer.lifecycle_check('application');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.application
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('application');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.release
    FOR EACH ROW WHEN (NEW.state <> 'uploaded')
    EXECUTE FUNCTION cameleer.lifecycle_check('release');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.release
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('release');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.deployment
    FOR EACH ROW WHEN (NEW.state <> 'pending')
    EXECUTE FUNCTION cameleer.lifecycle_check('deployment');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.deployment
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('deployment');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.operation
    FOR EACH ROW WHEN (NEW.state <> 'queued')
    EXECUTE FUNCTION cameleer.lifecycle_check('operation');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.operation
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('operation');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.operation_step
    FOR EACH ROW WHEN (NEW.state <> 'pending')
    EXECUTE FUNCTION cameleer.lifecycle_check('step');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.operation_step
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('step');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.signing_key
    FOR EACH ROW EXECUTE FUNCTION cameleer.lifecycle_check('key');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.signing_key
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('key');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.license
    FOR EACH ROW EXECUTE FUNCTION cameleer.lifecycle_check('license');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.license
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('license');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.account
    FOR EACH ROW WHEN (NEW.state <> 'active')
    EXECUTE FUNCTION cameleer.lifecycle_check('account');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.account
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('account');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.device_login
    FOR EACH ROW WHEN (NEW.state <> 'pending')
    EXECUTE FUNCTION cameleer.lifecycle_check('device');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.device_login
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('device');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.mail
    FOR EACH ROW WHEN (NEW.state <> 'queued')
    EXECUTE FUNCTION cameleer.lifecycle_check('mail');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.mail
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('mail');

CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.totp
    FOR EACH ROW WHEN (NEW.state <> 'pending')
    EXECUTE FUNCTION cameleer.lifecycle_check('totp');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.totp
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('totp');
