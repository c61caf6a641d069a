-- SPDX-License-Identifier: Apache-2.0
-- Certificates of deletion.  Run as cameleer_gate, which sees all of them.

-- certificate_list :many
SELECT tenant_id::text AS tenant, serial, token AS certificate,
    rfc3339(created_at) AS created_at FROM deletion_certificate
WHERE $1::uuid IS NULL OR tenant_id = $1::uuid
ORDER BY serial LIMIT 10000;
