# SPDX-License-Identifier: Apache-2.0
"""For each route a request that would succeed: what the matrix asks with.

A probe is a function of a cell; it returns the path's parameters, the body
and headers.  Which status is due is computed elsewhere, from the permission
of the route and the roles in the database.
"""
import functools
import random
import uuid

from support import unique
from support_factor import Enrolled, code_at, step_now
from support_jar import good
from support_passkey import Authenticator, Holder, ask, offer
from support_sql import DB
from support_sso import SSO_COOKIE, domain, provider, ticket
from support_world import PASSWORD, Account, Tenant, app, digest, link

NEW_PASSWORD = 'another good password'


class Fixture:
    """A tenant with one of everything."""

    def __init__(self, state='active'):
        self.tenant = Tenant('high')
        self.session = self.tenant.login()
        self.app = app(self.session)
        self.release = self.tenant.release(self.app)
        self.deployment = self.tenant.deployment(self.app)
        self.tenant.license()
        self.bystander = self.tenant.member('viewer')
        if state != 'active':
            self.tenant.set_state(state)

    def markers(self):
        """What nobody else may see of it."""
        return [text.encode() for text in (
            self.tenant.id, self.tenant.slug, self.tenant.operation,
            self.tenant.owner.id, self.tenant.owner.email, self.app,
            self.release, self.deployment)]

    def new_app(self):
        """Another application, which may be destroyed."""
        name = unique('app-')
        DB.run('INSERT INTO application (tenant_id, id, name, display_name,'
               ' created_by) VALUES ($1, $2, $3, $3, $4)', self.tenant.id,
               str(uuid.uuid4()), name, self.tenant.owner.id)
        return name


class Request:
    """What to send; a cell may change who sends it."""

    def __init__(self, body=None, headers=None, session=None, **params):
        self.body, self.headers, self.session = body, headers, session
        self.params = params

    def path(self, pattern):
        """The pattern with its parameters, and a query."""
        query = self.params.pop('query', '')
        path = pattern
        for name, value in self.params.items():
            path = path.replace('{%s}' % name, value)
        assert '{' not in path, path
        return path + query


def _tenant_version(cell):
    return {'If-Match': '"%s"' % DB.value(
        'SELECT version FROM tenant WHERE id = $1', cell.actor_tenant().id)}


def _app_version(cell):
    return {'If-Match': '"%s"' % DB.value(
        'SELECT version FROM application WHERE tenant_id = $1 AND name = $2',
        cell.fixture.tenant.id, cell.fixture.app)}


def _doomed(cell):
    """Whoever may delete a tenant deletes another one of his."""
    if not cell.permitted:
        return Request()
    tenant = Tenant()
    session = tenant.login()
    if cell.actor.name == 'suspended':
        tenant.set_state('suspended')
    return Request(session=session)


def _victim(cell):
    """A session: another of one's own, or one of the fixture's owner."""
    account = cell.actor.account or cell.fixture.tenant.owner
    if cell.actor.name == 'foreign':
        account = cell.fixture.tenant.owner
    identity = str(uuid.uuid4())
    DB.run("INSERT INTO session (id, account_id, kind, expires_at) VALUES"
           " ($1, $2, 'token', now() + interval '1 hour')", identity,
           account.id)
    return Request(id=identity)


def _token_of(tenant, account):
    """An API token that nobody knows."""
    identity = str(uuid.uuid4())
    DB.run('INSERT INTO api_token (tenant_id, id, account_id, name, digest,'
           " hint, scopes, created_by, expires_at) VALUES ($1, $2, $3, 'm',"
           " $2, 'clr_mmmm', '{app.read}', $3, now() + interval '1 day')",
           tenant.id, identity, account)
    return identity


def _api_token(cell, body=None):
    """An API token: of one's own, or of the fixture's owner."""
    account = cell.actor.account or cell.fixture.tenant.owner
    if cell.actor.name == 'foreign':
        account = cell.fixture.tenant.owner
    return Request(body, id=_token_of(cell.fixture.tenant, account.id))


