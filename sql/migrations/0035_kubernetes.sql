-- SPDX-License-Identifier: Apache-2.0
-- The last commit for a tenant in the GitOps repository: what Flux must have
-- applied, and what the branch must hold before more is committed.  Locks
-- tenant for a moment.
ALTER TABLE cameleer.tenant ADD git_commit text
    CHECK (git_commit ~ '^[0-9a-f]{40}$');
GRANT UPDATE (git_commit) ON cameleer.tenant TO cameleer_worker;
