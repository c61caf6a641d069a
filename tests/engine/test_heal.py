# SPDX-License-Identifier: Apache-2.0
"""Parts of a tenant that disappear come back without help, and containers reach
only what they may."""
import json
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.parse

from support_stack import (ENV, CONF, TestCase, address, containers, engine,
                           eventually, inspect, jar, kill, new_owner, number,
                           query, say)
from support_jar import good

BACK = 60       # seconds until what was removed by hand is back


class Stage(TestCase):
    """The tenant with a running application that all tests share."""

    user = slug = app = tenant = None

    def container(self):
        """Returns the application's container id when exactly one runs."""
        found = containers(tenant=self.slug, app=self.app)
        return found[0]['Id'] if [c['State'] for c in found] == [
            'running'] else None

    def server(self):
        """Returns the server's container id when exactly one runs."""
        found = containers(tenant=self.slug, role='server')
        return found[0]['Id'] if [c['State'] for c in found] == [
            'running'] else None

    def back(self, what, lost):
        """Waits until it runs again and the API shows the true state; prints
        the time it took."""
        began = time.monotonic()
        states = []

        def again():
            shown = self.user.deployment(self.app)
            if not states or states[-1] != shown['state']:
                states.append(shown['state'])
            return shown['state'] == 'running' and self.container() and \
                shown['container'] == self.container() and lost()
        eventually(BACK, again, what)
        say('%s: back after %.1f s, by way of %s' % (
            what, time.monotonic() - began, ', '.join(states)))
        return states


def setUpModule():
    """Provisions the shared tenant; unittest calls this by its name."""
    user, Stage.slug, Stage.tenant = new_owner()
    Stage.app = user.new_app()
    user.upload(Stage.app, jar()[0])
    user.running(Stage.app)
    Stage.user = user


def tearDownModule():
    """Deletes the shared tenant; unittest calls this by its name."""
    Stage.user.delete_tenant()
    eventually(BACK, lambda: query(
        'SELECT state FROM tenant WHERE id = $1', Stage.tenant) ==
        [('deleted',)], 'the removal of ' + Stage.slug)


def pid_of(container):
    """Returns the pid of a container; 0 when none runs."""
    return inspect(container)['State']['Pid'] if container else 0


class Heal(Stage):

    def test_killed_application_is_started_again(self):
        old = inspect(self.container())['State']['Pid']
        kill(old)
        self.back('killed application', lambda: pid_of(
            self.container()) not in (0, old))
        # shown as unhealthy for a moment when the watch saw it starting
        eventually(BACK, lambda: number(
            "SELECT count(*) FROM deployment WHERE tenant_id = $1 AND"
            " state = 'running'", self.tenant) == 1, 'one that runs')

    def test_application_killed_over_the_engine_is_started_again(self):
        old = self.container()
        pid = inspect(old)['State']['Pid']
        self.assertEqual(engine('POST', '/v1.41/containers/%s/kill'
                                '?signal=KILL' % old)[0], 204)
        self.back('application killed over the engine', lambda: pid_of(
            self.container()) not in (0, pid))

    def test_stuck_application_is_shown_as_unhealthy(self):
        pid = inspect(self.container())['State']['Pid']
        kill(pid, signal.SIGSTOP)
        try:
            eventually(30, lambda: self.user.deployment(self.app)[
                'state'] == 'unhealthy', 'unhealthy')
            self.assertTrue(self.user.deployment(self.app)['detail'])
        finally:
            kill(pid, signal.SIGCONT)
        self.back('stuck application', lambda: True)
        self.assertIsNone(self.user.deployment(self.app)['detail'])

    def test_application_that_ends_at_once_fails_and_the_old_one_runs(self):
        """A release that ends at once fails after a few starts, and the old one
        runs on."""
        old, began = self.container(), time.monotonic()
        self.user.upload(self.app, good())

        def failed():
            shown = self.user.deployment(self.app)
            return shown if shown['state'] == 'failed' else None
        shown, _ = eventually(90, failed, 'failed')
        say('an application that ends at once: failed after %.1f s, %s' % (
            time.monotonic() - began, shown['detail']))
        self.assertRegex(shown['detail'], 'exit code 1')
        self.assertIn(old, [c['Id'] for c in containers(
            tenant=self.slug, app=self.app) if c['State'] == 'running'])
        self.user.want(202, 'POST', '/api/apps/%s/deployments' % self.app, {
            'release': 1, 'environment': 'dev'})
        self.user.running(self.app)
        self.assertTrue(self.container(), 'one is left')

    def test_removed_server_is_provisioned_again(self):
        old = self.server()
        began = time.monotonic()
        engine('DELETE', '/v1.41/containers/%s?force=true' % old)
        path = '/t/%s/api/v1/health' % self.slug
        eventually(BACK, lambda: self.server() not in (None, old) and
                   self.user.call('GET', path).status == 200,
                   'the proxy to a new server')
        say('removed server: proxy answers after %.1f s' % (
            time.monotonic() - began))
        self.assertEqual(query(
            'SELECT upstream FROM tenant_endpoint WHERE tenant_id = $1',
            self.tenant), [(address(self.server()) + ':8081',)])
        self.assertLessEqual(number(
            'SELECT count(*) FROM operation WHERE tenant_id = $1'
            " AND kind = 'tenant.provision'", self.tenant), 4)

    def test_stopped_server_is_started_again(self):
        old = inspect(self.server())['State']['Pid']
        engine('POST', '/v1.41/containers/%s/stop?t=5' % self.server())
        eventually(BACK, lambda: pid_of(
            self.server()) not in (0, old),
            'the server runs')
        eventually(BACK, lambda: self.user.call(
            'GET', '/t/%s/api/v1/health' % self.slug).status == 200,
            'the proxy')

    def test_everything_removed_by_hand_comes_back(self):
        """Containers and network that were removed by hand come back."""
        old = self.container()
        for container in containers(tenant=self.slug):
            engine('DELETE', '/v1.41/containers/%s?force=true' %
                   container['Id'])
        engine('DELETE', '/v1.41/networks/cml-' + self.slug)
        self.back('all of a tenant', lambda: self.container() != old and
                  self.server())
        eventually(BACK, lambda: self.user.call(
            'GET', '/t/%s/api/v1/health' % self.slug).status == 200,
            'the proxy')


