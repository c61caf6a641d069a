# SPDX-License-Identifier: Apache-2.0
"""hook.py activate SLUG | stale EMAIL - does what no page can do, for a
browser's journey against the tests' platform: activates a tenant in the
worker's place, or makes a person's last proof of identity old."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'http'))

from support_sql import DB, as_worker  # noqa: E402


def activate(slug):
    """Approves a tenant as an operator does, and activates it as the worker
    does at the end of tenant.provision; the higher attempt number fences off
    the real worker."""
    tenant = DB.value('SELECT id FROM tenant WHERE slug = $1', slug)
    DB.run("SELECT tenant_answer(id, gen_random_uuid(), true, NULL, '')"
           " FROM tenant WHERE id = $1 AND state = 'requested'", tenant)
    as_worker(tenant, "UPDATE operation SET state = 'done',"
              ' attempt = attempt + 100, finished_at = now()'
              ' WHERE tenant_id = $1', tenant)
    as_worker(tenant, "UPDATE tenant SET state = 'active',"
              ' version = version + 1 WHERE id = $1', tenant)


def stale(email):
    """Makes the last proof old in all sessions of the account."""
    DB.run("UPDATE session SET authenticated_at = now() - interval '1 hour'"
           ' FROM account WHERE account.id = session.account_id'
           ' AND account.email = $1', email)


if __name__ == '__main__':
    {'activate': activate, 'stale': stale}[sys.argv[1]](sys.argv[2])
