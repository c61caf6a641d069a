# SPDX-License-Identifier: Apache-2.0
"""kubeseal, the program of sealed-secrets, opens what we seal."""
import base64
import json
import os
import subprocess
import tempfile
import unittest

from support_manifest import KUBESEAL, example, objects_of, run

EXPECTED = {
    'bootstrap-token': b'bootstrap-token-of-the-example',
    'db-password': b'password-of-the-example',
    'license': b'eyJ0ZW5hbnRJZCI6ImFjbWUifQ==.c2lnbmF0dXJl',
    'ca.pem': b'-----BEGIN CERTIFICATE-----\nAAAA\n'
              b'-----END CERTIFICATE-----\n'}


class Seal(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.key = os.path.join(cls.folder.name, 'key.pem')
        cls.certificate = os.path.join(cls.folder.name, 'certificate.pem')
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'rsa:4096', '-nodes',
             '-subj', '/CN=sealed', '-days', '2', '-keyout', cls.key,
             '-out', cls.certificate], check=True,
            stderr=subprocess.DEVNULL)
        cls.sealed = objects_of(example('low', cls.certificate),
                                'SealedSecret')

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def unseal(self, secret):
        """Gives an object to kubeseal; returns its exit status and words."""
        return run(KUBESEAL, '--recovery-unseal', '--recovery-private-key',
                   self.key, text=json.dumps(secret))

    def named(self, name):
        """Returns a sealed secret by its name, as a copy."""
        return json.loads(json.dumps([
            one for one in self.sealed
            if one['metadata']['name'] == name][0]))

    def test_kubeseal_opens_each_value(self):
        self.assertEqual(len(self.sealed), 3)
        status, said = self.unseal(self.named('cameleer-server'))
        self.assertEqual(status, 0, said)
        data = json.loads(said)['data']
        self.assertEqual({key: base64.b64decode(value)
                          for key, value in data.items()}, EXPECTED)

    def test_pool_knows_one_role(self):
        status, said = self.unseal(self.named('cameleer-pgbouncer'))
        self.assertEqual(status, 0, said)
        self.assertEqual(
            base64.b64decode(json.loads(said)['data']['userlist.txt']),
            b'"t_0011223344556677" "password-of-acme"\n')

    def test_moved_or_renamed_secret_stays_shut(self):
        for where in ('name', 'namespace'):
            secret = self.named('cameleer-server')
            for part in (secret['metadata'],
                         secret['spec']['template']['metadata']):
                part[where] = 't-beta'
            status, said = self.unseal(secret)
            self.assertNotEqual(status, 0, said)
            self.assertIn('no key could decrypt', said)

    def test_changed_ciphertext_stays_shut(self):
        secret = self.named('cameleer-server')
        text = bytearray(base64.b64decode(
            secret['spec']['encryptedData']['license']))
        text[-1] ^= 1
        secret['spec']['encryptedData']['license'] = base64.b64encode(
            bytes(text)).decode()
        self.assertNotEqual(self.unseal(secret)[0], 0)


if __name__ == '__main__':
    unittest.main()
