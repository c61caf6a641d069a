-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

-- Who asks for a mail neither reads nor forgets what was counted.
SELECT pg_temp.must_table('mail_rule', 'gate=r'),
    pg_temp.must_table('mail_limit', 'gate=arwd worker=rd'),
    pg_temp.must_function('mail_room(text,text,text)', 'gate', true,
	'auth=X tenants=X'),
    pg_temp.must((SELECT count(*) = 8 AND bool_and(per_day <= 30)
	FROM mail_rule), 'each mail has an end a day');
ROLLBACK;
