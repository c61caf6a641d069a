-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('known_device', 'auth=arwd worker=rd'),
    -- Whoever is forgotten leaves no link, count or device behind.
    pg_temp.must((SELECT bool_and(position('DELETE FROM ' || t IN prosrc) > 0)
	FROM pg_proc, unnest('{one_time_token,mail_limit,known_device}'
	    ::text[]) t
	WHERE oid = 'cameleer.account_erase(uuid)'::regprocedure),
	'all of a person is forgotten');
ROLLBACK;
