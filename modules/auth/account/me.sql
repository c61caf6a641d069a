-- SPDX-License-Identifier: Apache-2.0

-- me_permissions :one
-- Effective permissions as JSON: the words of request_begin ($1) that are
-- within the scopes of an API token ($2, or NULL).  A word is "name",
-- "name@dev", "name:app" or "name@dev:app"; null in the answer means no limit.
-- A grant for some applications is left out when there is one without a limit.
WITH word AS (
    SELECT split_part(split_part(w, ':', 1), '@', 1) AS name,
	nullif(split_part(split_part(w, ':', 1), '@', 2), '') AS environment,
	nullif(split_part(w, ':', 2), '') AS application
    FROM unnest(string_to_array(btrim($1::text), ' ')) w WHERE w <> ''
), in_application AS (
    SELECT name, application, CASE WHEN count(environment) = count(*)
	THEN array_agg(DISTINCT environment) END AS environments
    FROM word WHERE $2::text IS NULL
    OR name = ANY (string_to_array(btrim($2::text), ' '))
    GROUP BY name, application
), grants AS (
    SELECT name, environments, CASE WHEN application IS NOT NULL
	THEN array_agg(application ORDER BY application) END AS applications
    FROM in_application i WHERE application IS NULL OR NOT EXISTS (
	SELECT FROM in_application o WHERE o.name = i.name
	AND o.application IS NULL AND o.environments IS NULL)
    GROUP BY name, environments, application IS NOT NULL
)
SELECT coalesce(json_agg(json_build_object('name', name, 'environments',
    environments, 'applications', applications) ORDER BY name,
    applications NULLS FIRST, environments NULLS FIRST), '[]')::text
    AS permissions
FROM grants;

-- me_token :one
SELECT id::text, name, hint, scopes::text AS scopes,
    rfc3339(created_at) AS created_at, rfc3339(expires_at) AS expires_at
FROM api_token WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- me_rename :exec
UPDATE account SET name = $2::text WHERE id = $1::uuid;

-- me_links_void :exec
-- A link that sets a password ends when the password changes.
UPDATE one_time_token SET used_at = now()
WHERE account_id = $1::uuid AND purpose = 'reset' AND used_at IS NULL;

-- email_change_set :exec
INSERT INTO email_change AS c (account_id, email, old_digest, new_digest,
    expires_at)
VALUES ($1::uuid, lower($2::text), $3::text, $4::text,
    now() + make_interval(secs => $5::integer))
ON CONFLICT (account_id) DO UPDATE SET email = excluded.email,
    old_digest = excluded.old_digest, new_digest = excluded.new_digest,
    old_at = NULL, new_at = NULL, expires_at = excluded.expires_at;

-- email_change_follow :opt
-- Each link is valid once.
UPDATE email_change SET
    old_at = CASE WHEN old_digest = $1::text THEN now() ELSE old_at END,
    new_at = CASE WHEN new_digest = $1::text THEN now() ELSE new_at END
WHERE account_id = $2::uuid AND expires_at > now()
AND ((old_digest = $1::text AND old_at IS NULL)
    OR (new_digest = $1::text AND new_at IS NULL))
RETURNING email,
    old_at IS NOT NULL AND new_at IS NOT NULL AS both_said_yes;

-- email_change_done :exec
DELETE FROM email_change WHERE account_id = $1::uuid;

-- account_set_email :exec
UPDATE account SET email = $2::text, verified_at = now()
WHERE id = $1::uuid AND kind <> 'service';
