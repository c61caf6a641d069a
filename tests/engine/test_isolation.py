# SPDX-License-Identifier: Apache-2.0
"""The isolation probe runs in real containers behind the real netguard: it
finds nothing open, sees a rule that was removed by hand within one interval,
and goes on after the worker was killed."""
import json
import os
import signal
import subprocess
import time
import unittest

from support_stack import (SOURCE, STATE, TestCase, address, children,
                           containers, eventually, inspect, jar, kill,
                           main_pid, new_owner, number, query, say)

CONF = STATE + '/conf/cameleer.conf'
INTERVAL = 20           # seconds: the shortest that the settings allow
# A tenth of the interval, a probe of 3 s, and the worker's rounds.
WITHIN = INTERVAL * 1.1 + 25
MUST_FAIL = {'other_name', 'other_server', 'other_app', 'database', 'machine',
             'metadata', 'neighbour', 'raw'}
MUST_WORK = {'own_server', 'platform'}


def ctl(*args):
    """Runs cameleerctl; returns its exit status and output."""
    done = subprocess.run(
        (STATE + '/bin/cameleerctl', '-c', CONF) + args, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=dict(os.environ, CREDENTIALS_DIRECTORY=STATE + '/cred/ctl'))
    return done.returncode, done.stdout


def shell(text):
    """Runs shell functions of the quickstart."""
    subprocess.run(
        ['sh', '-euc', 'top=$1; program=test; . "$top/packaging/lib/load.sh";'
         ' state_path; state_env; exec 3>&1; ' + text, 'sh', SOURCE],
        check=True, stdout=subprocess.DEVNULL)


def worker_restart():
    """Restarts the worker with the present settings."""
    shell('service_stop worker; worker_start')


def last(tenant):
    """Returns outcome, error and open paths of the tenant's last run."""
    rows = query('SELECT outcome, error, paths::text FROM isolation_run'
                 ' WHERE tenant_id = $1 AND outcome IS NOT NULL'
                 ' ORDER BY id DESC LIMIT 1', tenant)
    return rows[0] if rows else (None, None, None)


def runs(tenant):
    """Returns how many runs of the tenant have ended."""
    return number('SELECT count(*) FROM isolation_run WHERE tenant_id = $1'
                  ' AND outcome IS NOT NULL', tenant)


def final_drop():
    """Returns the handle of the rule that drops what containers send to the
    machine."""
    listed = json.loads(subprocess.run(
        ['nft', '-j', '-a', 'list', 'chain', 'inet', 'cameleer', 'input'],
        check=True, stdout=subprocess.PIPE).stdout)
    rules = [entry['rule'] for entry in listed['nftables'] if 'rule' in entry]
    assert 'drop' in rules[-1]['expr'][-1], rules[-1]
    return str(rules[-1]['handle'])


def setUpModule():
    """Makes two tenants, one of them with an application, and probes them
    often; unittest calls this by its name."""
    with open(CONF, encoding='utf-8') as f:
        Probe.conf = f.read()
    with open(CONF, 'r+', encoding='utf-8') as f:
        f.write(Probe.conf + 'isolation_every_s = %d\n' % INTERVAL)
    worker_restart()
    Probe.user, Probe.slug, Probe.tenant = new_owner()
    other, Probe.other, _ = new_owner()
    Probe.app = other.new_app()
    other.upload(Probe.app, jar()[0])
    other.running(Probe.app)
    query("UPDATE isolation_run SET next_at = now()")


def tearDownModule():
    """Restores the settings; unittest calls this by its name."""
    with open(CONF, 'r+', encoding='utf-8') as f:
        f.truncate()
        f.write(Probe.conf)
    worker_restart()


