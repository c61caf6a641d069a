-- SPDX-License-Identifier: Apache-2.0
-- Licences of tenants, for operators of the platform.

-- platform_license_get :opt
SELECT version, tier, state, rfc3339(valid_until) AS valid_until,
    rfc3339(grace_until) AS grace_until, standing, reason,
    changed_by::text AS changed_by, rfc3339(changed_at) AS changed_at
FROM platform_license($1::uuid);

-- platform_license_decision :one
SELECT platform_license_decision($1::uuid, $2::uuid, $3::text, $4::text,
    $5::text) AS done;
