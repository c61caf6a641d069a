-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_function('plan_values(plan)', 'owner', false,
	'billing=X gate=X'),
    pg_temp.must_function('plan_told(uuid)', 'owner', false,
	'billing=X gate=X'),
    pg_temp.must_function('plan_override_end(uuid,text)', 'gate', true, ''),
    pg_temp.must_function(
	'plan_override_set(uuid,text,jsonb,text,timestamptz)', 'gate', true,
	''),
    pg_temp.must_function('plan_excess(uuid)', 'gate', true, ''),
    pg_temp.must_function('plan_change(uuid,text,uuid,text,text)', 'gate',
	true, ''),
    pg_temp.must_function('platform_plan_change(uuid,text,uuid,text,text)',
	'gate', true, 'auth=X'),
    pg_temp.must_function('platform_plan_told(uuid)', 'gate', true, 'auth=X'),
    pg_temp.must_function(
	'platform_plan_set(uuid,text,jsonb,text,timestamptz)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('platform_plan_end(uuid,text)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('my_features()', 'gate', true, 'auth=X');

-- Each tier's row tells as many values as it has columns and features.
SELECT pg_temp.must((SELECT bool_and((SELECT count(*)
	FROM cameleer.plan_values(p)) = (SELECT count(*) - 1
	FROM pg_attribute WHERE attrelid = 'cameleer.plan'::regclass
	AND attnum > 0 AND NOT attisdropped) + (SELECT count(*)
	FROM jsonb_object_keys(p.features)))
    FROM cameleer.plan p), 'a value for each row of the matrix');
ROLLBACK;
