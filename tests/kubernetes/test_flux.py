# SPDX-License-Identifier: Apache-2.0
"""Flux applies what is pushed, prunes what is removed, installs charts of the
registry, and lets no tenant leave its namespace."""
import json
import pathlib
import tempfile

from support_cluster import (CLUSTER, REGISTRY, ClusterTest, pod_spec, say,
                             wait_for)


def role_binding(namespace, role, account):
    return {'apiVersion': 'rbac.authorization.k8s.io/v1',
            'kind': 'RoleBinding',
            'metadata': {'name': account, 'namespace': namespace},
            'roleRef': {'apiGroup': 'rbac.authorization.k8s.io',
                        'kind': 'ClusterRole', 'name': role},
            'subjects': [{'kind': 'ServiceAccount', 'name': account,
                          'namespace': namespace}]}


def service_account(namespace, name):
    return {'apiVersion': 'v1', 'kind': 'ServiceAccount',
            'metadata': {'name': name, 'namespace': namespace}}


def git_repository(namespace, name, url):
    return {'apiVersion': 'source.toolkit.fluxcd.io/v1',
            'kind': 'GitRepository',
            'metadata': {'name': name, 'namespace': namespace},
            'spec': {'interval': '5s', 'url': url,
                     'ref': {'branch': 'main'}}}


def kustomization(namespace, name, source, account=None):
    spec = {'interval': '5s', 'retryInterval': '5s', 'prune': True,
            'path': './', 'sourceRef': source, 'targetNamespace': namespace,
            'wait': True, 'timeout': '60s'}
    if account:
        spec['serviceAccountName'] = account
    return {'apiVersion': 'kustomize.toolkit.fluxcd.io/v1',
            'kind': 'Kustomization',
            'metadata': {'name': name, 'namespace': namespace},
            'spec': spec}


def deployment(name):
    """JSON, which is YAML: Flux reads files that are named .yaml alone."""
    return json.dumps({
        'apiVersion': 'apps/v1', 'kind': 'Deployment',
        'metadata': {'name': name},
        'spec': {'selector': {'matchLabels': {'app': name}},
                 'template': {'metadata': {'labels': {'app': name}},
                              'spec': pod_spec('sleep', '3600')}}})


