# SPDX-License-Identifier: Apache-2.0
"""What somebody changes by hand at the engine is shown as drift within a round,
with who wanted it otherwise, and a restoration heals it."""
import json
import subprocess
import unittest

from support_stack import (ENGINE, TestCase, containers, database_role,
                           eventually, jar, new_owner, number, query, say,
                           tenants_sql)

ROUND = 30      # seconds: a look that was asked for, on a busy machine


def podman(*args):
    """Runs podman against the platform's engine."""
    subprocess.run(('podman', '--remote', '--url', 'unix://' + ENGINE) + args,
                   check=True, stdout=subprocess.DEVNULL)


def soon():
    """Has all tenants compared in the next round."""
    query("UPDATE drift_look SET looked_at = '-infinity'")


def setUpModule():
    """Makes a tenant with an application; unittest calls this by its name."""
    Drift.user, Drift.slug, Drift.tenant = new_owner()
    Drift.app = Drift.user.new_app()
    Drift.user.upload(Drift.app, jar()[0])
    Drift.user.running(Drift.app)


class Drift(TestCase):

    user = slug = tenant = app = None

    def shown(self):
        """Returns the differences by object and field."""
        return {(row['object'], row['field']): row for row in
                self.user.get('/api/tenants/drift')['items']}

    def differs(self, name, field):
        """Waits until this field of this object differs; returns the row."""
        soon()
        row, took = eventually(ROUND, lambda: self.shown().get((name, field)),
                               '%s of %s' % (field, name))
        say('%s of %s: seen after %.1f s: %s' % (
            field, name, took, json.dumps(row)))
        return row

    def healed(self, name, field):
        """Waits until this field of this object differs no more."""
        def well():
            soon()
            return (name, field) not in self.shown()
        _, took = eventually(ROUND, well, 'the end of ' + name)
        say('%s of %s: healed after %.1f s' % (field, name, took))

    def restore(self, name):
        """Restores the object, and follows the job."""
        self.user.follow(self.user.want(
            202, 'POST', '/api/tenants/drift/restore', {
                'object': name, 'reason': 'changed by hand'})['operation'])

    def container(self):
        """Returns the application's container."""
        return containers(tenant=self.slug, app=self.app)[0]

    def name_of(self, container):
        """Returns the object that a container is in the list."""
        return 'container ' + container['Names'][0].lstrip('/')

    def test_1_nothing_differs_by_itself(self):
        eventually(ROUND, lambda: number(
            'SELECT count(*) FROM drift_look WHERE tenant_id = $1'
            ' AND error IS NULL', self.tenant), 'the first look')
        soon()
        eventually(ROUND, lambda: number(
            'SELECT count(*) FROM drift_look WHERE tenant_id = $1'
            " AND looked_at > '-infinity'", self.tenant), 'another look')
        self.assertEqual(self.shown(), {})

    def test_2_memory_changed_by_hand(self):
        name = self.name_of(self.container())
        podman('update', '--memory', '300m', self.container()['Id'])
        row = self.differs(name, 'memory')
        self.assertEqual((row['wanted'], row['live']), ('512', '300'))
        self.assertTrue(row['changed_by'])
        before = self.container()['Id']
        self.restore(name)
        self.healed(name, 'memory')
        self.assertEqual(self.container()['Id'], before)

    def test_3_a_container_of_nobody_with_our_labels(self):
        image = self.container()['Image']
        podman('run', '-d', '--name', 'intruder', '--network',
               'cml-' + self.slug, '--label', 'cameleer.tenant=' + self.slug,
               '--entrypoint', '["/opt/java/bin/java", "-jar",'
               ' "/app/app.jar"]', image)
        row = self.differs('container intruder', 'existence')
        self.assertEqual((row['wanted'], row['live'], row['changed_by']),
                         ('none', 'running', None))
        self.restore('container intruder')
        self.healed('container intruder', 'existence')
        self.assertEqual([c for c in containers(tenant=self.slug)
                          if c['Names'][0].lstrip('/') == 'intruder'], [])

    def test_4_a_network_that_was_disconnected(self):
        before = self.container()
        name = self.name_of(before)
        podman('network', 'disconnect', 'cml-' + self.slug, before['Id'])
        row = self.differs(name, 'network')
        self.assertEqual((row['wanted'], row['live']),
                         ('cml-' + self.slug, 'disconnected'))
        self.restore(name)
        self.healed(name, 'network')
        self.user.running(self.app)
        self.assertNotEqual(self.container()['Id'], before['Id'])

    def test_5_a_removed_container_comes_back_by_itself(self):
        before = self.container()
        podman('rm', '-f', before['Id'])
        self.healed(self.name_of(before), 'state')
        self.user.running(self.app)

    def test_6_a_schema_that_is_gone(self):
        tenants_sql('ALTER SCHEMA %s RENAME TO kept' %
                    database_role(self.tenant))
        try:
            self.differs('database', 'schema')
        finally:
            tenants_sql('ALTER SCHEMA kept RENAME TO %s' %
                        database_role(self.tenant))
        self.healed('database', 'schema')

    def test_7_all_of_it_is_in_the_trail(self):
        asked = query('SELECT count(*) FROM audit_event WHERE tenant_id = $1'
                      " AND action = 'drift.restore_ask' AND result = 'done'",
                      self.tenant)
        self.assertEqual(asked, [('3',)])
        found = query('SELECT result, code FROM audit_event WHERE'
                      " tenant_id = $1 AND action = 'drift.change'"
                      ' ORDER BY id', self.tenant)
        self.assertIn(('failed', 'drift_found'), found)
        self.assertEqual(found[-1], ('done', None))


if __name__ == '__main__':
    unittest.main()
