# SPDX-License-Identifier: Apache-2.0
"""After kill -9 of any process at any time, everything that was asked for
exists exactly once.

A normal run kills each kind of process once in each phase of the main job, four
in each tenant. With CAMELEER_CRASH_FULL=1 every process dies in every phase,
each time with a new tenant or application. CAMELEER_CRASH_SEED repeats the
delays of another run."""
import os
import time
import unittest

from support_once import check_app, check_audit, check_tenant, settled
from support_stack import (READY, SLOW, Account, TestCase, User, containers,
                           eventually, jar, leftovers, number, query, say, swept)
from support_victims import LIMITS, SEED, VICTIMS, Blow, dice, summary

FULL = os.environ.get('CAMELEER_CRASH_FULL') == '1'
DATA, SHA = jar()
# seconds into a phase when the blow comes at the latest
LATEST = {'provision': 2.0, 'upload': 0.3, 'assemble': 0.5, 'apply': 2.5}
PHASES = list(LATEST)
# the responder that a phase goes through
SERVES = {'provision': 'tenants', 'upload': 'apps'}
REMOVAL = 1.0
STORM = 40 if FULL else 12


def _job(tenant, kind):
    """Waits until a job of this kind has begun for the tenant."""
    eventually(60, lambda: number(
        'SELECT count(*) FROM operation WHERE tenant_id = $1 AND kind = $2'
        " AND state <> 'queued'", tenant, kind), kind)