class Flux(ClusterTest):

    def test_what_is_pushed_runs_and_what_is_removed_is_pruned(self):
        space, repository = self.tenant('pushed'), self.repository('pushed')
        repository.push({'one.yaml': deployment('one'),
                         'two.yaml': deployment('two'),
                         'skipped.json': deployment('skipped')})
        CLUSTER.apply(
            service_account(space, 'flux'),
            role_binding(space, 'admin', 'flux'),
            git_repository(space, 'config', repository.url),
            kustomization(space, 'config', {'kind': 'GitRepository',
                                            'name': 'config'}, 'flux'))
        say('pushed, and ready after %.1f s' % CLUSTER.ready(
            'kustomization', 'config', space, 90))
        for name in ('one', 'two'):
            self.assertEqual(CLUSTER.get('deployment', name, space)
                             ['status']['readyReplicas'], 1)
        repository.push({'two.yaml': None})
        say('pruned after %.1f s' % wait_for(
            'the prune of two', 60,
            lambda: CLUSTER.get('deployment', 'two', space) is None)[1])
        self.assertIsNotNone(CLUSTER.get('deployment', 'one', space))
        # so manifests, which are JSON, are named .yaml
        self.assertIsNone(CLUSTER.get('deployment', 'skipped', space))

    def test_a_source_of_another_namespace_is_refused(self):
        owner, thief = self.tenant('owner'), self.tenant('thief')
        repository = self.repository('private')
        repository.push({'one.yaml': deployment('one')})
        CLUSTER.apply(
            git_repository(owner, 'config', repository.url),
            service_account(thief, 'flux'),
            role_binding(thief, 'admin', 'flux'),
            kustomization(thief, 'config', {
                'kind': 'GitRepository', 'name': 'config',
                'namespace': owner}, 'flux'))
        CLUSTER.ready('gitrepository', 'config', owner, 60)

        def refused():
            return CLUSTER.condition('kustomization', 'config', thief).get(
                'reason') == 'AccessDenied'
        wait_for('the refusal', 60, refused)
        self.assertIsNone(CLUSTER.get('deployment', 'one', thief))

    def test_an_account_that_is_not_named_may_do_nothing(self):
        space, repository = self.tenant('unnamed'), self.repository('unnamed')
        repository.push({'one.yaml': deployment('one')})
        CLUSTER.apply(
            git_repository(space, 'config', repository.url),
            kustomization(space, 'config', {'kind': 'GitRepository',
                                            'name': 'config'}))

        def refused():
            return 'system:serviceaccount:%s:default' % space in (
                CLUSTER.condition('kustomization', 'config', space).get(
                    'message', ''))
        wait_for('the refusal', 60, refused)
        self.assertIsNone(CLUSTER.get('deployment', 'one', space))

    def chart(self, name, namespaces):
        """Pushes a chart with a ConfigMap for each namespace."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder) / name
            (root / 'templates').mkdir(parents=True)
            (root / 'Chart.yaml').write_text(json.dumps(
                {'apiVersion': 'v2', 'name': name, 'version': '1.0.0'}))
            (root / 'templates' / 'pod.yaml').write_text(deployment('web'))
            for space in namespaces:
                (root / 'templates' / (space + '.yaml')).write_text(
                    json.dumps({'apiVersion': 'v1', 'kind': 'ConfigMap',
                                'metadata': {'name': 'mark',
                                             'namespace': space}}))
            CLUSTER.program('helm', 'package', '-d', folder, str(root))
            CLUSTER.program('helm', 'push', '--plain-http',
                            '%s/%s-1.0.0.tgz' % (folder, name),
                            'oci://%s/charts' % REGISTRY)

    def release(self, space, name):
        CLUSTER.apply(
            service_account(space, 'helm'),
            role_binding(space, 'admin', 'helm'),
            {'apiVersion': 'source.toolkit.fluxcd.io/v1',
             'kind': 'OCIRepository',
             'metadata': {'name': name, 'namespace': space},
             'spec': {'interval': '5s', 'insecure': True,
                      'url': 'oci://%s/charts/%s' % (REGISTRY, name),
                      'ref': {'tag': '1.0.0'},
                      'layerSelector': {
                          'mediaType': 'application/vnd.cncf.helm.chart'
                                       '.content.v1.tar+gzip',
                          'operation': 'copy'}}},
            {'apiVersion': 'helm.toolkit.fluxcd.io/v2',
             'kind': 'HelmRelease',
             'metadata': {'name': name, 'namespace': space},
             'spec': {'interval': '5s', 'timeout': '60s',
                      'serviceAccountName': 'helm',
                      'chartRef': {'kind': 'OCIRepository', 'name': name}}})

    def test_a_chart_of_the_registry_is_installed(self):
        space = self.tenant('charted')
        self.chart('small', [space])
        self.release(space, 'small')
        say('chart installed after %.1f s' % CLUSTER.ready(
            'helmrelease', 'small', space, 90))
        self.assertEqual(CLUSTER.get('deployment', 'web', space)
                         ['status']['readyReplicas'], 1)
        self.assertIsNotNone(CLUSTER.get('configmap', 'mark', space))

    def test_a_chart_that_leaves_its_namespace_is_refused(self):
        space, other = self.tenant('straying'), self.tenant('untouched')
        self.chart('stray', [other])
        self.release(space, 'stray')

        def refused():
            return 'forbidden' in CLUSTER.condition(
                'helmrelease', 'stray', space).get('message', '')
        wait_for('the refusal', 90, refused)
        self.assertIsNone(CLUSTER.get('configmap', 'mark', other))
