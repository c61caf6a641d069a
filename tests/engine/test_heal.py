# SPDX-License-Identifier: Apache-2.0
"""What is killed in the middle of a customer's first day comes back, and the
day ends well: the tenant is ACTIVE, the application runs, nothing is there
twice.  Against a running quickstart (summary.json)."""
import http.client
import json
import os
import signal
import socket
import ssl
import threading
import time
import unittest
import urllib.parse
import uuid

with open(os.environ['CAMELEER_TEST_ENV'], encoding='utf-8') as _file:
    ENV = json.load(_file)
STATE = os.path.dirname(os.environ['CAMELEER_TEST_ENV'])
BASE = urllib.parse.urlsplit(ENV['base_url'])
JAR = STATE + '/java/orders/target/orders.jar'
PATIENCE_S = 40


class Client:
    """Asks again, with the same key, while somebody is being restarted."""

    def __init__(self):
        self.token = None
        self.tls = ssl.create_default_context(cafile=ENV['ca_cert'])

    def once(self, method, path, body, headers):
        connection = http.client.HTTPSConnection(
            BASE.hostname, BASE.port, timeout=60, context=self.tls)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ask(self, method, path, value=None, jar=None):
        headers = {'Idempotency-Key': str(uuid.uuid4())}
        body = None
        if self.token:
            headers['Authorization'] = 'Bearer ' + self.token
        if value is not None:
            body = json.dumps(value)
            headers['Content-Type'] = 'application/json'
        if jar:
            with open(jar, 'rb') as f:
                body = f.read()
            headers['Content-Type'] = 'application/java-archive'
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                status, text = self.once(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                status, text = 0, b''
            if status not in (0, 429, 500, 502, 503, 504):
                break
            if time.monotonic() > until:
                break
            time.sleep(0.5)
        answer = json.loads(text) if text else None
        if status not in (200, 201, 202, 204):
            raise AssertionError('%s %s: %s %s' % (method, path, status,
                                                   answer))
        return answer

    def sign_in(self, tenant=None):
        self.token = None
        self.token = self.ask('POST', '/api/auth/login', {
            'email': ENV['owner_email'], 'password': ENV['owner_password'],
            'session': 'token'})['access_token']
        if tenant:
            self.token = self.ask('POST', '/api/auth/switch',
                                  {'tenant': tenant})['access_token']

    def wait(self, path, good, seconds=180):
        until = time.monotonic() + seconds
        while True:
            answer = self.ask('GET', path)
            if good(answer):
                return answer
            if time.monotonic() > until:
                raise AssertionError('%s: still %s' % (path, answer))
            time.sleep(0.3)


class Engine(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(ENV['engine'][len('unix://'):])


def containers(tenant, role):
    """Of the engine itself, stopped ones too."""
    engine = Engine('localhost')
    engine.request('GET', '/containers/json?' + urllib.parse.urlencode({
        'all': 'true', 'filters': json.dumps({'label': [
            'cameleer.tenant=' + tenant, 'cameleer.role=' + role]})}))
    return json.loads(engine.getresponse().read())


def main_of(service):
    with open('%s/run/%s.main' % (STATE, service), encoding='ascii') as f:
        return int(f.read().split()[0])


class Heal(unittest.TestCase):
    def day(self, slug):
        """From no tenant to a running application."""
        client = Client()
        client.sign_in()
        client.ask('POST', '/api/tenants',
                   {'slug': slug, 'name': 'Heal Ltd', 'tier': 'low'})
        client.sign_in(slug)
        client.wait('/api/tenants/current', lambda a: a['state'] == 'active')
        client.ask('POST', '/api/apps',
                   {'name': 'orders', 'display_name': 'Orders'})
        client.ask('POST', '/api/apps/orders/releases', jar=JAR)
        client.wait('/api/apps/orders/deployments', lambda a: any(
            d['state'] == 'running' for d in a['items']))
        return client

    def nothing_twice(self, slug, client):
        releases = client.ask('GET', '/api/apps/orders/releases')['items']
        self.assertEqual([r['number'] for r in releases], [1])
        kinds = [o['kind'] for o in client.ask(
            'GET', '/api/tenants/operations')['items']]
        self.assertEqual(sorted(kinds), sorted(set(kinds)))
        for role in ('server', 'app'):
            found = containers(slug, role)
            self.assertEqual([c['State'] for c in found], ['running'], role)
        answer = client.ask('GET', '/t/%s/api/v1/health' % slug)
        self.assertEqual(answer['status'], 'UP')

    def remove(self, slug, client):
        client.sign_in(slug)
        client.ask('DELETE', '/api/tenants/current')
        until = time.monotonic() + 60
        while containers(slug, 'server') or containers(slug, 'app'):
            self.assertLess(time.monotonic(), until, 'not removed')
            time.sleep(0.5)

    def survives(self, victim):
        """Killed every two seconds, from the first request to the last."""
        slug = 'heal%x' % (time.time_ns() // 1000000)
        done = threading.Event()
        killed = []

        def kill():
            while not done.wait(2.0):
                try:
                    os.kill(main_of(victim), signal.SIGKILL)
                    killed.append(victim)
                except (OSError, ValueError, IndexError):
                    pass        # between two lives
                if len(killed) >= 4:
                    return

        thread = threading.Thread(target=kill)
        thread.start()
        try:
            client = self.day(slug)
        finally:
            done.set()
            thread.join()
        self.assertTrue(killed)
        try:
            client.sign_in(slug)
            self.nothing_twice(slug, client)
        finally:
            self.remove(slug, client)

    def test_auth_is_killed(self):
        self.survives('auth')

    def test_tenants_is_killed(self):
        self.survives('tenants')

    def test_apps_is_killed(self):
        self.survives('apps')

    def test_worker_is_killed(self):
        self.survives('worker')

    def test_postgres_is_killed(self):
        self.survives('postgres')

    def test_nginx_is_killed(self):
        self.survives('nginx')

    def test_registry_is_killed(self):
        self.survives('registry')

    def test_engine_service_is_killed(self):
        self.survives('engine')


if __name__ == '__main__':
    unittest.main()