class Crash(TestCase):
    """The crash tests; one for each cycle is added below."""

    digests = set()
    tenants = []

    @classmethod
    def setUpClass(cls):
        say('seed %d' % SEED)

    @classmethod
    def tearDownClass(cls):
        summary()

    def provision(self, victim):
        """Provisions a tenant while the victim dies; returns its user and
        (slug, id)."""
        user = User(Account()).sign_in()
        blow = Blow(victim, LATEST['provision'], 'provision') \
            if victim else None
        began = time.monotonic()
        slug, operation = user.new_tenant()
        user.follow(operation)
        took = time.monotonic() - began
        if blow:
            blow.end()
        say('tenant %s was active after %.1f s' % (slug, took))
        tenant = (slug, check_tenant(self, slug))
        Crash.tenants.append((user, tenant))
        return user, tenant

    def deploy(self, user, tenant, victims):
        """Deploys an application while the victims of the phases die."""
        app = user.new_app()
        began = time.monotonic()
        blows = []

        def phase(name):
            if victims.get(name):
                blows.append(Blow(victims[name], LATEST[name], name))

        phase('upload')
        release = user.upload(app, DATA)
        self.assertEqual(release['release']['number'], 1)
        if victims.get('assemble'):
            phase('assemble')
        if victims.get('apply'):
            _job(tenant[1], 'deployment.apply')
            phase('apply')
        user.running(app)
        took = time.monotonic() - began
        for blow in blows:
            blow.end()
        # a kill may have come when all was done already
        user.running(app)
        say('app %s of %s ran after %.1f s' % (app, tenant[0], took))
        Crash.digests.add(check_app(self, user, tenant, app, SHA))
        self.assertEqual(len(Crash.digests), 1, 'one JAR, one digest')
        self.empty()

    def empty(self):
        """Checks that the spool is empty after the sweep."""
        left = leftovers()
        if left:
            # a killed responder cannot clean up: its file ages, is swept
            for path in left:
                if os.path.exists(path):
                    os.utime(path, (time.time() - 400,) * 2)
            swept()
            say('swept: %s' % left)
        self.assertEqual(leftovers(), [])

    def cycle(self, victims):
        """Takes one new tenant to a running application."""
        user, tenant = self.provision(victims.get('provision'))
        self.deploy(user, tenant, victims)

    def test_storm_on_uploads(self):
        """Many short uploads under kills, since the moment around the commit is
        short."""
        user, tenant = self.provision(None)
        victims = [v for v in VICTIMS if v.service in (
            'apps', 'worker', 'postgres', 'nginx', 'registry')]
        for i in range(STORM):
            app = user.new_app()
            victim = victims[i % len(victims)]
            blow = Blow(victim, LATEST['upload'], 'storm')
            user.upload(app + '/releases?deploy=false', DATA)
            blow.end()
            self.assertEqual(eventually(READY, lambda a=app: [
                item for item in user.get('/api/apps/%s/releases' % a)[
                    'items'] if item['state'] in ('ready', 'failed')],
                'release of ' + app)[0][0]['state'], 'ready')
            rows = query('SELECT r.number, r.state, r.jar_sha256,'
                         ' r.image_digest FROM release r'
                         ' JOIN application a ON a.id = r.application_id'
                         ' WHERE a.name = $1', app)
            self.assertEqual([row[:3] for row in rows],
                             [('1', 'ready', SHA)], victim.name)
            Crash.digests.add(rows[0][3])
            self.assertEqual(len(Crash.digests), 1, 'one JAR, one digest')
        settled(tenant[1])
        check_audit(self, tenant[1])
        self.empty()

    def test_storm_on_tenants(self):
        """A tenant that was asked for once exists once, whatever was killed
        meanwhile."""
        user = User(Account()).sign_in()
        victims = [v for v in VICTIMS if v.service in (
            'tenants', 'postgres', 'nginx')]
        made = []
        for i in range(2 * len(victims)):
            blow = Blow(victims[i % len(victims)], 0.03, 'storm')
            made.append(user.new_tenant())
            blow.end()
        for slug, operation in made:
            self.assertEqual(number(
                'SELECT count(*) FROM operation o JOIN tenant t'
                ' ON t.id = o.tenant_id WHERE t.slug = $1', slug), 1)
            user = User(user.account, slug).sign_in()
            user.follow(operation)
            Crash.tenants.append((user, (slug, check_tenant(self, slug))))

    def test_z_all_of_it_can_be_removed(self):
        workers = [v for v in VICTIMS if v.service == 'worker'] * 2
        for i, (user, _) in enumerate(Crash.tenants):
            user.delete_tenant()
            if i < len(workers):
                Blow(workers[i], REMOVAL, 'removal').end()
        for _, (slug, identity) in Crash.tenants:
            eventually(120, lambda i=identity: query(
                'SELECT state FROM tenant WHERE id = $1', i) ==
                [('deleted',)], 'the end of ' + slug)
            settled(identity)
            check_audit(self, identity)
            self.assertEqual(number(
                'SELECT count(*) FROM deletion_certificate'
                ' WHERE tenant_id = $1', identity), 1)
            self.assertEqual(containers(tenant=slug), [])
        self.assertGreater(len(Crash.tenants), 0)

    def test_zz_all_were_back_in_time(self):
        """The median recovery time is within the limit; single ones may take
        ten times as long, since the machine has other load."""
        self.assertLessEqual(set(LIMITS), set(Blow.times))
        for kind, limit in LIMITS.items():
            took = sorted(Blow.times[kind])
            self.assertLessEqual(took[len(took) // 2], limit * SLOW, kind)
            self.assertLessEqual(took[-1], 10 * limit * SLOW, kind)


def _slug(text):
    return text.replace(' ', '_')


def _add(name, victims):
    setattr(Crash, 'test_' + name, lambda self: self.cycle(victims))


def _usual():
    """Adds the cycles of a normal run: each kind dies once in each phase. Cycle
    i takes the kind i + 2p in phase p."""
    kinds = sorted({victim.kind for victim in VICTIMS})
    for i, _ in enumerate(kinds):
        victims = {}
        for p, phase in enumerate(PHASES):
            kind = kinds[(i + 2 * p) % len(kinds)]
            victims[phase] = dice.choice([
                v for v in VICTIMS if v.kind == kind and SERVES.get(
                    phase, v.service) in (v.service, None) or
                v.kind == kind and 'responder' not in kind])
        _add('cycle_%d_%s' % (i, '_then_'.join(
            _slug(victims[phase].name) for phase in PHASES)), victims)


def _full():
    for victim in VICTIMS:
        for phase in PHASES:
            _add('%s_in_%s' % (_slug(victim.name), phase), {phase: victim})


if FULL:
    _full()
else:
    _usual()


if __name__ == '__main__':
    unittest.main()
