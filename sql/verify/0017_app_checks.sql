-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('finding_acknowledgement', 'apps=ard',
	'tenant_only:*:all');
SELECT pg_temp.must_policy('finding_acknowledgement', 'tenant_only',
    '(tenant_id = app_tenant())', '-');
SELECT pg_temp.must((SELECT count(*) FROM cameleer.role_preset
    WHERE 'finding.acknowledge' = ANY (permissions)) = 1,
    'one role that acknowledges findings');
SELECT pg_temp.must((SELECT count(*) FROM information_schema.columns
    WHERE table_schema = 'cameleer' AND (table_name, column_name) IN (
	('application', 'health_check'), ('application', 'health_port'),
	('application', 'health_path'), ('deployment', 'serving_release'),
	('deployment', 'last_lines'))) = 5,
    'columns of health checks');
ROLLBACK;
