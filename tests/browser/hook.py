# SPDX-License-Identifier: Apache-2.0
"""hook.py activate SLUG | stale EMAIL - what no page can do, for a browser's
journey against the tests' platform: in the worker's place a tenant becomes
active, and somebody's last proof of who they are becomes an old one."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'http'))

from support_sql import DB, as_worker  # noqa: E402


def activate(slug):
    """As the worker does at the end of tenant.provision; its own attempt is
    fenced off by the higher number."""
    tenant = DB.value('SELECT id FROM tenant WHERE slug = $1', slug)
    as_worker(tenant, "UPDATE operation SET state = 'done',"
              ' attempt = attempt + 100, finished_at = now()'
              ' WHERE tenant_id = $1', tenant)
    as_worker(tenant, "UPDATE tenant SET state = 'active',"
              ' version = version + 1 WHERE id = $1', tenant)


def stale(email):
    """All sessions of the account."""
    DB.run("UPDATE session SET authenticated_at = now() - interval '1 hour'"
           ' FROM account WHERE account.id = session.account_id'
           ' AND account.email = $1', email)


if __name__ == '__main__':
    {'activate': activate, 'stale': stale}[sys.argv[1]](sys.argv[2])
