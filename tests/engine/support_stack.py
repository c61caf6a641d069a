# SPDX-License-Identifier: Apache-2.0
"""The whole platform on a real engine, with access to every part: the API with
retries, the engine, the registry, psql, and the processes."""
import hashlib
import hmac
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import uuid

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'http'))

# pylint: disable=wrong-import-position,unused-import
from support import (ENV, MODULES, SLOW, SOURCE, STATE, TestCase, children,
                     kill, log_text, main_pid, settings, unique)
from support_http import disconnect, request
from support_sql import DB, SqlError
from support_world import Account

JAR = STATE + '/java/orders/target/orders.jar'
ENGINE = ENV['engine'][len('unix://'):]
REGISTRY = ENV['registry']
REGISTRY_SOCKET = STATE + '/run/registry/registry.sock'
AGAIN = (429, 502, 503, 504)    # what a client tries again
PATIENCE = 120                  # seconds that it does so
READY = 150                     # seconds for a job among restarts
BUSY = 4                        # so much longer on a machine with much else


def say(text):
    """Prints a line of the log, as a TAP comment."""
    print('# ' + text, flush=True)


def eventually(seconds, condition, what):
    """Works like support.eventually with a longer limit: more programs run here
    than there are processors, and a wait for a processor is no failure."""
    began = time.monotonic()
    while True:
        got = condition()
        took = time.monotonic() - began
        if got:
            return got, took
        if took > seconds * BUSY * SLOW:
            raise AssertionError('%s: not within %.1f s' % (what, took))
        time.sleep(0.1)


def jar():
    """Returns the example application's bytes and their SHA-256."""
    with open(JAR, 'rb') as f:
        data = f.read()
    return data, hashlib.sha256(data).hexdigest()


def patient(action, seconds=PATIENCE):
    """Repeats action() until its answer is final, as a patient client does."""
    until = time.monotonic() + seconds * SLOW
    while True:
        try:
            answer = action()
            if answer.status not in AGAIN and \
                    answer.code != 'request_in_flight':
                return answer
            why = answer.describe()
        except (OSError, http.client.HTTPException) as error:
            disconnect()
            why = repr(error)
        if time.monotonic() > until:
            raise AssertionError('no answer in %d s: %s' % (seconds, why))
        time.sleep(0.1)


