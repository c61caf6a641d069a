-- SPDX-License-Identifier: Apache-2.0
-- The worker updates jobs of all tenants when it claims them: the columns of
-- its own work, so that no job can be moved into another tenant. Locks table
-- operation for a moment.

REVOKE UPDATE ON cameleer.operation FROM cameleer_worker;
GRANT UPDATE (state, attempt, failures, run_at, lease_until, error_code,
    error, finished_at) ON cameleer.operation TO cameleer_worker;
