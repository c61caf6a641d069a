# SPDX-License-Identifier: Apache-2.0
"""The chart and the manifests of the examples, as the programs see them that
people use to judge manifests. No cluster is needed."""
import os
import tempfile
import unittest

from support_manifest import (
    CHART, EXAMPLES, FLUX, HELM, KUBERNETES, KUBE_SCORE, VENV, example,
    objects_of, render, run, stream)


class Manifests(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.files, cls.whole, cls.release = {}, {}, {}
        for name in EXAMPLES:
            files = cls.files[name] = example(name)
            cls.release[name] = objects_of(files, 'HelmRelease')[0]
            plain = [one for one in objects_of(files)
                     if one['kind'] not in FLUX]
            path = os.path.join(cls.folder.name, name + '.yaml')
            with open(path, 'w', encoding='utf-8') as f:
                f.write(stream(plain) + '---\n' +
                        render(cls.release[name], cls.folder.name))
            cls.whole[name] = path

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def values(self, **changed):
        """Returns the path of good values with some changed."""
        path = os.path.join(self.folder.name, 'changed.json')
        values = self.release['low']['spec']['values']
        values = {**values, **{part: {**values[part], **more}
                               for part, more in changed.items()}}
        with open(path, 'w', encoding='utf-8') as f:
            f.write(stream([values]))
        return path

    def lint(self, path):
        """Asks helm lint; returns its exit status and words."""
        return run(HELM, 'lint', '--strict', '--kube-version', KUBERNETES,
                   CHART, '-f', path)

    def test_helm_lint_finds_nothing(self):
        status, said = self.lint(self.values())
        self.assertEqual(status, 0, said)
        self.assertNotIn('[WARNING]', said)

    def test_values_that_are_none_are_refused(self):
        image = {'repository': 'registry.example/server'}
        for changed in (
                {'server': {'image': dict(image, digest='v1')}},
                {'server': {'image': image}},
                {'server': {'replicas': 2}},
                {'server': {'secretName': 'A b'}},
                {'server': {'env': [{'name': 'a-b', 'value': ''}]}},
                {'server': {'more': 1}},
                {'pgbouncer': {'poolSize': 0}},
                {'pgbouncer': {'postgres': {
                    'host': 'pg\nauth_type=any', 'port': 1, 'database': 'a',
                    'sslmode': 'disable'}}}):
            status, said = self.lint(self.values(**changed))
            self.assertNotEqual(status, 0, changed)
            self.assertIn('values don\'t meet the specifications', said)

    def test_kube_score_finds_nothing(self):
        for name, path in self.whole.items():
            status, said = run(KUBE_SCORE, 'score', '-o', 'ci', path)
            self.assertEqual(status, 0, said)
            found = [line for line in said.splitlines()
                     if not line.startswith(('[OK]', '[SKIPPED]'))]
            self.assertEqual(found, [], name)

    def test_checkov_finds_nothing(self):
        for name, path in self.whole.items():
            status, said = run(
                VENV + '/bin/checkov', '--skip-download', '--quiet',
                '--compact', '--framework', 'kubernetes', '-f', path)
            self.assertEqual(status, 0, said)
            self.assertIn('Failed checks: 0, Skipped checks: 0', said, name)

    def test_every_object_is_one_of_kubernetes(self):
        for name, path in self.whole.items():
            status, said = run(VENV + '/bin/kubernetes-validate', '--strict',
                               '-k', KUBERNETES, path)
            self.assertEqual(status, 0, said)
            self.assertGreater(said.count(' passed for resource '), 20, name)

    def test_the_programs_find_what_is_wrong(self):
        """Otherwise they may have read nothing."""
        path = os.path.join(self.folder.name, 'wrong.yaml')
        wrong = [one for one in objects_of(self.files['low'], 'Deployment')]
        pod = wrong[0]['spec']['template']['spec']
        del pod['containers'][0]['securityContext']
        pod['containers'][0]['imagePullPolic'] = 'Always'
        with open(path, 'w', encoding='utf-8') as f:
            f.write(stream(wrong))
        self.assertNotEqual(run(KUBE_SCORE, 'score', path)[0], 0)
        self.assertNotEqual(run(
            VENV + '/bin/checkov', '--skip-download', '--framework',
            'kubernetes', '-f', path)[0], 0)
        self.assertNotEqual(run(
            VENV + '/bin/kubernetes-validate', '--strict', '-k', KUBERNETES,
            path)[0], 0)


class Meaning(unittest.TestCase):
    """What the objects mean together."""

    @classmethod
    def setUpClass(cls):
        cls.objects = {name: objects_of(example(name)) for name in EXAMPLES}

    def each(self, kind):
        """Yields each object of a kind, of both examples."""
        return (one for objects in self.objects.values() for one in objects
                if one['kind'] == kind)

    def test_each_direction_with_a_rule_is_in_the_types(self):
        seen = 0
        for policy in self.each('NetworkPolicy'):
            for way in ('ingress', 'egress'):
                if way in policy['spec']:
                    seen += 1
                    self.assertIn(way.title(), policy['spec']['policyTypes'],
                                  policy['metadata']['name'])
        self.assertGreater(seen, 15)

    def test_no_rule_is_without_peers(self):
        for policy in self.each('NetworkPolicy'):
            for way, peers in (('ingress', 'from'), ('egress', 'to')):
                for rule in policy['spec'].get(way, []):
                    self.assertTrue(rule[peers], policy['metadata']['name'])

    def test_only_the_pool_reaches_postgresql(self):
        for policy in self.each('NetworkPolicy'):
            text = str(policy['spec'].get('egress', ''))
            if 'postgres' in text or '10.1.2.3' in text:
                self.assertEqual(policy['spec']['podSelector'], {
                    'matchLabels': {'cameleer.io/role': 'pooler'}})

    def test_every_namespaced_object_is_in_the_namespace(self):
        for name, space in (('low', 't-acme'), ('business', 't-globex')):
            for one in self.objects[name]:
                given = one['metadata'].get('namespace')
                if one['kind'] == 'Namespace':
                    self.assertEqual(one['metadata']['name'], space)
                elif one['kind'] == 'Kustomization' or \
                        one['metadata']['name'].startswith('tenant-') and \
                        one['kind'] == 'ServiceAccount':
                    self.assertEqual(given, 'flux-system')
                else:
                    self.assertEqual(given, space, one['metadata']['name'])

    def test_no_role_reaches_further_than_its_objects(self):
        for role in self.each('Role'):
            for rule in role['rules']:
                self.assertNotIn('*', rule['apiGroups'] + rule['resources'] +
                                 rule['verbs'])
                for word in ('networkpolicies', 'resourcequotas', 'roles',
                             'rolebindings', 'limitranges', 'pods/exec'):
                    self.assertNotIn(word, rule['resources'])
        self.assertEqual(list(self.each('ClusterRole')), [])

    def test_nothing_is_substituted(self):
        for objects in self.objects.values():
            for one in objects:
                self.assertEqual(one['metadata']['annotations'][
                    'kustomize.toolkit.fluxcd.io/substitute'], 'disabled')


if __name__ == '__main__':
    unittest.main()