class User:
    """An account with an API client, which signs in again before its token
    expires."""

    def __init__(self, account=None, tenant=None):
        self.account = account or Account()
        self.tenant = tenant
        self.token = None
        self.since = 0

    def _post(self, path, body, token=None):
        answer = patient(lambda: request('POST', path, body, token=token))
        assert answer.status == 200, answer.describe()
        return answer.json()['access_token']

    def sign_in(self, tenant=None):
        """Signs in, and switches to the tenant for this and later calls."""
        self.tenant = tenant or self.tenant
        self.token = self._post('/api/auth/login', {
            'email': self.account.email, 'session': 'token',
            'password': self.account.password})
        if self.tenant:
            self.token = self._post('/api/auth/switch', {
                'tenant': self.tenant}, self.token)
        self.since = time.monotonic()
        return self

    def call(self, method, path, body=None, **given):
        """Sends one request until it is answered; all tries of a POST share one
        idempotency key."""
        if time.monotonic() - self.since > 300:
            self.sign_in()
        if method == 'POST':
            given.setdefault('key', str(uuid.uuid4()))
        return patient(lambda: request(method, path, body, token=self.token,
                                       **given))

    def want(self, status, method, path, body=None, **given):
        """Sends a request, checks the status and returns the body."""
        answer = self.call(method, path, body, **given)
        assert answer.status == status, '%s %s: %s' % (
            method, path, answer.describe())
        return answer.json() if answer.body else None

    def get(self, path):
        """Sends a GET, checks for 200 and returns the body."""
        return self.want(200, 'GET', path)

    def follow(self, operation, seconds=READY):
        """Waits until the operation is done and returns it."""
        def done():
            got = self.get('/api/tenants/operations/' + operation)
            assert got['state'] != 'failed', json.dumps(got)
            return got if got['state'] == 'done' else None
        return eventually(seconds, done, 'operation ' + operation)[0]

    def new_tenant(self, tier='mid'):
        """Asks for a tenant; returns its slug and the operation."""
        slug = unique('c')
        got = self.want(202, 'POST', '/api/tenants', {
            'slug': slug, 'name': 'Tenant ' + slug, 'tier': tier})
        self.sign_in(slug)
        return slug, got['operation']

    def delete_tenant(self):
        """Deletes the tenant, and ends the days in which that could be taken
        back, as an operator does; returns its id."""
        tenant = self.want(202, 'DELETE', '/api/tenants/current')['tenant']
        if tenant['state'] == 'leaving':
            query("SELECT tenant_shorten($1, gen_random_uuid(), 'the test"
                  " ends', 'https://localhost')", tenant['id'])
        return tenant['id']

    def new_app(self, prefix='a'):
        """Creates an application and returns its name."""
        name = unique(prefix)
        self.want(201, 'POST', '/api/apps', {'name': name})
        return name

    def upload(self, app, data, **given):
        """Uploads a JAR; returns the release and its operation."""
        path = app if '/' in app else app + '/releases'
        return self.want(202, 'POST', '/api/apps/' + path, data, **given)

    def deployment(self, app, environment='dev'):
        """Returns the deployment as the API shows it, or None."""
        for item in self.get('/api/apps/%s/deployments' % app)['items']:
            if item['environment'] == environment:
                return item
        return None

    def running(self, app, release=1, seconds=READY, environment='dev'):
        """Waits until the release runs; returns the deployment and the seconds
        it took."""
        last = [None]

        def runs():
            last[0] = found = self.deployment(app, environment)
            if found and found['state'] == 'failed' and \
                    found['release'] == release:
                raise AssertionError(json.dumps(found))
            return found if found and found['state'] == 'running' and \
                found['release'] == release else None
        try:
            return eventually(seconds, runs, 'app %s runs' % app)
        except AssertionError as error:
            raise AssertionError('%s; the deployment: %s' % (
                error, last[0])) from None


def owner():
    """Returns the owner of the quickstart's tenant, signed in."""
    class Owner:
        """Has the members of support_world.Account that a sign-in needs."""
        email, password = ENV['owner_email'], ENV['owner_password']
    return User(Owner(), ENV['tenant']).sign_in()


def new_owner():
    """Creates the owner of a new tenant that is ready; returns them, the
    tenant's slug and its id."""
    user = User().sign_in()
    slug, operation = user.new_tenant()
    user.follow(operation)
    return user, slug, query('SELECT id FROM tenant WHERE slug = $1',
                             slug)[0][0]


def query(text, *args):
    """Returns rows from PostgreSQL; retries while it restarts."""
    until = time.monotonic() + 30 * SLOW
    while True:
        try:
            return DB.rows(text, *args)
        except (SqlError, OSError) as error:
            DB.psql = None
            if time.monotonic() > until:
                raise AssertionError(str(error)) from error
            time.sleep(0.2)


def number(text, *args):
    """Returns the only value as a number."""
    return int(query(text, *args)[0][0])


def tenants_sql(text):
    """Returns a value from the tenants' database, read as its superuser."""
    port = urllib.parse.urlsplit(ENV['database_url']).port
    return subprocess.run(
        ['setpriv', '--reuid', 'postgres', '--regid', 'postgres',
         '--clear-groups', 'psql', '-XAtq', '-h', STATE + '/run/pg', '-p',
         str(port), '-U', 'postgres', '-d', 'tenants', '-c', text],
        check=True, stdout=subprocess.PIPE, cwd='/',
        text=True).stdout.strip()


