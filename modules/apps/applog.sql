-- SPDX-License-Identifier: Apache-2.0

-- log_list :many
-- After a cursor the oldest lines first; without a cursor the newest ones. $5:
-- lines of this level and up. A remark comes first where lines after the cursor
-- were removed since, and where the log begins after removed ones.
WITH log AS (SELECT d.id, d.log_pruned, d.log_bound
    FROM deployment d
    JOIN application a ON a.tenant_id = d.tenant_id
	AND a.id = d.application_id
    JOIN environment e ON e.tenant_id = d.tenant_id
	AND e.id = d.environment_id
    WHERE d.tenant_id = app_tenant() AND a.name = $1::text
    AND e.name = $2::text),
level AS (SELECT '{trace,debug,info,warn,error,fatal}'::text[] AS up),
newest AS (SELECT l.seq, rfc3339(l.at) AS time, l.stream, l.level, l.line
    FROM app_log l JOIN log ON l.deployment_id = log.id, level
    WHERE l.tenant_id = app_tenant()
    AND ($3::bigint IS NULL OR l.seq > $3::bigint)
    AND ($5::text IS NULL OR l.stream = 'platform'
	OR array_position(level.up, l.level) >=
	array_position(level.up, $5::text))
    ORDER BY CASE WHEN $3::bigint IS NULL THEN -l.seq ELSE l.seq END
    LIMIT $4::bigint)
SELECT seq, time, stream, level, line FROM (
    SELECT log.log_pruned AS seq, rfc3339(now()) AS time,
	'platform' AS stream, 'warn' AS level, 'Lines were removed here: ' ||
	coalesce(log.log_bound, 'a log has bounds') || '.' AS line
    FROM log WHERE log.log_pruned > coalesce($3::bigint, 0)
    AND ($3::bigint IS NOT NULL
	OR (SELECT count(*) FROM newest) < $4::bigint)
    UNION ALL SELECT seq, time, stream, level, line FROM newest) x
ORDER BY seq LIMIT 1000;
