-- SPDX-License-Identifier: Apache-2.0
-- Bootstrap tokens of tenants' servers, for the gate.

-- doors_due :many
-- Tokens that are not sealed for the present key of the gate; in any order, so
-- that one which cannot be opened keeps no other waiting.
SELECT s.tenant_id::text AS tenant, s.box, s.digest, g.public_key
FROM tenant_secret s CROSS JOIN agent_seal g
LEFT JOIN agent_door d ON d.tenant_id = s.tenant_id
WHERE s.name = 'bootstrap-token'
AND (d.digest, d.public_key) IS DISTINCT FROM (s.digest, g.public_key)
ORDER BY random() LIMIT 20;

-- door_set :exec
INSERT INTO agent_door (tenant_id, digest, public_key, box)
VALUES (app_tenant(), $1::text, $2::text, $3::text)
ON CONFLICT (tenant_id) DO UPDATE SET digest = excluded.digest,
    public_key = excluded.public_key, box = excluded.box;

-- overlaps_ended :many
-- Unless a job takes care of it, or failed just now.
SELECT r.tenant_id::text AS tenant FROM server_rotation r
JOIN tenant t ON t.id = r.tenant_id AND t.state = 'active'
WHERE r.ends_at <= now() AND r.ended_at IS NULL
AND NOT EXISTS (SELECT FROM operation o WHERE o.tenant_id = r.tenant_id
    AND o.kind = 'bootstrap.retire' AND (o.state IN ('queued', 'running')
	OR (o.state = 'failed' AND o.finished_at > now()
	    - interval '1 minute')))
ORDER BY r.ends_at LIMIT 20;
