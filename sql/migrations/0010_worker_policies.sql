-- SPDX-License-Identifier: Apache-2.0
-- The worker claims work of all tenants, so it sees and updates all of it; it
-- never had a reason to add some to a tenant that it is not pinned to. Locks
-- table operation for a moment.

DROP POLICY worker_claims ON cameleer.operation;
CREATE POLICY worker_sees ON cameleer.operation FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY worker_claims ON cameleer.operation FOR UPDATE
    TO cameleer_worker USING (true);
