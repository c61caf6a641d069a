-- SPDX-License-Identifier: Apache-2.0

-- log_list :many
-- After a cursor the oldest lines first; without a cursor the newest ones.
-- A remark comes first where lines after the cursor were removed since.
WITH log AS (SELECT d.id, d.log_pruned
    FROM deployment d
    JOIN application a ON a.tenant_id = d.tenant_id
	AND a.id = d.application_id
    JOIN environment e ON e.tenant_id = d.tenant_id
	AND e.id = d.environment_id
    WHERE d.tenant_id = app_tenant() AND a.name = $1::text
    AND e.name = $2::text)
SELECT seq, time, stream, level, line FROM (
    SELECT log.log_pruned AS seq, rfc3339(now()) AS time,
	'platform' AS stream, 'warn' AS level, 'Lines were removed here: a log '
	'keeps the last 50000 lines of a deployment.' AS line
    FROM log WHERE log.log_pruned > $3::bigint
    UNION ALL
    (SELECT l.seq, rfc3339(l.at) AS time, l.stream, l.level, l.line
    FROM app_log l JOIN log ON l.deployment_id = log.id
    WHERE l.tenant_id = app_tenant()
    AND ($3::bigint IS NULL OR l.seq > $3::bigint)
    ORDER BY CASE WHEN $3::bigint IS NULL THEN -l.seq ELSE l.seq END
    LIMIT $4::bigint)) newest
ORDER BY seq LIMIT 1000;
