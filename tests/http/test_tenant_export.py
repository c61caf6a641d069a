# SPDX-License-Identifier: Apache-2.0
"""cameleerctl tenants export: the worker makes a tenant's manifests and seals
its secrets for the holder of a certificate."""
import base64
import json
import os
import subprocess
import tempfile
import threading
import unittest

from support import TestCase, eventually
from support_sql import DB, as_worker
from support_world import Tenant, app
from test_tenant_approval import ctl

DIGEST = 'sha256:' + 64 * 'a'


def place(**changed):
    """Returns the description of a cluster."""
    return dict({
        'name': 'fresh', 'registry': 'registry.example:5000',
        'server_image': 'cameleer-server@' + DIGEST,
        'pooler_image': 'pgbouncer@' + DIGEST,
        'chart': 'oci://registry.example:5000/charts/cameleer-server',
        'chart_version': '0.1.0', 'flux_namespace': 'flux-system',
        'flux_repository': 'fleet', 'flux_account': 'kustomize-controller',
        'pod_security': 'v1.36', 'postgres_host': 'pg.example',
        'postgres_port': 5432, 'postgres_name': 'tenants',
        'postgres_sslmode': 'require',
        'dns': [{'namespace': 'kube-system',
                 'pods': {'k8s-app': 'kube-dns'}}],
        'platform': [], 'postgres': [{'cidr': '10.9.8.7/32'}],
        'ranges': ['10.244.0.0/16']}, **changed)


