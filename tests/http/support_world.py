# SPDX-License-Identifier: Apache-2.0
"""Creates accounts, sessions, and tenants with members in every role.

Accounts are inserted by SQL with the hash of the owner's password, since only
test_accounts.py tests the registration by mail. A tenant is created by the API
and then activated by SQL, since no engine runs here."""
import copy
import glob
import hashlib
import json
import secrets
import uuid

from support import ENV, STATE, eventually, unique
from support_http import request
from support_sql import DB, as_worker

PASSWORD = ENV['owner_password']
NEW_PASSWORD = 'another good password'
ROLES = ('owner', 'admin', 'developer', 'viewer')
ACCESS, REFRESH = '__Host-cameleer-access', '__Host-cameleer-refresh'
TENANT_HEADER = 'Cameleer-Tenant'


class Session:
    """The tokens of a sign-in, and requests that use them. A program's requests
    show an access token that names the tenant; a browser's requests name the
    tenant in a header."""

    def __init__(self, answer, kind='token'):
        self.kind = kind
        self.account = answer.json()['account']
        self.tenants = answer.json()['tenants']
        self.access = self.refresh = self.root = self.tenant = None
        self.take(answer)

    def take(self, answer):
        """Keeps the tokens of a sign-in or refresh, and the tenant."""
        if self.kind == 'cookie':
            for text in answer.cookies:
                name, _, value = text.partition(';')[0].partition('=')
                if name == ACCESS:
                    self.access = value
                if name == REFRESH:
                    self.refresh = value
        else:
            self.root = self.access = answer.json()['access_token']
            self.refresh = answer.json()['refresh_token'] or self.refresh
        return self.switch(self.tenant) if self.tenant else self

    def named(self, slug):
        """Returns a copy of the session that names a tenant in each request."""
        twin = copy.copy(self)
        twin.tenant, twin.access = slug, self.root or self.access
        return twin

    def cookies(self):
        """Returns both cookies as a browser sends them."""
        return {ACCESS: self.access, REFRESH: self.refresh}

    def call(self, method, path, body=None, **given):
        """Sends a request the way this kind of client does."""
        headers = {}
        if self.tenant and self.access == (self.root or self.access):
            headers[TENANT_HEADER] = self.tenant
        if self.kind == 'cookie':
            headers['X-Cameleer-Request'] = '1'
            headers['Origin'] = ENV['base_url']
            given['cookies'] = self.cookies()
        else:
            given['token'] = self.access
        headers.update(given.pop('headers', None) or {})
        return request(method, path, body, headers=headers, **given)

    def get(self, path, **given):
        """Sends a GET request."""
        return self.call('GET', path, **given)

    def post(self, path, body=None, **given):
        """Sends a POST request."""
        return self.call('POST', path, body, **given)

    def patch(self, path, body, version, **given):
        """Sends a PATCH request with If-Match for this version."""
        headers = dict(given.pop('headers', None) or {})
        headers['If-Match'] = '"%s"' % version
        return self.call('PATCH', path, body, headers=headers, **given)

    def delete(self, path, **given):
        """Sends a DELETE request."""
        return self.call('DELETE', path, **given)

    def switch(self, slug):
        """Switches to a tenant and returns the session."""
        if self.kind == 'token':
            answer = request('POST', '/api/auth/switch', {'tenant': slug},
                             token=self.root)
            assert answer.status == 200, answer.describe()
            self.access = answer.json()['access_token']
        self.tenant = slug
        return self


class Account:
    """A person's account that can sign in."""

    def __init__(self, name='Somebody', verified=True):
        self.id = str(uuid.uuid4())
        self.email = unique('a') + '@example.test'
        self.password = PASSWORD
        DB.run('INSERT INTO account (id, email, name, password_hash,'
               ' verified_at) SELECT $1, $2, $3, password_hash,'
               ' CASE WHEN $4 THEN now() END FROM account WHERE email = $5',
               self.id, self.email, name, verified, ENV['owner_email'])

    def login(self, kind='token', tenant=None, **given):
        """Signs in and returns the session, in a tenant when one is named."""
        answer = request('POST', '/api/auth/login', {
            'email': self.email, 'password': self.password,
            'session': kind}, **given)
        assert answer.status == 200, answer.describe()
        session = Session(answer, kind)
        return session.switch(tenant) if tenant else session

