-- SPDX-License-Identifier: Apache-2.0
-- An operator lists failed work of all tenants by `cameleerctl jobs list`. He
-- looks as cameleer_gate, like all that crosses tenants; a change is made
-- pinned to one. Locks nothing for longer than a moment.

GRANT SELECT ON cameleer.operation TO cameleer_gate;
