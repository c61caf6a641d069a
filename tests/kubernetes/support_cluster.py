# SPDX-License-Identifier: Apache-2.0
"""The cluster of tests/cluster as its tests use it: kubectl as one of its
users, waits with bounds, pods and their neighbours, and a Git repository."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

NODE = '10.250.0.2'
REGISTRY = NODE + ':5000'
GIT = 'http://%s:3000/' % NODE
BUSYBOX = REGISTRY + '/busybox:1'
PEERS_UID = 63120
SLOW = int(os.environ.get('CAMELEER_SLOW', '1'))


def wait_for(what, limit_s, ask, *arguments):
    """Returns the first true answer, and the seconds until then."""
    began = time.monotonic()
    while True:
        answer = ask(*arguments)
        took = time.monotonic() - began
        if answer:
            return answer, took
        if took > limit_s * SLOW:
            raise AssertionError('not within %d s: %s' % (limit_s, what))
        time.sleep(0.3)


class Cluster:
    """One that runs; DIR is what `cluster up DIR' was given."""

    def __init__(self, directory):
        self.state = pathlib.Path(directory)

    def program(self, name, *arguments, user='admin', text=None, check=True,
                environment=None):
        """Runs one of the cluster's programs."""
        done = subprocess.run(
            [str(self.state / 'bin' / name), *arguments], input=text,
            capture_output=True, text=True, timeout=120 * SLOW, check=False,
            env={'PATH': os.environ['PATH'], 'HOME': str(self.state),
                 'KUBECONFIG': str(self.state / 'users' / (user + '.json')),
                 **(environment or {})})
        if check and done.returncode != 0:
            raise AssertionError('%s %s: %s' % (name, ' '.join(arguments),
                                                done.stderr.strip()))
        return done

    def kubectl(self, *arguments, **options):
        return self.program('kubectl', *arguments, **options).stdout

    def apply(self, *objects, user='admin', check=True):
        """Creates or changes objects; unknown fields are refused."""
        return self.program(
            'kubectl', 'apply', '--server-side', '--validate=strict', '-f',
            '-', user=user, check=check, text=json.dumps(
                {'apiVersion': 'v1', 'kind': 'List', 'items': objects}))

    def get(self, kind, name, namespace):
        """The object, or None."""
        done = self.program('kubectl', '-n', namespace, 'get', kind, name,
                            '-o', 'json', check=False)
        if done.returncode != 0:
            if '(NotFound)' in done.stderr:
                return None
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)

    def condition(self, kind, name, namespace, which='Ready'):
        """The condition of that type: {} while there is none."""
        found = self.get(kind, name, namespace) or {}
        for one in found.get('status', {}).get('conditions', []):
            if one['type'] == which:
                return one
        return {}

    def ready(self, kind, name, namespace, limit_s):
        """Waits; returns the seconds."""
        def good():
            return self.condition(kind, name, namespace).get(
                'status') == 'True'
        try:
            return wait_for('%s %s is ready' % (kind, name), limit_s, good)[1]
        except AssertionError as error:
            raise AssertionError('%s; %s' % (error, self.kubectl(
                '-n', namespace, 'describe', kind, name, check=False)
                [-1500:])) from None

    def namespace(self, name):
        """One in which only restricted pods may be."""
        self.apply({'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {
            'name': name, 'labels': {
                'pod-security.kubernetes.io/enforce': 'restricted'}}})
        # before that, no pod may be made
        wait_for('the default account', 30, self.get, 'serviceaccount',
                 'default', name)
        return name

    def connects(self, namespace, pod, target, port):
        """Can the pod open a connection?"""
        return self.program(
            'kubectl', '-n', namespace, 'exec', pod, '--', 'busybox', 'nc',
            '-w', '2', target, str(port), check=False).returncode == 0


def pod(namespace, name, *command, labels=None):
    """A pod of busybox that the restricted profile allows."""
    return {
        'apiVersion': 'v1', 'kind': 'Pod',
        'metadata': {'name': name, 'namespace': namespace,
                     'labels': labels or {'app': name}},
        'spec': pod_spec(*command)}


def pod_spec(*command):
    return {
        'automountServiceAccountToken': False,
        'terminationGracePeriodSeconds': 1,
        'securityContext': {'runAsNonRoot': True, 'runAsUser': 65532,
                            'seccompProfile': {'type': 'RuntimeDefault'}},
        'containers': [{
            'name': 'main', 'image': BUSYBOX, 'args': list(command),
            'resources': {'limits': {'cpu': '200m', 'memory': '32Mi'}},
            'securityContext': {
                'allowPrivilegeEscalation': False,
                'readOnlyRootFilesystem': True,
                'capabilities': {'drop': ['ALL']}}}]}


def web_pod(namespace, name):
    """A pod that answers HTTP on port 8080 when it is ready."""
    made = pod(namespace, name, 'httpd', '-f', '-p', '8080', '-h', '/tmp')
    main = made['spec']['containers'][0]
    main['readinessProbe'] = {'tcpSocket': {'port': 8080},
                              'periodSeconds': 1}
    return made


class Repository:
    """A Git repository that Flux can read, pushed to over HTTP."""

    def __init__(self, cluster, name):
        self.url = GIT + name
        bare = cluster.state / 'git' / name
        self.git('init', '-q', '--bare', '-b', 'main', str(bare))
        for path in (bare, *bare.rglob('*')):
            os.chown(path, PEERS_UID, PEERS_UID)
        self.password = (cluster.state / 'secret' / 'git').read_text()
        self.tree = pathlib.Path(tempfile.mkdtemp(prefix='cameleer-git.'))
        self.git('init', '-q', '-b', 'main', str(self.tree))

    @staticmethod
    def git(*arguments, check=True):
        return subprocess.run(
            ['git', '-c', 'user.name=Test', '-c', 'user.email=test@test.test',
             *arguments], capture_output=True, text=True, timeout=60,
            check=check)

    def push(self, files, password=None, check=True):
        """Commits files (None removes one), and pushes."""
        for name, content in files.items():
            path = self.tree / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        self.git('-C', str(self.tree), 'add', '-A')
        self.git('-C', str(self.tree), 'commit', '-q', '-m', 'Change')
        url = self.url.replace('://', '://platform:%s@' % (
            password or self.password))
        return self.git('-C', str(self.tree), 'push', '-q', url, 'main',
                        check=check)

    def close(self):
        shutil.rmtree(self.tree)


def say(text):
    print('# ' + text, flush=True)


CLUSTER = Cluster(os.environ['CAMELEER_CLUSTER'])


class ClusterTest(unittest.TestCase):
    """Each test has namespaces of its own."""

    def tenant(self, name):
        CLUSTER.namespace(name)
        self.addCleanup(CLUSTER.kubectl, 'delete', 'namespace', name,
                        '--wait=false')
        return name

    def repository(self, name):
        made = Repository(CLUSTER, name)
        self.addCleanup(made.close)
        return made
