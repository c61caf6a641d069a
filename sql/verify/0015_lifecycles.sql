-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('lifecycle', 'apps=r auth=r gate=r sso=r tenants=r '
	'worker=r');
-- Each table with states has both triggers, and they are enabled.
SELECT pg_temp.must((SELECT count(*) = 2 FROM pg_trigger
	WHERE tgrelid = to_regclass('cameleer.' || name)
	AND tgname IN ('lifecycle_made', 'lifecycle_moved')
	AND tgenabled = 'O'), 'the triggers of ' || name)
FROM unnest(ARRAY['tenant', 'application', 'release', 'deployment',
    'operation', 'operation_step', 'signing_key', 'license',
    'account', 'device_login', 'mail', 'totp', 'place']) name;
-- A CHECK accepts exactly the states that the rows name.
SELECT pg_temp.must_be(
    (SELECT string_agg(word[1], ' ' ORDER BY word[1])
	FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid),
	    '''([a-z]+)''::text', 'g') word
	WHERE c.conrelid = t.tgrelid AND c.conname ~ '_state_check$'),
    (SELECT string_agg(state, ' ' ORDER BY state) FROM (
	SELECT to_state AS state FROM lifecycle l WHERE l.noun = t.noun
	UNION SELECT from_state FROM lifecycle l
	WHERE l.noun = t.noun AND from_state <> '-') all_of_them),
    'states of ' || t.noun)
FROM (SELECT tgrelid, trim('\000' FROM encode(tgargs, 'escape')) AS noun
    FROM pg_trigger WHERE tgname = 'lifecycle_moved') t;
ROLLBACK;
