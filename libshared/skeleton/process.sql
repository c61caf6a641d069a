-- SPDX-License-Identifier: Apache-2.0

-- signing_keys :many
-- Retired keys are never published; the limit is the size of the key ring.
SELECT kid, purpose, state, jwk::text AS jwk FROM signing_key
WHERE state <> 'retired' ORDER BY created_at LIMIT 32;

-- connection_room :one
-- Connections that are not for superusers, and when this cluster was started,
-- to the microsecond: two databases with the same start are in one cluster.
SELECT current_setting('max_connections')::bigint -
    current_setting('superuser_reserved_connections')::bigint -
    coalesce(nullif(current_setting('reserved_connections', true), ''),
    '0')::bigint AS room, pg_postmaster_start_time()::text AS cluster;
