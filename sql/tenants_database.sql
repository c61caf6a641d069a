-- SPDX-License-Identifier: Apache-2.0
-- The database in which each tenant's server has its own schema and role.  Run
-- in it once by a superuser, after roles.sql; may run again.

DO $$
BEGIN
	EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC',
	    current_database());
	EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I '
	    'TO cameleer_provisioner WITH GRANT OPTION', current_database());
	-- cameleerctl doctor looks whether all this is there
	EXECUTE format('GRANT CONNECT ON DATABASE %I TO cameleer_ctl',
	    current_database());
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
