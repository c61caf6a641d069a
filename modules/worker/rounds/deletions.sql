-- SPDX-License-Identifier: Apache-2.0
-- Tenants that are leaving.

-- tenants_leaving :one
SELECT count(*) AS n FROM tenant WHERE state = 'leaving';

-- deletions_due :many
-- Those whose time is over, and those whose owners are to be told that it is
-- within a day.
SELECT tenant_id::text AS tenant, ends_at <= now() AS over
FROM tenant_deletion
WHERE ends_at <= now() OR (warned_at IS NULL
    AND ends_at <= now() + interval '24 hours')
ORDER BY ends_at LIMIT 100;

-- deletion_over :exec
-- Asked again in the transaction that ends it: it may have been taken back.
WITH gone AS (DELETE FROM tenant_deletion WHERE tenant_id = app_tenant()
    AND ends_at <= now() RETURNING tenant_id)
UPDATE tenant t SET state = 'deleting', version = version + 1 FROM gone
WHERE t.id = gone.tenant_id AND t.state = 'leaving';

-- deletion_warned :exec
UPDATE tenant_deletion SET warned_at = now()
WHERE tenant_id = app_tenant() AND warned_at IS NULL AND ends_at > now();

-- leaving_mail :exec
SELECT leaving_mail($1::text, $2::text);
