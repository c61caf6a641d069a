# SPDX-License-Identifier: Apache-2.0
"""nginx listens on the configured addresses, under the configured name."""
import json
import re
import subprocess
import unittest

from support import SOURCE, STATE, TestCase, eventually

ADDRESS, HOST, PORT = '192.0.2.10', 'demo.example.test', 19443


def shell(text, check=True, **env):
    """Runs shell functions of the quickstart in the test's state directory."""
    return subprocess.run(
        ['sh', '-euc', 'top=$1; program=test; . "$top/packaging/lib/load.sh";'
         ' state_path; state_env; exec 3>&1; ' + text, 'sh', SOURCE],
        check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, env=dict({
            'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'CAMELEER_STATE': STATE,
            'NGINX_UNLIMITED': '127.0.0.1', 'NGINX_GROUPS_PAUSE': '1',
            'NGINX_PROXIES': '127.0.9.1'},
            **env))


def listening(port):
    """Returns the addresses that listen on this port."""
    out = subprocess.run(['ss', '-Hltn', 'sport = :%d' % port], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return {line.split()[3].rpartition(':')[0] for line in out.splitlines()}


def get(host, address, port):
    """Returns the readiness document from an address, with its certificate
    checked for the host's name."""
    done = subprocess.run(
        ['curl', '-s', '--noproxy', '*', '--cacert', STATE + '/tls/ca.pem',
         '--connect-to', '::%s:%d' % (address, port),
         'https://%s:%d/api/auth/ready' % (host, port)], check=False,
        stdout=subprocess.PIPE, text=True)
    return done.stdout and json.loads(done.stdout)


class Listen(TestCase):

    def setUp(self):
        with open(STATE + '/env', encoding='ascii') as f:
            self.env = f.read()
        subprocess.run(['ip', 'addr', 'add', ADDRESS + '/32', 'dev', 'lo'],
                       check=True)
        self.port = int(re.search(r'PORT_HTTPS=(\d+)', self.env).group(1))

    def tearDown(self):
        with open(STATE + '/env', 'w', encoding='ascii') as f:
            f.write(self.env)
        shell('tls_certificates; nginx_start')
        subprocess.run(['ip', 'addr', 'del', ADDRESS + '/32', 'dev', 'lo'],
                       check=True)
        eventually(10, lambda: get('localhost', '127.0.0.1', self.port),
                   'nginx as before')
        self.assertEqual(listening(self.port), {'127.0.0.1'})

    def test_only_this_machine_is_served_unless_told(self):
        self.assertEqual(listening(self.port), {'127.0.0.1'})

    def test_addresses_name_and_port_are_taken(self):
        out = shell('ports_choose; state_env; tls_certificates; nginx_start;'
                    ' base_url', CAMELEER_LISTEN=ADDRESS, CAMELEER_HOST=HOST,
                    CAMELEER_PORT=str(PORT)).stdout
        self.assertEqual(out.split()[-1], 'https://%s:%d' % (HOST, PORT))
        self.assertEqual(listening(PORT), {'127.0.0.1', ADDRESS})
        self.assertEqual(listening(self.port), set())
        self.assertEqual(get(HOST, ADDRESS, PORT), {'status': 'ready'})
        self.assertEqual(get(HOST, '127.0.0.1', PORT), {'status': 'ready'})
        # a later run is told nothing, and keeps them
        shell('ports_choose; state_env; tls_certificates; nginx_start')
        self.assertEqual(listening(PORT), {'127.0.0.1', ADDRESS})

    def test_all_addresses(self):
        shell('ports_choose; state_env; tls_certificates; nginx_start',
              CAMELEER_LISTEN='0.0.0.0,::1')
        self.assertEqual(listening(self.port), {'0.0.0.0', '[::1]'})
        self.assertEqual(get('localhost', ADDRESS, self.port),
                         {'status': 'ready'})
        # containers keep an address that nobody else has
        self.assertNotIn(':%d' % self.port, shell('PLATFORM_ADDR=10.231.0.1'
                                                  ' internal_url').stdout)

    def test_what_cannot_be_is_refused_with_a_reason(self):
        for env, reason in (
                ({'CAMELEER_LISTEN': 'eth0'}, 'CAMELEER_LISTEN: addresses'),
                ({'CAMELEER_HOST': 'a b'}, 'CAMELEER_HOST: a name'),
                ({'CAMELEER_PORT': '443'}, 'CAMELEER_PORT: a port from 1024'),
                ({'CAMELEER_PORT': '99999'}, 'from 1024 to 65535'),
                ({'CAMELEER_PORT': '15432'}, 'another program listens')):
            with self.subTest(env):
                done = shell('ports_choose', check=False, **env)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(reason, done.stdout)


if __name__ == '__main__':
    unittest.main()
