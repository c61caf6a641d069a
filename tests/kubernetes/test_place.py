# SPDX-License-Identifier: Apache-2.0
"""A tenant on a real cluster, by the real platform: from sign-up to the end of
its namespace. What an operator does by docs/kubernetes.md is done here the same
way, as the administrator of the cluster."""
import base64
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), 'http'))

# pylint: disable=wrong-import-position
from support import ENV, STATE, TestCase, unique
from support_sql import DB
from support_world import Account
from support_cluster import (CLUSTER, GIT, NODE, REGISTRY, Repository, say,
                             wait_for)

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = os.environ['CAMELEER_BUILD']
PLACE = 'east'
OUTER = '10.250.0.1'
SETTINGS = STATE + '/conf/cameleer.conf'
CALLER = STATE + '/conf/caller.conf'    # with a clone of its own
GIVEN = STATE + '/secret/place.json'
READY = 300         # seconds until a server is there: a JVM among much else
RUNNING = 2         # enum runtime_state
STOPPED = 3


def text(path):
    return pathlib.Path(path).read_text(encoding='utf-8')


def digest(image):
    """Name and digest of one of the platform's own images."""
    return 'platform/%s@%s' % (image, text(
        '%s/images/%s/digest' % (STATE, image)).strip())


def described():
    """The cluster as its operator describes it."""
    port = int(ENV['database_url'].rpartition(':')[2].partition('/')[0])
    return {
        'registry': REGISTRY, 'server_image': digest('cameleer-server'),
        'pooler_image': digest('pgbouncer'),
        'chart': 'oci://%s/charts/cameleer-server' % REGISTRY,
        'chart_version': next(
            line.partition(': ')[2].strip('"') for line in text(
                SOURCE / 'templates/charts/cameleer-server/Chart.yaml')
            .splitlines() if line.startswith('version:')),
        'chart_insecure': True, 'flux_namespace': 'flux-system',
        'flux_repository': 'fleet', 'flux_account': 'kustomize-controller',
        'pod_security': 'v1.36', 'postgres_host': OUTER,
        'postgres_port': port, 'postgres_name': 'tenants',
        'postgres_sslmode': 'disable',
        'dns': [{'namespace': 'kube-system',
                 'pods': {'k8s-app': 'kube-dns'}}],
        'platform': [{'cidr': OUTER + '/32'}],
        'postgres': [{'cidr': OUTER + '/32'}],
        'ranges': ['10.250.0.0/24', '10.244.0.0/16', '10.96.0.0/24']}


def ctl(*words):
    """Runs cameleerctl; returns its exit status and words."""
    done = subprocess.run(
        (STATE + '/bin/cameleerctl', '-c', SETTINGS) + words, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=dict(os.environ, CREDENTIALS_DIRECTORY=STATE + '/cred/ctl'))
    return done.returncode, done.stdout


def call(*words, place=GIVEN):
    """One call of the runtime; returns what it printed."""
    done = subprocess.run(
        (BUILD + '/tests/kubernetes/call', CALLER, place) + words,
        check=False, stdout=subprocess.PIPE, text=True, timeout=300,
        env=dict(os.environ, CREDENTIALS_DIRECTORY=STATE + '/cred/worker'))
    return json.loads(done.stdout)


def token_of(name):
    """The token of an account of the namespace cameleer."""
    def made():
        secret = CLUSTER.get('secret', name, 'cameleer')
        return secret.get('data', {}).get('token')
    return base64.b64decode(wait_for('token of ' + name, 30, made)[0]).decode()


def flux_prepare():
    """An account for Flux, and templates/kubernetes/fleet.yaml."""
    CLUSTER.apply(
        {'apiVersion': 'v1', 'kind': 'ServiceAccount', 'metadata': {
            'name': 'kustomize-controller', 'namespace': 'flux-system'}},
        {'apiVersion': 'rbac.authorization.k8s.io/v1',
         'kind': 'ClusterRoleBinding',
         'metadata': {'name': 'kustomize-controller'},
         'roleRef': {'apiGroup': 'rbac.authorization.k8s.io',
                     'kind': 'ClusterRole', 'name': 'cluster-admin'},
         'subjects': [{'kind': 'ServiceAccount', 'namespace': 'flux-system',
                       'name': 'kustomize-controller'}]})
    fleet = text(SOURCE / 'templates/kubernetes/fleet.yaml').replace(
        'https://git.example/', GIT).replace('interval: 10s', 'interval: 2s')
    CLUSTER.kubectl('apply', '--server-side', '-f', '-', text=fleet)


