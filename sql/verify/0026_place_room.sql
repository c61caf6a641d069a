-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_function('place_rooms(uuid)', 'gate', true,
	'worker=X'),
    pg_temp.must_function('place_fits(uuid,bigint)', 'gate', true, ''),
    pg_temp.must_function('tenant_place()', 'gate', true, 'owner=X'),
    pg_temp.must_function('place_admit()', 'gate', true, 'owner=X');
SELECT pg_temp.must((SELECT tgenabled = 'O' FROM pg_trigger
	WHERE tgrelid = ('cameleer.' || of)::regclass AND tgname = name),
	'trigger ' || name || ' of ' || of)
FROM (VALUES ('tenant', 'placed_when_made'),
    ('tenant', 'placed_when_approved'), ('deployment', 'fits_when_made'),
    ('deployment', 'fits_when_started'), ('release', 'fits_when_uploaded'))
    t (of, name);
ROLLBACK;