def _service_account(cell, body=None, **params):
    tenant, identity = cell.fixture.tenant, str(uuid.uuid4())
    DB.run('INSERT INTO account (id, name, kind, home_tenant)'
           " VALUES ($1, 'm', 'service', $2);"
           'INSERT INTO membership (tenant_id, account_id, role)'
           " VALUES ($2, $1, 'viewer')", identity, tenant.id)
    if 'token' in params:
        params['token'] = _token_of(tenant, identity)
    # so many are not allowed, and nobody counts what others made
    DB.run('DELETE FROM membership m USING account a WHERE a.id ='
           " m.account_id AND a.kind = 'service' AND a.id <> $1"
           ' AND m.tenant_id = $2', identity, tenant.id)
    return Request(body, id=identity, **params)


def _device(state='pending'):
    """A device that waits for somebody, or has been let in."""
    code = ''.join(random.choices('BCDFGHJKLMNPQRSTVWXZ', k=8))
    secret, session = str(uuid.uuid4()), str(uuid.uuid4())
    DB.run("INSERT INTO session (id, account_id, kind, expires_at) VALUES"
           " ($1, $2, 'token', now() + interval '1 hour');"
           'INSERT INTO device_login (device_digest, user_digest,'
           ' client_name, expires_at, state, session_id) VALUES'
           " ($3, $4, 'm', now() + interval '1 hour', $5,"
           " CASE WHEN $5 = 'approved' THEN $1::uuid END)", session,
           Account().id, digest(secret), digest(code), state)
    return code, secret


def _seen_device(cell):
    """Anybody signed in may see it who has the code."""
    code, _ = _device()
    return Request(user_code='BBBBBBBB' if cell.actor.name == 'foreign' else
                   code)


def _forgotten(cell):
    """Whoever may be forgotten is somebody else, who is there for it."""
    return Request(session=Account().login() if cell.permitted else None)


def _logout(cell):
    return Request(session=cell.actor.spare() if cell.permitted else None)


def _factor(cell):
    """Whoever is signed in changes a factor of somebody who is, too."""
    return Request(session=Enrolled().session if cell.permitted else None)


def _confirm(cell):
    session = Account().login()
    secret = session.post('/api/auth/factors/totp').json()['secret']
    return Request({'code': code_at(secret, step_now())},
                   session=session if cell.permitted else None)


def _second(_cell):
    account = Enrolled()
    return Request({'challenge': account.challenge().json()['challenge'],
                    'recovery_code': account.recovery[0]})


def _member(cell):
    """A member who may be changed; who may not do it finds the same one."""
    if cell.actor.name == 'foreign':
        return cell.fixture.bystander.id
    return cell.fixture.tenant.member('viewer').id


def _removed(cell):
    """Whoever may not remove others removes himself."""
    if cell.permitted and cell.actor.name in ('developer', 'viewer',
                                              'custom'):
        account = cell.fixture.tenant.member('viewer')
        return Request(session=account.login(
            tenant=cell.fixture.tenant.slug), id=account.id)
    return Request(id=_member(cell))


def _heir(cell):
    """Whoever may give a tenant away gives another one of his."""
    if not cell.permitted:
        return Request({'account': _member(cell)})
    tenant = Tenant()
    return Request({'account': tenant.member('admin').id},
                   session=tenant.login())


def _invite(tenant):
    """(id, token) of a new invitation."""
    identity, token = str(uuid.uuid4()), unique('token')
    DB.run('INSERT INTO invitation (tenant_id, id, email, role, digest,'
           " invited_by, expires_at) VALUES ($1, $2, $3, 'viewer', $4, $5,"
           " now() + interval '24 hours')", tenant.id, identity,
           unique('m') + '@example.test', digest(token), tenant.owner.id)
    return identity, token


@functools.lru_cache(None)
def _third():
    """A tenant that no actor is in: its links may be shown to anybody."""
    return Tenant()


def _own_role(tenant):
    """The id of a new custom role."""
    identity = str(uuid.uuid4())
    DB.run('INSERT INTO role (tenant_id, id, name, grants) VALUES'
           " ($1, $2, $3, '{tenant.read}')", tenant.id, identity,
           unique('r'))
    return identity


def _team(cell, body=None, headers=None, **params):
    """A new team, with what else the path names."""
    tenant, identity = cell.fixture.tenant, str(uuid.uuid4())
    DB.run('INSERT INTO team (tenant_id, id, name, role) VALUES'
           " ($1, $2, $2, 'viewer')", tenant.id, identity)
    return Request(body, headers, id=identity, **params)


def _invitation(cell):
    return Request(id=_invite(cell.fixture.tenant)[0])