# What the inspector says of a small application.
JAR_FACTS = json.dumps({
    'kind': 'camel-main', 'main_class': 'org.example.Main',
    'camel_version': '4.14.0', 'java_level': 17, 'observability': False,
    'entries': 12, 'nested_jars': 0, 'components': ['timer', 'log'],
    'warnings': [], 'advice': [], 'scan_complete': True,
    'vulnerabilities': 'not scanned'})


class Tenant:
    """A tenant with its owner, active by default."""

    def __init__(self, tier='mid', owner=None, active=True, approve=True):
        self.owner = owner or Account('Owner')
        self.slug = unique()
        self.tier = tier
        session = self.owner.login()
        answer = session.post('/api/tenants', {
            'slug': self.slug, 'name': 'Tenant ' + self.slug, 'tier': tier})
        assert answer.status == 202, answer.describe()
        self.id = answer.json()['tenant']['id']
        self.operation = answer.json()['operation']
        if self.operation is None and approve:
            self.approve()
        if active and self.operation:
            self.activate()

    def approve(self):
        """Approves the tenant as an operator does, by the function that the
        route calls. Deletes the mail, which would disturb tests that count
        mails."""
        self.operation = str(uuid.uuid4())
        DB.run('BEGIN; SELECT tenant_answer($1, $2, true, NULL, $3);'
               "DELETE FROM mail WHERE address = $4 AND template ="
               " 'tenant_approved'; COMMIT", self.id, self.operation,
               ENV['base_url'], self.owner.email)

    def activate(self):
        """Activates the tenant, as the worker does at the end of
        tenant.provision. The higher attempt number fences off the real worker;
        a licence that it may have issued already is deleted."""
        as_worker(self.id, "UPDATE operation SET state = 'done',"
                  ' attempt = attempt + 100, finished_at = now()'
                  ' WHERE tenant_id = $1', self.id)
        DB.run('DELETE FROM license WHERE tenant_id = $1', self.id)
        self.set_state('active')

    @classmethod
    def with_token(cls):
        """Returns an active tenant for whose server the worker has made the
        bootstrap token, the first thing that it makes."""
        tenant = cls(active=False)
        eventually(30, lambda: DB.rows(
            'SELECT name FROM tenant_secret WHERE tenant_id = $1',
            tenant.id), 'the first secret')
        tenant.activate()
        return tenant

    def set_state(self, state):
        """Changes the state as the worker would."""
        as_worker(self.id, 'UPDATE tenant SET state = $1,'
                  ' version = version + 1 WHERE id = $2', state, self.id)

    def member(self, role):
        """Creates an account with that role and returns it."""
        account = Account(role.capitalize())
        self.join(account, role)
        return account

    def holder(self, *grants):
        """Creates an account whose custom role has these grants; returns
        it."""
        role, account = str(uuid.uuid4()), self.member('viewer')
        DB.run('INSERT INTO role (tenant_id, id, name, grants) VALUES'
               ' ($1, $2, $3, $4::text[]); UPDATE membership SET role = NULL,'
               ' custom_role = $2 WHERE tenant_id = $1 AND account_id = $5',
               self.id, role, unique('r'), '{%s}' % ','.join(grants),
               account.id)
        return account

    def join(self, account, role):
        """Makes an account a member by SQL."""
        DB.run('INSERT INTO membership (tenant_id, account_id, role)'
               ' VALUES ($1, $2, $3)', self.id, account.id, role)

    def login(self, role='owner', kind='token'):
        """Signs in a new member with that role, in the tenant."""
        account = self.owner if role == 'owner' else self.member(role)
        return account.login(kind, self.slug)

    def environment(self):
        """Returns the id of the first environment."""
        return DB.value('SELECT id FROM environment WHERE tenant_id = $1'
                        ' ORDER BY position LIMIT 1', self.id)

    def release(self, app, number=1, state='ready'):
        """Creates a release as if it had been uploaded and assembled."""
        identity = str(uuid.uuid4())
        DB.run('INSERT INTO release (tenant_id, id, application_id, number,'
               ' state, jar_sha256, jar_size, jar_facts, created_by)'
               " SELECT tenant_id, $1, id, $2, $3, repeat('a', 64), 1,"
               ' $6::jsonb, created_by FROM application'
               ' WHERE tenant_id = $4 AND name = $5;'
               'UPDATE application SET last_release = $2'
               ' WHERE tenant_id = $4 AND name = $5',
               identity, number, state, self.id, app, JAR_FACTS)
        return identity

    def deployment(self, app, number=1):
        """Deploys that release to the first environment, by SQL."""
        identity = str(uuid.uuid4())
        DB.run('INSERT INTO deployment (tenant_id, id, application_id,'
               ' environment_id, release_id, wanted, state, changed_at)'
               " SELECT r.tenant_id, $1, r.application_id, $2, r.id,"
               " 'running', 'running', now() FROM release r"
               ' JOIN application a ON a.tenant_id = r.tenant_id'
               ' AND a.id = r.application_id WHERE r.tenant_id = $3'
               ' AND a.name = $4 AND r.number = $5',
               identity, self.environment(), self.id, app, number)
        return identity

    def license(self, version=1):
        """Creates a licence as the worker would issue it."""
        as_worker(self.id, 'INSERT INTO license (tenant_id, version, tier,'
                  ' state, valid_until, grace_until, token, file, grants)'
                  " SELECT $1, $2, $3, 'active', now() + interval '30 days',"
                  " now() + interval '37 days', $4, $5, plan_grants(p)"
                  ' FROM plan_of($1::uuid) p', self.id, version,
                  self.tier, 'header.payload%d.signature' % version,
                  'payload%d.signature' % version)