class Owner(Account):
    """Who signed up by mail."""

    def __init__(self):     # pylint: disable=super-init-not-called
        self.email, self.password = ENV['owner_email'], ENV['owner_password']


class Place(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.repository = Repository(CLUSTER, 'fleet.git')
        cls.repository.push({'clusters/%s/place.yaml' % PLACE: json.dumps({
            'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {
                'name': 'cameleer-place', 'namespace': 'flux-system'}})})
        cls.given = {
            'name': PLACE, 'endpoint': 'https://%s:6443' % NODE,
            'ca': text(CLUSTER.state / 'tls' / 'ca.pem'),
            'token': token_of('cameleer-platform'),
            'cluster': {**described(), 'name': PLACE},
            'seal_certificate': CLUSTER.program(
                'kubeseal', '--controller-namespace', 'kube-system',
                '--fetch-cert').stdout}
        cls.write(GIVEN, cls.given)
        os.mkdir(STATE + '/git-caller', 0o700)
        pathlib.Path(CALLER).write_text(text(SETTINGS).replace(
            'git_directory = %s/git\n' % STATE,
            'git_directory = %s/git-caller\n' % STATE), encoding='utf-8')
        cls.session = Owner().login()

    @classmethod
    def tearDownClass(cls):
        cls.repository.close()

    @staticmethod
    def write(path, given):
        with open(path, 'w', encoding='utf-8') as f:
            json.dump(given, f)
        os.chmod(path, 0o600)

    def look(self, **changed):
        """What a check of the place says, with some of it changed."""
        path = GIVEN + '.changed'
        self.write(path, {**self.given, **changed})
        return call('look', 'none', place=path)

    def refused(self, said, **changed):
        """Each mistake has its own sentence."""
        answer = self.look(**changed)
        self.assertIn(said, answer['detail'] or answer)

    def mistakes(self):
        """What is wrong before the cluster is prepared, and afterwards."""
        self.refused('nothing listens there',
                     endpoint='https://%s:6444' % NODE)
        self.refused('does not know the token', token='guessed')
        self.refused('was not signed by the CA',
                     ca=text(STATE + '/tls/ca.pem'))
        self.refused('Flux has no GitRepository fleet')
        flux_prepare()
        CLUSTER.ready('gitrepository', 'fleet', 'flux-system', 60)
        self.refused('Flux has no GitRepository other', cluster={
            **self.given['cluster'], 'flux_repository': 'other'})
        CLUSTER.kubectl('create', 'serviceaccount', 'nobody', '-n',
                        'cameleer')
        nobody = CLUSTER.kubectl('create', 'token', 'nobody', '-n',
                                 'cameleer').strip()
        self.refused('may not list pods', token=nobody)
        strong = CLUSTER.kubectl('create', 'token', 'kustomize-controller',
                                 '-n', 'flux-system').strip()
        self.assertIn('more than read', self.look(token=strong)['warning'])

    def register(self):
        """As an operator does, by files."""
        files = {name: '%s/secret/%s' % (STATE, name) for name in (
            'cluster', 'token', 'seal')}
        self.write(files['cluster'], described())
        pathlib.Path(files['token']).write_text(self.given['token'] + '\n')
        pathlib.Path(files['seal']).write_text(self.given['seal_certificate'])
        status, said = ctl(
            'places', 'add', PLACE, '--endpoint', self.given['endpoint'],
            '--ca', str(CLUSTER.state / 'tls' / 'ca.pem'), '--token',
            files['token'], '--cluster', files['cluster'], '--seal-cert',
            files['seal'])
        self.assertEqual(status, 0, said)
        status, said = ctl('places', 'check', PLACE)
        self.assertEqual(status, 0, said)
        self.assertIn('version v1.', said)
        self.assertNotIn('more than read', said)
        self.assertEqual(DB.value('SELECT state FROM place WHERE name = $1',
                                  PLACE), 'ready')
        self.assertEqual(ctl('places', 'drain', 'local')[0], 0)

    def follow(self, operation, what):
        """Waits for the end of an operation; says how long it took."""
        path = '/api/tenants/operations/' + operation

        def done():
            got = self.assertAnswer(self.session.get(path), 200).json()
            self.assertNotEqual(got['state'], 'failed', got)
            return got['state'] == 'done'
        try:
            took = wait_for(what, READY, done)[1]
        except AssertionError as error:
            raise AssertionError('%s\n%s' % (error, json.dumps(
                self.session.get(path).json(), indent=1))) from None
        say('%s: %.1f s' % (what, took))

    def tenant(self):
        """Signs up a tenant; it becomes active by itself."""
        self.slug = unique('k')
        self.space = 't-' + self.slug
        made = self.assertAnswer(self.session.post('/api/tenants', {
            'slug': self.slug, 'name': 'Demo Ltd', 'tier': 'mid'}),
            202).json()
        self.session.switch(self.slug)
        self.follow(made['operation'], 'a tenant is active')
        self.assertEqual(DB.value('SELECT state FROM tenant WHERE slug = $1',
                                  self.slug), 'active')
        for name in ('cameleer-server', 'cameleer-pgbouncer'):
            self.assertEqual(CLUSTER.get('deployment', name, self.space)
                             ['status']['readyReplicas'], 1)
        service = CLUSTER.get('service', 'cameleer-server', self.space)
        self.assertEqual(
            DB.value('SELECT upstream FROM tenant_endpoint e JOIN tenant t ON'
                     ' t.id = e.tenant_id WHERE slug = $1', self.slug),
            service['spec']['clusterIP'] + ':8081')

    def secrets(self):
        """Nothing in Git says a secret, and commits name their tenant."""
        bare = str(CLUSTER.state / 'git' / 'fleet.git')
        log = Repository.git('-c', 'safe.directory=*', '-C', bare, 'log',
                             '-p', 'main').stdout
        self.assertIn('Tenant: ' + self.slug, log)
        sealed = CLUSTER.get('secret', 'cameleer-server', self.space)
        for value in sealed['data'].values():
            clear = base64.b64decode(value).decode()
            if 'CERTIFICATE' not in clear:
                self.assertNotIn(clear.strip(), log)

    def server(self):
        """nginx leads to it, with a token that it takes."""
        answer = self.session.get('/t/%s/api/v1/health' % self.slug)
        self.assertEqual(answer.status, 200, answer.describe())

    def pods(self):
        return json.loads(CLUSTER.kubectl(
            '-n', self.space, 'get', 'pods', '-o', 'json'))['items']

    def suspend(self):
        """With its licence the tenant stops, and starts again."""
        status, said = ctl('license', 'suspend', self.slug, 'not paid')
        self.assertEqual(status, 0, said)
        say('suspended after %.1f s' % wait_for(
            'the end of its pods', READY, lambda: not self.pods())[1])
        self.assertEqual(call('status', self.slug)['state'], STOPPED)
        status, said = ctl('license', 'reactivate', self.slug, 'paid')
        self.assertEqual(status, 0, said)

        def back():
            return call('status', self.slug)['state'] == RUNNING and call(
                'status', self.slug, 'dev', self.app)['healthy']
        say('all is back after %.1f s' % wait_for(
            'server and application', READY, back)[1])

    def heal(self):
        """What is changed by hand is changed back by Flux."""
        CLUSTER.kubectl('-n', self.space, 'delete', 'networkpolicy',
                        'default-deny')
        CLUSTER.kubectl('-n', 'flux-system', 'annotate', 'kustomization',
                        'tenant-%s-namespace' % self.slug, '--overwrite',
                        'reconcile.fluxcd.io/requestedAt=now')
        say('healed after %.1f s' % wait_for(
            'the policy', 60, CLUSTER.get, 'networkpolicy', 'default-deny',
            self.space)[1])

    def application(self):
        """An upload runs as a pod of the namespace."""
        jar = pathlib.Path(os.environ['CAMELEER_CACHE'],
                           'kubernetes/java/orders/target/orders.jar')
        self.app = unique('a')
        self.assertAnswer(self.session.post('/api/apps', {
            'name': self.app}), 201)
        made = self.assertAnswer(self.session.post(
            '/api/apps/%s/releases' % self.app, jar.read_bytes(),
            type='application/java-archive'), 202).json()
        self.follow(made['operation'], 'an upload is an image')

        def runs():
            items = self.session.get('/api/apps/%s/deployments' %
                                     self.app).json()['items']
            self.found = items
            return items and items[0]['state'] == 'running'
        try:
            took = wait_for('the application', READY, runs)[1]
        except AssertionError as error:
            raise AssertionError('%s: %s' % (error, self.found)) from None
        say('the application runs after %.1f s' % took)
        status = call('status', self.slug, 'dev', self.app)
        self.assertEqual((status['state'], status['healthy'],
                          status['release']), (RUNNING, True, 1))
        self.assertTrue(status['image'].startswith(
            '%s/%s@sha256:' % (self.slug, self.app)), status)

    def logs(self):
        """What it prints is read on from a cursor."""
        first = call('logs', self.slug, 'dev', self.app)
        self.assertTrue(first['lines'], first)
        again = call('logs', self.slug, 'dev', self.app, first['cursor'])
        self.assertIsNone(again['code'])
        self.assertFalse(set(again['lines']) & set(first['lines'][-1:]))

        def shown():
            return DB.number('SELECT count(*) FROM app_log WHERE tenant_id ='
                             ' (SELECT id FROM tenant WHERE slug = $1)',
                             self.slug)
        wait_for('lines in the console', 60, shown)

    def usage(self):
        self.assertEqual(call('usage', self.slug)['code'], 'usage_unknown')

    def remove(self):
        """The owner deletes it: nothing runs any more, and when the days are
        over in which that can be taken back, nothing is left."""
        made = self.assertAnswer(self.session.delete('/api/tenants/current'),
                                 202).json()['tenant']
        self.assertEqual(made['state'], 'leaving')
        say('all has stopped after %.1f s' % wait_for(
            'the end of its pods', READY, lambda: not self.pods())[1])
        DB.run("SELECT tenant_shorten($1, gen_random_uuid(), 'the test ends',"
               " 'https://localhost')", made['id'])

        def gone():
            # its slug is not kept
            return DB.value('SELECT state FROM tenant WHERE id = $1',
                            made['id']) == 'deleted'
        say('removed after %.1f s' % wait_for('the removal', READY, gone)[1])
        self.assertIsNone(CLUSTER.get('namespace', self.space, 'default'))
        bare = str(CLUSTER.state / 'git' / 'fleet.git')
        names = Repository.git('-c', 'safe.directory=*', '-C', bare,
                               'ls-tree', '-r', '--name-only', 'main').stdout
        self.assertNotIn(self.slug, names)
        self.assertIsNone(CLUSTER.get(
            'serviceaccount', 'tenant-' + self.slug, 'flux-system'))

    def test_a_tenant_from_its_sign_up_to_the_end_of_its_namespace(self):
        self.mistakes()
        self.register()
        self.tenant()
        self.secrets()
        self.server()
        self.application()
        self.logs()
        self.usage()
        self.heal()
        self.suspend()
        self.remove()

    def test_the_account_of_the_platform_reads_only(self):
        listed = CLUSTER.kubectl(
            'auth', 'can-i', '--list', '--no-headers', '--as',
            'system:serviceaccount:cameleer:cameleer-platform')
        say('kubectl auth can-i --list:')
        for line in listed.splitlines():
            say('  ' + line)
            verbs = set(line[line.rindex('[') + 1:-1].split())
            if 'selfsubject' not in line:
                self.assertLessEqual(verbs, {'get', 'list', 'watch'}, line)
        self.assertNotIn('secrets', listed)


if __name__ == '__main__':
    unittest.main()