def _offer(_cell, **more):
    return Request(dict(more, token=_invite(_third())[1]))


def _policy_version(cell):
    return {'If-Match': '"%s"' % (DB.value(
        'SELECT version FROM sign_in_policy WHERE tenant_id = $1',
        cell.actor_tenant().id) or 1)}


def _with_provider(cell, body=None):
    tenant = cell.actor_tenant()
    provider(tenant)
    return Request(body)


def _domain(cell):
    """Of the fixture; whoever may end a claim ends another."""
    return Request(domain=domain(cell.fixture.tenant))


def _ticket(_cell):
    tenant = Tenant('high')
    return Request({}, {'Cookie': '%s=%s' % (SSO_COOKIE, ticket(tenant)),
                        'X-Cameleer-Request': '1'})


def _of_app(cell):
    return Request(app=cell.fixture.app)


def _plain(_cell):
    return Request()


def _add_passkey(cell):
    """Whoever is signed in does it with a session of somebody who is, too."""
    if not cell.permitted:
        return Request({'name': 'M', 'response': {}})
    session = Account().login()
    return Request({'name': 'M', 'response': Authenticator('EdDSA').make(
        offer(session))}, session=session)


def _passkey(cell):
    """Of somebody else; who may asks with that one's session."""
    holder = Holder('EdDSA')
    patch = cell.route['method'] == 'PATCH'
    return Request({'name': 'M'} if patch else None,
                   {'If-Match': '"1"'} if patch else None,
                   holder.session if cell.permitted else None,
                   id=holder.passkey['id'])


def _passkey_login(_cell):
    asking = ask()
    return Request({'challenge': asking['challenge'],
                    'response': Holder('EdDSA').authenticator.show(
                        asking['options'])})


def _prove_ask(cell):
    """By somebody who has one."""
    if cell.permitted:
        return Request({}, session=Holder('EdDSA').session)
    return Request({})


def _prove(cell):
    if not cell.permitted:
        return Request({'challenge': 'x', 'response': {}})
    holder = Holder('EdDSA')
    asking = holder.session.post('/api/auth/step-up/passkey/options',
                                 {}).json()
    return Request({'challenge': asking['challenge'],
                    'response': holder.authenticator.show(
                        asking['options'])}, session=holder.session)


def _password(cell):
    """By somebody who may lose his other sessions."""
    return Request({'old': PASSWORD, 'new': NEW_PASSWORD},
                   session=Account().login() if cell.permitted else None)


def _revoke(cell):
    """The same."""
    return Request({'which': 'others'},
                   session=Account().login() if cell.permitted else None)


