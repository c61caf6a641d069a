-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must(has_table_privilege('cameleer_gate',
	'cameleer.operation', 'SELECT'), 'an operator sees failed work'),
    pg_temp.must(NOT has_table_privilege('cameleer_gate',
	'cameleer.operation', 'INSERT, UPDATE, DELETE'),
	'and changes it pinned to its tenant only');
ROLLBACK;