def app(session):
    """Creates an application and returns its name."""
    name = unique('app-')
    answer = session.post('/api/apps', {'name': name})
    assert answer.status == 201, answer.describe()
    return name


def mails(address):
    """Returns the texts of all mails to an address, oldest first."""
    found = []
    for path in sorted(glob.glob(ENV['mail'] + '/*.eml')):  # the last written
        with open(path[:-4] + '.json', encoding='utf-8') as f:
            if address not in json.load(f)['to']:
                continue
        with open(path, encoding='utf-8') as f:
            found.append(f.read())
    return found


def mail_token(address, purpose, after=0):
    """Waits until more than `after` mails have come; returns the token of the
    link in the newest one."""
    texts, _ = eventually(20, lambda: len(mails(address)) > after and
                          mails(address), 'a mail to ' + address)
    text = texts[-1].replace('=\n', '').replace('=3D', '=')
    start = text.index('/%s#token=' % purpose) + len('/%s#token=' % purpose)
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in '-_'):
        end += 1
    return text[start:end]


def credential(process, name):
    """Returns a secret of a process; only root can read all of them."""
    with open('%s/cred/%s/%s' % (STATE, process, name),
              encoding='ascii') as f:
        return f.read()


def digest(token):
    """Returns the digest of a random token, as stored in the database."""
    return hashlib.blake2b(token.encode(), digest_size=32).hexdigest()


def link(account, seconds=600):
    """Creates a password reset; returns the token of its link."""
    token = secrets.token_urlsafe(32)
    DB.run('INSERT INTO one_time_token (digest, account_id, purpose,'
           " expires_at) VALUES ($1, $2, 'reset', now() + make_interval("
           'secs => $3))', digest(token), account.id, seconds)
    return token


def proof(email, seconds=600):
    """Creates a registration; returns the token of its link."""
    token = secrets.token_urlsafe(32)
    DB.run('INSERT INTO one_time_token (digest, email, purpose, expires_at)'
           " VALUES ($1, $2, 'verify', now() + make_interval(secs => $3))",
           digest(token), email, seconds)
    return token


def mails_age(address, interval='1 day'):
    """Makes all mails to this address older by the interval."""
    DB.run('UPDATE mail_limit SET began_at = began_at - $2::interval,'
           ' sent_at = sent_at - $2::interval WHERE digest ='
           " encode(sha256(convert_to(lower($1), 'UTF8')), 'hex')",
           address, interval)
