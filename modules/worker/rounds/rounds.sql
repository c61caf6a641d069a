-- SPDX-License-Identifier: Apache-2.0
-- Periodic work, requests without a sign-in, and mails.

-- schedule_claim :opt
UPDATE schedule s SET next_at = now() + make_interval(secs => s.every_s)
FROM (SELECT kind FROM schedule WHERE next_at <= now()
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) due
WHERE s.kind = due.kind
RETURNING s.kind;

-- schedule_ran :exec
UPDATE schedule SET ran_at = now(), error = $2::text WHERE kind = $1::text;

-- request_settle :opt
SELECT id::text, purpose, mailed, wait_s, subject::text AS subject, attempts,
    why, given_up
FROM account_request_settle();

-- mail_claim :opt
UPDATE mail m SET attempts = m.attempts + 1,
    next_at = now() + make_interval(secs => $1::integer)
FROM (SELECT id FROM mail WHERE state = 'queued' AND next_at <= now()
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) due
WHERE m.id = due.id
RETURNING m.id::text, m.address, m.template, m.data::text AS data, m.attempts;

-- mail_sent :exec
-- The data contains a link that is valid once, so it is deleted.
UPDATE mail SET state = 'sent', data = '{}', error = NULL
WHERE id = $1::uuid;

-- mail_failed :exec
UPDATE mail SET error = $2::text,
    state = CASE WHEN $3::boolean THEN 'failed' ELSE 'queued' END,
    data = CASE WHEN $3::boolean THEN '{}' ELSE data END,
    next_at = now() + make_interval(secs => $4::integer)
WHERE id = $1::uuid;

-- upload_waiting :one
-- Jobs that still need the file of a release.
SELECT count(*) AS n FROM operation WHERE subject_id = $1::uuid
AND kind = 'release.assemble' AND state IN ('queued', 'running');

-- idempotency_sweep :exec
DELETE FROM idempotency WHERE created_at < now() - interval '24 hours';

-- guess_sweep :exec
DELETE FROM login_guess WHERE tried_at < now() - interval '24 hours';

-- mail_limit_sweep :exec
DELETE FROM mail_limit WHERE sent_at < now() - interval '48 hours';

-- known_device_sweep :exec
DELETE FROM known_device WHERE expires_at < now();

-- challenge_sweep :exec
DELETE FROM sign_in_challenge WHERE expires_at < now() - interval '1 hour';

-- event_sweep :exec
DELETE FROM provisioning_event WHERE at < now() - interval '90 days';

-- operation_gauges :many
SELECT kind, count(*) FILTER (WHERE state = 'queued') AS queued,
    count(*) FILTER (WHERE state = 'running') AS running,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    coalesce(max(extract(epoch FROM now() - created_at))
	FILTER (WHERE state <> 'failed'), 0)::bigint AS oldest_s
FROM operation WHERE state IN ('queued', 'running')
OR (state = 'failed' AND finished_at > now() - interval '1 day')
GROUP BY kind ORDER BY kind LIMIT 32;
