# SPDX-License-Identifier: Apache-2.0
"""Stops the worker between an effect of a step and its record.

A trigger of the test holds back the session that is about to write that a step
begins, or that it is done: the worker waits there, and can be killed, or
something taken away from it, at that very moment."""
from support_stack import children, eventually, kill, number, query

LOCK = 990420       # an advisory lock that nobody else takes


def setup():
    """Makes the table of points and the trigger that waits at them."""
    query('CREATE TABLE cameleer.test_point (kind text, step text,'
          ' state text); CREATE FUNCTION cameleer.test_hold() RETURNS'
          ' trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN'
          ' IF EXISTS (SELECT FROM cameleer.test_point p JOIN'
          ' cameleer.operation o ON o.tenant_id = NEW.tenant_id AND'
          ' o.id = NEW.operation_id WHERE p.kind = o.kind AND'
          ' p.step = NEW.name AND p.state = NEW.state) THEN'
          ' PERFORM pg_advisory_xact_lock(%d); END IF; RETURN NEW; END $$;'
          ' CREATE TRIGGER test_hold BEFORE UPDATE OF state ON'
          ' cameleer.operation_step FOR EACH ROW WHEN (OLD.state <>'
          ' NEW.state) EXECUTE FUNCTION cameleer.test_hold()' % LOCK)


def teardown():
    """Removes what setup() made."""
    query('DROP TRIGGER IF EXISTS test_hold ON cameleer.operation_step;'
          ' DROP FUNCTION IF EXISTS cameleer.test_hold();'
          ' DROP TABLE IF EXISTS cameleer.test_point')


class Point:
    """A step of operations of one kind that is about to get a state."""

    def __init__(self, kind, step, state):
        query('SELECT pg_advisory_lock(%d)' % LOCK)
        query('INSERT INTO test_point VALUES ($1, $2, $3)', kind, step, state)

    @staticmethod
    def _waiting():
        return query('SELECT pid FROM pg_locks WHERE locktype = $1 AND'
                     ' objid = %d AND NOT granted' % LOCK, 'advisory')

    def reached(self):
        """Waits until the worker stands there; returns its session's pid."""
        return eventually(60, self._waiting, 'the point')[0][0][0]

    def kill(self):
        """Kills the worker's children where one of them stands."""
        session = self.reached()
        for pid in children('worker'):
            kill(pid)
        # its session does not notice while it waits
        query('SELECT pg_terminate_backend($1)', session)
        eventually(10, lambda: number(
            'SELECT count(*) FROM pg_stat_activity WHERE pid = $1',
            session) == 0, 'the end of its session')

    def leave(self):
        """Lets the worker pass from now on."""
        query('DELETE FROM test_point')
        query('SELECT pg_advisory_unlock(%d)' % LOCK)
