-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must(has_column_privilege('cameleer_worker', 'cameleer.tenant',
	'git_commit', 'UPDATE'), 'the worker notes a commit');
ROLLBACK;
