-- SPDX-License-Identifier: Apache-2.0
-- Credentials in JARs that an owner knows and keeps.

-- finding_list :many
SELECT fingerprint, reason, created_by::text AS created_by,
    rfc3339(created_at) AS created_at
FROM finding_acknowledgement
WHERE tenant_id = app_tenant() AND application_id = $1::uuid
ORDER BY created_at, fingerprint LIMIT 200;

-- finding_known :one
-- Their fingerprints, with blanks between.
SELECT coalesce(string_agg(fingerprint, ' '), '') AS known
FROM finding_acknowledgement
WHERE tenant_id = app_tenant() AND application_id = $1::uuid;

-- finding_count :one
SELECT count(*) AS n FROM finding_acknowledgement
WHERE tenant_id = app_tenant() AND application_id = $1::uuid;

-- finding_insert :one
INSERT INTO finding_acknowledgement (tenant_id, application_id, fingerprint,
    reason, created_by)
VALUES (app_tenant(), $1::uuid, $2::text, $3::text, app_actor())
RETURNING fingerprint, reason, created_by::text AS created_by,
    rfc3339(created_at) AS created_at;

-- finding_delete :exec
DELETE FROM finding_acknowledgement WHERE tenant_id = app_tenant()
AND application_id = $1::uuid AND fingerprint = $2::text;