PROBES = {
    'POST /api/auth/me/email': lambda cell: Request(
        {'email': unique('e') + '@example.test'}),
    'PATCH /api/auth/me': lambda cell: Request({'name': 'M'}),
    'POST /api/auth/me/password': _password,
    'POST /api/auth/sessions/revoke': _revoke,
    'POST /api/auth/passkeys': _add_passkey,
    'GET /api/auth/passkeys/{id}': _passkey,
    'PATCH /api/auth/passkeys/{id}': _passkey,
    'DELETE /api/auth/passkeys/{id}': _passkey,
    'POST /api/auth/passkeys/options': lambda cell: Request({}),
    'POST /api/auth/login/passkey/options': lambda cell: Request({}),
    'POST /api/auth/login/passkey': _passkey_login,
    'POST /api/auth/step-up/passkey/options': _prove_ask,
    'POST /api/auth/step-up/passkey': _prove,
    'POST /api/auth/register': lambda cell: Request(
        {'email': unique('m') + '@example.test', 'password': NEW_PASSWORD,
         'name': 'M'}),
    'POST /api/auth/verify': lambda cell: Request(
        {'token': link(Account(verified=False), 'verify')}),
    'POST /api/auth/recover': lambda cell: Request(
        {'email': unique('m') + '@example.test'}),
    'POST /api/auth/reset': lambda cell: Request(
        {'token': link(Account(), 'reset'), 'password': NEW_PASSWORD}),
    'POST /api/auth/login': lambda cell: (lambda a: Request(
        {'email': a.email, 'password': a.password}))(Account()),
    'POST /api/auth/login/second': _second,
    'POST /api/auth/step-up': lambda cell: Request(
        {'password': PASSWORD},
        session=Account().login() if cell.permitted else None),
    'POST /api/auth/factors/totp': _factor,
    'POST /api/auth/factors/totp/confirm': _confirm,
    'DELETE /api/auth/factors/totp': _factor,
    'POST /api/auth/factors/recovery-codes': _factor,
    'POST /api/auth/sso/finish': _ticket,
    'GET /api/sso/provider': _with_provider,
    'PUT /api/sso/provider': lambda cell: Request(
        {'issuer': 'https://idp.example', 'client_id': 'app',
         'client_secret': 'secret', 'default_role': 'viewer'}),
    'DELETE /api/sso/provider': _with_provider,
    'POST /api/sso/provider/test': _with_provider,
    'POST /api/sso/domains': lambda cell: Request(
        {'domain': unique('d') + '.example'}),
    'POST /api/sso/domains/{domain}/verify': _domain,
    'DELETE /api/sso/domains/{domain}': _domain,
    'PUT /api/sso/enforce': lambda cell: Request({'enforced': False}),
    'GET /api/sso/discover': lambda cell: Request(
        query='?email=somebody@example.test'),
    'GET /api/sso/callback/{tenant}': lambda cell: Request(
        tenant=cell.fixture.tenant.slug),
    'POST /api/sso/logout/{tenant}': lambda cell: Request(
        tenant=cell.fixture.tenant.slug,
        headers={'Content-Type': 'application/x-www-form-urlencoded'}),
    'POST /api/auth/refresh': lambda cell: Request(
        {'refresh_token': Account().login().refresh}),
    'POST /api/auth/switch': lambda cell: Request(
        {'tenant': cell.fixture.tenant.slug}),
    'POST /api/auth/logout': _logout,
    'DELETE /api/auth/me': _forgotten,
    'DELETE /api/auth/sessions/{id}': _victim,
    'POST /api/auth/tokens': lambda cell: Request(
        {'name': 'm', 'scopes': ['app.read'], 'expires_in_days': 1}),
    'POST /api/auth/tokens/{id}/rotate': lambda cell: _api_token(
        cell, {'overlap_hours': 0}),
    'DELETE /api/auth/tokens/{id}': _api_token,
    'POST /api/auth/service-accounts': lambda cell: Request(
        {'name': 'm', 'role': 'viewer'}),
    'DELETE /api/auth/service-accounts/{id}': _service_account,
    'GET /api/auth/service-accounts/{id}/tokens': _service_account,
    'POST /api/auth/service-accounts/{id}/tokens': lambda cell:
        _service_account(cell, {'name': 'm', 'scopes': ['app.read'],
                                'expires_in_days': 1}),
    'POST /api/auth/service-accounts/{id}/tokens/{token}/rotate':
        lambda cell: _service_account(cell, {'overlap_hours': 0}, token=''),
    'DELETE /api/auth/service-accounts/{id}/tokens/{token}':
        lambda cell: _service_account(cell, token=''),
    'POST /api/auth/device': lambda cell: Request({'client_name': 'm'}),
    'POST /api/auth/device/token': lambda cell: Request(
        {'device_code': _device('approved')[1]}),
    'POST /api/auth/device/approve': lambda cell: Request(
        {'user_code': _device()[0], 'approve': False}),
    'GET /api/auth/device/{user_code}': _seen_device,
    'GET /api/auth/platform/accounts': lambda cell: Request(
        query='?email=' + cell.fixture.tenant.owner.email),
    'POST /api/auth/platform/accounts/{id}/unlock': lambda cell: Request(
        id=cell.fixture.tenant.owner.id),
    'POST /api/auth/platform/accounts/{id}/disable': lambda cell: Request(
        id=cell.fixture.tenant.owner.id),
    'POST /api/auth/platform/accounts/{id}/enable': lambda cell: Request(
        id=cell.fixture.tenant.owner.id),
    'POST /api/tenants': lambda cell: Request(
        {'slug': unique(), 'name': 'Of the matrix', 'tier': 'low'}),
    'PATCH /api/tenants/current': lambda cell: Request(
        {'name': 'Renamed'}, _tenant_version(cell)),
    'DELETE /api/tenants/current': _doomed,
    'POST /api/tenants/audit/checkpoints': lambda cell: Request({}),
    'GET /api/tenants/operations/{id}': lambda cell: Request(
        id=cell.fixture.tenant.operation),
    'GET /api/tenants/members/{id}': lambda cell: Request(
        id=cell.fixture.tenant.owner.id),
    'PATCH /api/tenants/members/{id}': lambda cell: Request(
        {'role': 'viewer'}, {'If-Match': '"1"'}, id=_member(cell)),
    'DELETE /api/tenants/members/{id}': _removed,
    'POST /api/tenants/members/{id}/unlock': lambda cell: Request(
        id=_member(cell)),
    'POST /api/tenants/invitations': lambda cell: Request(
        {'email': unique('m') + '@example.test', 'role': 'viewer'}),
    'POST /api/tenants/invitations/{id}/resend': _invitation,
    'DELETE /api/tenants/invitations/{id}': _invitation,
    'POST /api/auth/invitations/show': _offer,
    'POST /api/auth/invitations/accept': lambda cell: _offer(
        cell, name='Of the matrix', password=NEW_PASSWORD),
    'POST /api/tenants/roles': lambda cell: Request(
        {'name': unique('r'), 'permissions': ['tenant.read']}),
    'PATCH /api/tenants/roles/{id}': lambda cell: Request(
        {'about': 'Edited'}, {'If-Match': '"1"'},
        id=_own_role(cell.fixture.tenant)),
    'DELETE /api/tenants/roles/{id}': lambda cell: Request(
        id=_own_role(cell.fixture.tenant)),
    'POST /api/tenants/teams': lambda cell: Request(
        {'name': unique('t'), 'role': 'viewer'}),
    'GET /api/tenants/teams/{id}': _team,
    'PATCH /api/tenants/teams/{id}': lambda cell: _team(
        cell, {'name': unique('t')}, {'If-Match': '"1"'}),
    'DELETE /api/tenants/teams/{id}': _team,
    'PUT /api/tenants/teams/{id}/members/{account}': lambda cell: _team(
        cell, account=cell.fixture.bystander.id),
    'DELETE /api/tenants/teams/{id}/members/{account}': lambda cell: _team(
        cell, account=cell.fixture.bystander.id),
    'PUT /api/tenants/teams/{id}/applications/{app}': lambda cell: _team(
        cell, app=cell.fixture.app),
    'DELETE /api/tenants/teams/{id}/applications/{app}': lambda cell: _team(
        cell, app=cell.fixture.app),
    'POST /api/tenants/ownership': _heir,
    'PATCH /api/tenants/sign-in-policy': lambda cell: Request(
        {'second_factor': []}, _policy_version(cell)),
    'GET /api/tenants/why': lambda cell: Request(
        query='?permission=app.read'),
    'POST /api/apps': lambda cell: Request({'name': unique('app-')}),
    'GET /api/apps/{app}': _of_app,
    'PATCH /api/apps/{app}': lambda cell: Request(
        {'display_name': 'Edited'}, _app_version(cell),
        app=cell.fixture.app),
    'DELETE /api/apps/{app}': lambda cell: Request(
        app=cell.fixture.new_app()),
    'POST /api/apps/{app}/releases': lambda cell: Request(
        good(), app=cell.fixture.app, query='?deploy=false'),
    'GET /api/apps/{app}/releases': _of_app,
    'GET /api/apps/{app}/releases/{number}': lambda cell: Request(
        app=cell.fixture.app, number='1'),
    'POST /api/apps/{app}/deployments': lambda cell: Request(
        {'release': 1, 'environment': 'dev'}, app=cell.fixture.app),
    'GET /api/apps/{app}/deployments': _of_app,
    'POST /api/apps/{app}/deployments/{environment}/stop':
        lambda cell: Request(app=cell.fixture.app, environment='dev'),
    'POST /api/apps/{app}/deployments/{environment}/start':
        lambda cell: Request(app=cell.fixture.app, environment='dev'),
    'GET /api/apps/{app}/logs': lambda cell: Request(
        app=cell.fixture.app, query='?environment=dev'),
    'GET /api/license/{tenant}': lambda cell: Request(
        tenant=cell.fixture.tenant.slug),
}


def name_of(route):
    """As in PROBES."""
    return '%s %s' % (route['method'], route['path'])


def is_plain(route):
    """Nothing to fill in: such a route needs no probe of its own."""
    return route['method'] == 'GET' and '{' not in route['path'] and \
        not route.get('query', {}).get('required')


def probe_of(route):
    """What asks this route so that it would be answered."""
    return PROBES.get(name_of(route)) or (_plain if is_plain(route) else None)