def tenants_session(role, password, text):
    """Starts a session of a tenant's role that runs the SQL and then reads more
    from its standard input."""
    port = urllib.parse.urlsplit(ENV['database_url']).port
    session = subprocess.Popen(
        ['psql', '-XAtq', '-h', '127.0.0.1', '-p', str(port), '-U', role,
         '-d', 'tenants'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, cwd='/', text=True,
        env={'PATH': os.environ['PATH'], 'PGPASSWORD': password})
    session.stdin.write(text + '\n')
    session.stdin.flush()
    return session


class _Unix(http.client.HTTPConnection):
    """An HTTP connection over a Unix socket."""

    def __init__(self, path, timeout):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def engine(method, path, timeout=30):
    """Returns the status and the JSON of the engine's answer."""
    return over_socket(ENGINE, method, path, timeout)


def over_socket(socket_path, method, path, timeout):
    """Returns the status and the JSON, or the bytes, of an answer."""
    connection = _Unix(socket_path, timeout)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    try:
        return answer.status, json.loads(body)
    except ValueError:
        return answer.status, body


def engine_get(path):
    """Returns the engine's answer to a GET; retries until it is 200."""
    def got():
        try:
            status, body = engine('GET', path)
        except (OSError, http.client.HTTPException):
            return None
        return [body] if status == 200 else None
    return eventually(30, got, 'the engine: ' + path)[0][0]


def containers(**labels):
    """Returns all containers with these labels, in any state."""
    filters = json.dumps({'label': ['cameleer.%s=%s' % pair
                                    for pair in labels.items()]})
    return engine_get('/v1.41/containers/json?all=1&filters=' +
                      urllib.parse.quote(filters))


def inspect(container):
    """Returns the engine's description of the container."""
    return engine_get('/v4.0.0/libpod/containers/%s/json' % container)


def address(container):
    """Returns the container's address in its tenant's network."""
    networks = inspect(container)['NetworkSettings']['Networks']
    return next(iter(networks.values()))['IPAddress']


def networks_of(slug):
    """Returns the names of the tenant's networks."""
    return [n['Name'] for n in engine_get('/v1.41/networks')
            if n['Name'] == 'cml-' + slug or
            (n.get('Labels') or {}).get('cameleer.tenant') == slug]


def http_get(host, port, path, timeout=10):
    """Returns the status and the body of a GET over plain HTTP."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request('GET', path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def database_role(tenant):
    """Returns the name of the tenant's database role and schema."""
    return 't_' + hashlib.sha256(
        ('database:' + tenant).encode()).hexdigest()[:16]


def registry(path, timeout=30):
    """Returns the status and the JSON of the registry's answer at its
    socket."""
    return over_socket(REGISTRY_SOCKET, 'GET', '/v2/' + path, timeout)


def registry_get(path):
    """Returns the registry's JSON for a path; retries until it is 200."""
    def got():
        try:
            status, body = registry(path)
        except (OSError, http.client.HTTPException):
            return None
        return [body] if status == 200 else None
    return eventually(30, got, 'the registry: ' + path)[0][0]


def reader(owner):
    """Returns user and password with which the engine pulls the owner's
    images."""
    with open(STATE + '/cred/worker/registry.key', 'rb') as f:
        key = f.read().rstrip(b'\n')
    return 'pull', hmac.new(key, b'pull:' + owner.encode(),
                            hashlib.sha256).hexdigest()


def tags(repository):
    """Returns the sorted tags of a repository."""
    return sorted(registry_get(repository + '/tags/list')['tags'])


def leftovers():
    """Returns the files that uploads left in the spool and in nginx's
    places."""
    found = []
    for top in (STATE + '/spool', STATE + '/nginx/tmp'):
        for path, _, files in os.walk(top):
            found += [path + '/' + name for name in files
                      if not name.endswith('.pid')]
    return found


def swept(name='sweep'):
    """Runs a periodic job of the worker now and waits for its end."""
    before = query('SELECT now() FROM schedule')[0][0]
    query('UPDATE schedule SET next_at = now() WHERE kind = $1', name)
    eventually(30, lambda: number(
        'SELECT count(*) FROM schedule WHERE kind = $1 AND ran_at > $2',
        name, before), name)


CONF = settings()
