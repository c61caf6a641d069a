-- SPDX-License-Identifier: Apache-2.0
-- What the stores of tenants hold.  Run in the tenants' database.

-- login_sessions :one
SELECT count(*) AS n FROM pg_catalog.pg_stat_activity
WHERE usename = $1::text;