class Export(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.tenant = Tenant('low')
        cls.certificate, cls.key = cls.make_certificate('good', '2')

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def path(cls, name):
        """Returns a path in the folder of this test."""
        return os.path.join(cls.folder.name, name)

    @classmethod
    def make_certificate(cls, name, days, kind='rsa:2048'):
        """Makes a certificate and its key; returns both paths."""
        pem, key = cls.path(name + '.pem'), cls.path(name + '.key')
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', kind, '-nodes', '-days',
             days, '-subj', '/CN=x', '-keyout', key, '-out', pem],
            check=True, stderr=subprocess.DEVNULL)
        return pem, key

    def export(self, *more, slug=None, certificate=None, **changed):
        """Calls the command; returns its exit status and output."""
        where = self.path('place.json')
        with open(where, 'w', encoding='utf-8') as f:
            json.dump(place(**changed), f)
        return ctl('tenants', 'export', slug or self.tenant.slug, '--format',
                   'flux', '--seal-cert', certificate or self.certificate,
                   '--place', where, *more)

    def files(self, **given):
        """Returns the files of an export by their paths."""
        status, said = self.export('--json', **given)
        self.assertEqual(status, 0, said)
        return {one['path']: one['content'] for one in json.loads(said)}

    def home(self, rest):
        """Returns the path of a file of the tenant."""
        return 'tenants/fresh/%s/%s' % (self.tenant.slug, rest)

    def unwrapped(self, text, name):
        """Opens the wrapped key of a value, as the holder of the key does."""
        wrapped = self.path('wrapped')
        with open(wrapped, 'wb') as f:
            f.write(base64.b64decode(text)[2:2 + 256])
        label = ('t-%s/%s' % (self.tenant.slug, name)).encode().hex()
        done = subprocess.run(
            ['openssl', 'pkeyutl', '-decrypt', '-inkey', self.key, '-in',
             wrapped, '-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt',
             'rsa_oaep_md:sha256', '-pkeyopt', 'rsa_mgf1_md:sha256',
             '-pkeyopt', 'rsa_oaep_label:' + label], check=False,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return len(done.stdout) if done.returncode == 0 else None

    def test_directory_holds_the_whole_tenant_and_no_secret(self):
        out = self.path('out')
        status, said = self.export('--out', out)
        self.assertEqual(status, 0, said)
        found = {}
        for folder, _, names in os.walk(out):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, encoding='utf-8') as f:
                    found[os.path.relpath(path, out)] = f.read()
        self.assertIn('%d files are in %s' % (len(found), out), said)
        self.assertEqual(found, self.files())
        self.assertIn('clusters/fresh/tenants/%s.yaml' % self.tenant.slug,
                      found)
        for name in ('namespace', 'network', 'quota', 'limits', 'access'):
            self.assertIn(self.home('namespace/%s.yaml' % name), found)
        secret = json.loads(found[self.home(
            'workload/secret-cameleer-server.yaml')])
        self.assertEqual(sorted(secret['spec']['encryptedData']), [
            'bootstrap-token', 'ca.pem', 'db-password', 'license'])
        for text in secret['spec']['encryptedData'].values():
            self.assertEqual(self.unwrapped(text, 'cameleer-server'), 32)
            self.assertIsNone(self.unwrapped(text, 'another'))
        license_file = DB.value(
            'SELECT file FROM license WHERE tenant_id = $1'
            ' ORDER BY version DESC LIMIT 1', self.tenant.id)
        self.assertGreater(len(license_file), 100)
        for text in found.values():
            self.assertNotIn(license_file, text)
            self.assertNotIn('BEGIN CERTIFICATE', text)

    def suspended(self, tenant):
        """Ends the suspension that a revocation queues: no server runs here,
        and other jobs of the tenant wait for it."""
        job = "tenant_id = $1 AND kind = 'tenant.suspend'"
        eventually(20, lambda: DB.number(
            'SELECT count(*) FROM operation WHERE ' + job, tenant.id) > 0,
            'the suspension')
        as_worker(tenant.id, "UPDATE operation SET state = 'done', attempt ="
                  ' attempt + 100, finished_at = now() WHERE ' + job,
                  tenant.id)

    def test_revoked_licence_is_not_in_it(self):
        tenant = Tenant('low')
        path = 'tenants/fresh/%s/workload/secret-cameleer-server.yaml' % (
            tenant.slug)
        names = []
        for _ in range(2):
            secret = json.loads(self.files(slug=tenant.slug)[path])
            names.append(sorted(secret['spec']['encryptedData']))
            status, said = ctl('license', 'revoke', tenant.slug, 'Not paid.')
            self.suspended(tenant)
        self.assertEqual(names[1], ['bootstrap-token', 'ca.pem',
                                    'db-password'])
        self.assertEqual(names[0], names[1] + ['license'])
        self.assertIn('is revoked, so this changes nothing', said)
        self.assertEqual(status, 1)

    def test_files_of_another_request_are_not_taken_for_ours(self):
        tenant = Tenant('low')
        answers = []
        ours = threading.Thread(target=lambda: answers.append(
            self.export(slug=tenant.slug)))
        ours.start()
        eventually(20, lambda: DB.rows(
            "UPDATE tenant_export SET place = replace(place, 'fresh',"
            " 'other') WHERE tenant_id = $1 RETURNING place", tenant.id),
                   'the request')
        ours.join()
        self.assertEqual(answers[0][0], 1)
        self.assertIn('somebody else has asked', answers[0][1])

    def test_unchanged_tenant_gives_the_same_bytes(self):
        first = self.files()
        self.assertEqual(self.files(), first)
        other, _ = self.make_certificate('other', '2')
        changed = self.files(certificate=other)
        self.assertEqual({path for path in first
                          if changed[path] != first[path]},
                         {path for path in first if '/secret-' in path})

    def test_applications_are_in_it(self):
        tenant = Tenant('low')
        orders = app(tenant.login())
        tenant.release(orders)
        tenant.deployment(orders)
        name = 'tenants/fresh/%s/workload/app-prod-%s.yaml' % (
            tenant.slug, orders)
        # Without an image there is nothing to run.
        self.assertNotIn(name, self.files(slug=tenant.slug))
        DB.run('UPDATE release SET image_digest = $1 WHERE tenant_id = $2',
               DIGEST, tenant.id)
        files = self.files(slug=tenant.slug)
        pod = json.loads(files[name].split('\n---\n')[0])
        self.assertEqual(pod['spec']['replicas'], 1)
        container = pod['spec']['template']['spec']['containers'][0]
        self.assertTrue(container['image'].startswith(
            'registry.example:5000/%s/%s@sha256:' % (tenant.slug, orders)))
        DB.run("UPDATE deployment SET wanted = 'stopped' WHERE tenant_id = $1",
               tenant.id)
        self.assertIn('"replicas": 0', self.files(slug=tenant.slug)[name])
        DB.run("UPDATE deployment SET wanted = 'running' WHERE tenant_id = $1",
               tenant.id)
        DB.run("UPDATE tenant SET state = 'suspended' WHERE id = $1",
               tenant.id)
        for text in self.files(slug=tenant.slug).values():
            self.assertNotIn('"replicas": 1', text)

    def test_both_actions_are_in_the_trail(self):
        self.files()
        rows = DB.rows('SELECT action, result FROM audit_event'
                       ' WHERE tenant_id = $1', self.tenant.id)
        for action in ('tenant.ask_export', 'tenant.export'):
            self.assertIn((action, 'done'), rows)

    def test_bad_input_makes_nothing(self):
        status, said = self.export(certificate=self.path('missing'))
        self.assertEqual(status, 1, said)
        weak, _ = self.make_certificate('weak', '2', 'rsa:1024')
        for path, words in ((weak, '2048 to 4096 bits'),
                            (self.key, 'not one certificate in PEM')):
            status, said = self.export(certificate=path)
            self.assertEqual(status, 1, said)
            self.assertIn(words, said)
        status, said = self.export(slug='nosuchtenant')
        self.assertEqual(status, 1)
        self.assertIn('there is no tenant nosuchtenant', said)
        waiting = Tenant('high', approve=False)
        status, said = self.export(slug=waiting.slug)
        self.assertEqual(status, 1)
        self.assertIn('is requested', said)
        self.assertEqual(ctl(
            'tenants', 'export', self.tenant.slug, '--format', 'helm',
            '--seal-cert', self.certificate, '--place', '/x')[0], 2)

    def test_description_that_is_wrong_is_refused_with_its_reason(self):
        for changed, words in (
                ({'ranges': []}, 'ranges must be a list'),
                ({'postgres': []}, 'postgres is empty'),
                ({'postgres_host': 'a\nb'}, 'postgres_host'),
                ({'server_image': 'server:latest'}, 'by its digest')):
            tenant = Tenant('low')
            status, said = self.export(slug=tenant.slug, **changed)
            self.assertEqual(status, 1, said)
            self.assertIn('place_invalid', said)
            self.assertIn(words, said)
            self.assertEqual(DB.number(
                'SELECT count(*) FROM tenant_export_file'
                ' WHERE tenant_id = $1', tenant.id), 0)

    def test_directory_that_holds_something_is_not_touched(self):
        full = self.path('full')
        os.mkdir(full)
        with open(full + '/mine', 'w', encoding='utf-8'):
            pass
        status, said = self.export('--out', full)
        self.assertEqual(status, 1)
        self.assertIn('holds something already', said)
        self.assertEqual(os.listdir(full), ['mine'])


if __name__ == '__main__':
    unittest.main()