class Probe(TestCase):

    user = slug = tenant = other = app = conf = None

    def next_run(self, outcome='isolated'):
        """Waits for another run that ends like this; returns the seconds."""
        before = runs(self.tenant)
        _, took = eventually(
            WITHIN, lambda: runs(self.tenant) > before and
            last(self.tenant)[0] == outcome, 'a run that is ' + outcome)
        return took

    def test_1_nothing_is_open_and_all_is_tried(self):
        eventually(WITHIN, lambda: last(self.tenant)[0], 'the first run')
        query('UPDATE isolation_run SET next_at = now()')
        self.next_run()
        answer = self.user.call('GET', '/api/tenants/isolation')
        run = answer.json()['items'][0]
        say(json.dumps(run['checks']))
        self.assertEqual(
            {c['check'] for c in run['checks'] if c['expected'] == 'closed'},
            MUST_FAIL)
        self.assertEqual(
            {c['check'] for c in run['checks'] if c['expected'] == 'open'},
            MUST_WORK)
        self.assertEqual([c for c in run['checks'] if not c['good']], [])
        text = answer.body.decode()
        server = containers(tenant=self.other, role='server')[0]['Id']
        for hidden in (self.other, address(server), 'gateway', '169.254'):
            self.assertNotIn(hidden, text)
        status, said = ctl('isolation', 'list', '--tenant', self.slug)
        self.assertEqual(status, 0, said)

    def test_2_it_has_the_restrictions_of_an_application(self):
        query('UPDATE isolation_run SET next_at = now() WHERE tenant_id = $1',
              self.tenant)
        (found,), _ = eventually(WITHIN, lambda: containers(probe=self.slug),
                                 "the probe's container")
        probe = inspect(found['Id'])
        app = inspect(containers(tenant=self.other, app=self.app)[0]['Id'])
        for key in ('CapDrop', 'CapAdd', 'SecurityOpt', 'ReadonlyRootfs',
                    'Privileged', 'IpcMode'):
            self.assertEqual(probe['HostConfig'].get(key),
                             app['HostConfig'].get(key), key)
        self.assertEqual(probe['Config']['User'], app['Config']['User'])
        self.assertEqual(list(probe['NetworkSettings']['Networks']),
                         ['cml-' + self.slug])
        eventually(WITHIN, lambda: not containers(probe=self.slug),
                   'its end')

    def test_3_a_rule_that_is_deleted_by_hand_turns_it_red(self):
        guard = main_pid('netguard')
        kill(guard, signal.SIGSTOP)
        self.addCleanup(kill, guard, signal.SIGCONT)
        subprocess.run(['nft', 'delete', 'rule', 'inet', 'cameleer', 'input',
                        'handle', final_drop()], check=True)
        took = self.next_run('open')
        _, _, paths = last(self.tenant)
        say('open after %.1f s: %s' % (took, paths))
        self.assertIn('machine: tcp gateway', paths)
        status, said = ctl('isolation', 'list', '--tenant', self.slug)
        self.assertEqual((status, 'open' in said), (1, True), said)
        status, said = ctl('doctor')
        self.assertIn('the isolation probe reached machine: tcp', said)
        kill(guard, signal.SIGCONT)
        say('isolated again after %.1f s' % self.next_run())
        self.assertEqual(query(
            'SELECT result, code FROM audit_event WHERE tenant_id = $1'
            " AND action = 'isolation.probe' ORDER BY id", self.tenant),
            [('failed', 'isolation_open'), ('done', None)])

    def test_4_a_killed_worker_leaves_no_run_and_no_container(self):
        for _ in range(3):
            query('UPDATE isolation_run SET next_at = now() WHERE'
                  ' tenant_id = $1', self.tenant)
            before = runs(self.tenant)
            eventually(WITHIN, lambda: containers(probe=self.slug),
                       "the probe's container")
            for pid in children('worker'):
                kill(pid)
            eventually(WITHIN * 2, lambda b=before: runs(self.tenant) > b,
                       'the end of the run')
            self.assertEqual(last(self.tenant)[0], 'isolated')
            eventually(30, lambda: not containers(probe=self.slug),
                       'its end')

    def test_5_a_probe_that_cannot_run_is_not_isolated(self):
        program = STATE + '/bin/cameleer-probe'
        os.rename(program, program + '.away')
        self.addCleanup(os.rename, program + '.away', program)
        query('UPDATE isolation_run SET next_at = now() WHERE tenant_id = $1',
              self.tenant)
        self.next_run('failed')
        self.assertIn('cameleer-probe', last(self.tenant)[1])
        shown = self.user.get('/api/tenants/isolation')['items'][0]
        self.assertEqual((shown['outcome'], shown['checks']), ('failed', []))

    def test_6_a_tenant_that_goes_takes_its_probe_with_it(self):
        user, slug, tenant = new_owner()
        eventually(WITHIN, lambda: containers(probe=slug), 'its probe')
        user.delete_tenant()
        eventually(60, lambda: query(
            'SELECT state FROM tenant WHERE id = $1', tenant) ==
            [('deleted',)], 'the removal')
        self.assertEqual(containers(probe=slug), [])
        time.sleep(5)
        self.assertEqual(containers(probe=slug), [])
        self.assertEqual(number('SELECT count(*) FROM isolation_run WHERE'
                                ' tenant_id = $1', tenant), 0)


if __name__ == '__main__':
    unittest.main()
