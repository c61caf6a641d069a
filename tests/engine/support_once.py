# SPDX-License-Identifier: Apache-2.0
"""Checks "exactly once": a tenant and an application have all their parts once
and nothing else, whatever was killed while they were made."""
from support_stack import (address, containers, database_role, eventually,
                           http_get, inspect, networks_of, number, query, tags,
                           tenants_sql)


def _operations(tenant):
    return {(kind, state): int(n) for kind, state, n in query(
        'SELECT kind, state, count(*) FROM operation WHERE tenant_id = $1'
        ' GROUP BY 1, 2', tenant)}


def settled(tenant, seconds=60):
    """Waits until no operation of the tenant is queued or running."""
    eventually(seconds, lambda: number(
        'SELECT count(*) FROM operation WHERE tenant_id = $1'
        " AND state IN ('queued', 'running')", tenant) == 0,
        'the end of all operations')


def check_audit(test, tenant):
    """Checks that no effect was audited twice and no operation failed."""
    twice = query(
        'SELECT action, subject_id, count(*) FROM audit_event'
        " WHERE tenant_id = $1 AND result = 'done'"
        " AND subject_type = 'operation' GROUP BY 1, 2"
        ' HAVING count(*) > 1', tenant)
    test.assertEqual(twice, [], 'audited as done more than once')
    test.assertEqual(query(
        'SELECT o.kind, o.id FROM operation o WHERE o.tenant_id = $1'
        " AND o.state = 'done' AND NOT EXISTS (SELECT FROM audit_event a"
        " WHERE a.tenant_id = o.tenant_id AND a.result = 'done'"
        ' AND a.subject_id = o.id::text)', tenant), [],
        'done, and not audited')
    test.assertEqual(query(
        'SELECT kind, error FROM operation WHERE tenant_id = $1'
        " AND state = 'failed'", tenant), [])


def check_tenant(test, slug):
    """Checks that the tenant has one of everything that tenant.provision makes;
    returns its id."""
    rows = query('SELECT id, state FROM tenant WHERE slug = $1', slug)
    test.assertEqual([state for _, state in rows], ['active'])
    tenant = rows[0][0]
    settled(tenant)
    for table, n in (('tenant_endpoint', 1), ('license', 1),
                     ('tenant_secret', 2), ('membership', 1),
                     ('environment', 2)):
        test.assertEqual(number('SELECT count(*) FROM %s WHERE'
                                ' tenant_id = $1' % table, tenant), n, table)
    test.assertEqual(number(
        "SELECT count(*) FROM audit_event WHERE tenant_id = $1 AND"
        " action = 'tenant.create' AND result = 'done'", tenant), 1)
    test.assertEqual(_operations(tenant).get(('tenant.provision', 'done')), 1)
    test.assertEqual(tenants_sql(
        "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = '%s')"
        " || ' ' || (SELECT count(*) FROM pg_namespace"
        " WHERE nspname = '%s')" % ((database_role(tenant),) * 2)), '1 1')
    test.assertEqual(networks_of(slug), ['cml-' + slug])
    servers = containers(tenant=slug, role='server')
    test.assertEqual([(c['Names'], c['State']) for c in servers],
                     [(['/cameleer-server-' + slug], 'running')])
    test.assertEqual(query('SELECT upstream FROM tenant_endpoint'
                           ' WHERE tenant_id = $1', tenant)[0][0],
                     address(servers[0]['Id']) + ':8081')
    check_audit(test, tenant)
    return tenant


def _check_container(test, tenant, app, user):
    """Checks that the application has one container, the one that the API and
    the database name."""
    slug, _ = tenant
    found = containers(tenant=slug, app=app)
    test.assertEqual([c['State'] for c in found], ['running'])
    container = found[0]
    test.assertEqual(user.deployment(app)['container'], container['Id'])
    details = inspect(container['Id'])
    test.assertEqual(details['RestartCount'], 0)
    status, _ = http_get(address(container['Id']), 9876, '/observe/health')
    test.assertEqual(status, 200)
    return container


def check_app(test, user, tenant, app, sha):
    """Checks that the application has one release, one image and one running
    container; `tenant` is (slug, id). Returns the digest of the image."""
    slug, identity = tenant
    settled(identity)
    rows = query(
        'SELECT r.number, r.state, r.jar_sha256, r.image_digest, r.id'
        ' FROM release r JOIN application a ON a.tenant_id = r.tenant_id'
        ' AND a.id = r.application_id WHERE a.tenant_id = $1'
        ' AND a.name = $2', identity, app)
    test.assertEqual([row[:3] for row in rows], [('1', 'ready', sha)],
                     'one upload is one release')
    digest, release = rows[0][3:]
    test.assertEqual(tags('%s/%s' % (slug, app)), ['v1-' + sha[:12]])
    test.assertEqual(query(
        'SELECT d.state, d.wanted, d.version FROM deployment d'
        ' JOIN application a ON a.tenant_id = d.tenant_id'
        ' AND a.id = d.application_id WHERE a.tenant_id = $1'
        ' AND a.name = $2', identity, app), [('running', 'running', '1')])
    test.assertEqual(query(
        'SELECT kind, state FROM operation WHERE tenant_id = $1'
        ' AND (subject_id = $2 OR subject_id IN (SELECT d.id'
        ' FROM deployment d WHERE d.tenant_id = $1 AND d.release_id = $2))'
        ' ORDER BY 1', identity, release),
        [('deployment.apply', 'done'), ('release.assemble', 'done')])
    test.assertEqual(number(
        "SELECT count(*) FROM audit_event WHERE tenant_id = $1"
        " AND action = 'release.upload' AND result = 'done'"
        " AND facts ->> 'app' = $2", identity, app), 1)
    container = _check_container(test, tenant, app, user)
    test.assertEqual(container['Labels']['cameleer.image'],
                     '%s/%s@%s' % (slug, app, digest))
    check_audit(test, identity)
    return digest