KNOCK = '''
import json, socket, sys, threading
found = {}
def knock(at):
    try:
        socket.create_connection(tuple(at), 3).close()
        found[json.dumps(at)] = "open"
    except OSError as error:
        found[json.dumps(at)] = str(error)
threads = [threading.Thread(target=knock, args=(at,))
           for at in json.loads(sys.argv[1])]
for t in threads: t.start()
for t in threads: t.join()
print(json.dumps(found))
'''


def knock(container, targets):
    """Tries connect() from the container's network; returns {target:
    result}."""
    pid = inspect(container)['State']['Pid']
    out = subprocess.run(
        ['nsenter', '-t', str(pid), '-n', sys.executable, '-c', KNOCK,
         json.dumps(targets)], check=True, stdout=subprocess.PIPE).stdout
    return {tuple(json.loads(k)): v for k, v in json.loads(out).items()}


class Isolation(Stage):

    def targets(self, port):
        """Returns names and addresses that an application must not reach."""
        other = containers(tenant=ENV['tenant'], role='server')[0]['Id']
        other_app = containers(tenant=ENV['tenant'], role='app')[0]['Id']
        networks = inspect(self.container())['NetworkSettings']['Networks']
        gateway = next(iter(networks.values()))['Gateway']
        platform = CONF['tenant_db_host']
        registry = CONF['registry_pull'].rpartition(':')[2]
        return {
            "another tenant's server": [address(other), 8081],
            "another tenant's application": [address(other_app), 9876],
            'a port of the host, by the gateway': [gateway, port],
            'a port of the host, by the platform': [platform, port],
            'the registry, by the gateway': [gateway, int(registry)],
            'PostgreSQL, by the gateway': [
                gateway, int(CONF['tenant_db_port'])],
            'PostgreSQL, by the platform': [
                platform, int(CONF['tenant_db_port'])],
        }

    def test_applications_reach_their_own_and_the_platform_only(self):
        with socket.create_server(('0.0.0.0', 0)) as listener:
            port = listener.getsockname()[1]
            refused = self.targets(port)
            internal = urllib.parse.urlsplit(CONF['internal_url'])
            allowed = {
                'their own server': [address(self.server()), 8081],
                'the platform': [internal.hostname, internal.port],
            }
            # the doors exist: the host itself finds them open
            for name, at in refused.items():
                if 'gateway' not in name or at[1] == port:
                    socket.create_connection(tuple(at), 3).close()
            got = knock(self.container(), list(refused.values()) +
                        list(allowed.values()))
        for name, at in allowed.items():
            self.assertEqual(got[tuple(at)], 'open', name)
        for name, at in refused.items():
            self.assertNotEqual(got[tuple(at)], 'open', name)

    def test_servers_reach_no_other_tenant(self):
        other = containers(tenant=ENV['tenant'], role='server')[0]['Id']
        at = [address(other), 8081]
        self.assertNotEqual(knock(self.server(), [at])[tuple(at)], 'open')

    def test_removed_application_is_deployed_again_and_it_still_holds(self):
        """Isolation also holds after a redeployment, in which netavark drops
        its own rules and only netguard's remain."""
        old = self.container()
        engine('DELETE', '/v1.41/containers/%s?force=true' % old)
        self.back('removed application', lambda: self.container() != old)
        self.test_applications_reach_their_own_and_the_platform_only()
        self.test_servers_reach_no_other_tenant()


if __name__ == '__main__':
    unittest.main()
