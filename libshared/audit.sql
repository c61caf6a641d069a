-- SPDX-License-Identifier: Apache-2.0

-- audit_insert :exec
-- The tenant is the pinned one; the platform's own rows go under the nil UUID.
INSERT INTO audit_event (tenant_id, id, actor_id, actor_kind, action,
    subject_type, subject_id, environment, client_ip, result, code, facts,
    request_id, service)
VALUES (coalesce(app_tenant(), '00000000-0000-0000-0000-000000000000'),
    $1::uuid, app_actor(), $2::text, $3::text, $4::text, $5::text, $6::text,
    $7::inet, $8::text, $9::text, $10::jsonb, $11::text, $12::text);
