-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_be(pg_temp.policies('cameleer.operation'),
	'tenant_only:*:all worker_claims:w:worker worker_sees:r:worker',
	'what the worker may do without a pin');
SELECT pg_temp.must_policy('operation', 'worker_sees', 'true', '-');
ROLLBACK;
