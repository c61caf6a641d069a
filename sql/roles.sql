-- SPDX-License-Identifier: Apache-2.0
-- Roles of the platform database.  Run once by a superuser, before the first
-- migration; may run again.  Whoever runs it sets the passwords.
--
--   cameleer_owner        owns every table; cannot log in
--   cameleer_gate         owns the few functions that look across tenants
--                         before a tenant is known; cannot log in
--   cameleer_<process>    one for each process, with its own grants only
--   cameleer_ctl          runs migrations, as cameleer_owner
--   cameleer_provisioner  makes schemas and roles in the tenants' database

DO $$
DECLARE
	login text;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles
	    WHERE rolname = 'cameleer_owner') THEN
		CREATE ROLE cameleer_owner NOLOGIN NOINHERIT;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles
	    WHERE rolname = 'cameleer_gate') THEN
		CREATE ROLE cameleer_gate NOLOGIN NOINHERIT BYPASSRLS;
	END IF;
	FOREACH login IN ARRAY ARRAY['auth', 'tenants', 'apps', 'billing',
	    'license', 'sso', 'worker', 'ctl', 'provisioner']
	LOOP
		IF NOT EXISTS (SELECT FROM pg_roles
		    WHERE rolname = 'cameleer_' || login) THEN
			EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT',
			    'cameleer_' || login);
		END IF;
		IF login <> 'provisioner' THEN
			EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I',
			    current_database(), 'cameleer_' || login);
		END IF;
	END LOOP;
	-- The roles of tenants are in the same cluster.
	EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC',
	    current_database());
	EXECUTE format('GRANT CREATE ON DATABASE %I TO cameleer_owner',
	    current_database());
END
$$;

-- PostgreSQL 15: a CREATEROLE role may alter every role but superusers, so this
-- password is as critical as a superuser's: only the worker can read it.
ALTER ROLE cameleer_provisioner CREATEROLE;
GRANT cameleer_owner, cameleer_gate TO cameleer_ctl;
GRANT cameleer_gate TO cameleer_owner;
