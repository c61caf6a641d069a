-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must(NOT has_column_privilege('cameleer_worker',
	'cameleer.operation', name, 'UPDATE'), 'the worker leaves ' || name)
FROM unnest(ARRAY['tenant_id', 'id', 'kind', 'subject_id', 'created_by',
    'created_at']) name;
SELECT pg_temp.must(has_column_privilege('cameleer_worker',
	'cameleer.operation', name, 'UPDATE'), 'the worker sets ' || name)
FROM unnest(ARRAY['state', 'attempt', 'failures', 'run_at', 'lease_until',
    'error_code', 'error', 'finished_at']) name;
ROLLBACK;
