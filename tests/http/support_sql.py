# SPDX-License-Identifier: Apache-2.0
"""Queries the database through psql as its superuser, who sees all rows."""
import os
import re
import subprocess
import threading

from support import NIL, STATE

_FIELD, _RECORD, _NULL = '\x1f', '\x1e', '\x02'
# of any statement, not only of the last one
_ERROR = re.compile(r'^(?:ERROR|FATAL|PANIC):  (\w{5}): ', re.M)


class SqlError(Exception):
    """Raised when a statement fails; `state` is the SQLSTATE."""

    def __init__(self, state, text):
        super().__init__('%s: %s' % (state, text.strip()))
        self.state = state


def literal(value):
    """Returns a value as an SQL literal."""
    if value is None:
        return 'NULL'
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def bind(text, args):
    """Replaces $1, $2, ... by the literals of the arguments."""
    return re.sub(r'\$(\d+)', lambda m: literal(args[int(m.group(1)) - 1]),
                  text)


class Sql:
    """A psql session for one thread at a time; it reconnects when lost."""

    def __init__(self):
        self.psql = None
        self.lock = threading.Lock()

    def _open(self):
        port = re.search(r':(\d+)/', _database_url()).group(1)
        self.psql = subprocess.Popen(
            ['setpriv', '--reuid', 'postgres', '--regid', 'postgres',
             '--clear-groups', 'psql', '-XAtq', '-F', _FIELD, '-R', _RECORD,
             '-P', 'null=' + _NULL, '-v', 'VERBOSITY=verbose', '-h', STATE + '/run/pg', '-p', port,
             '-U', 'postgres', '-d', 'cameleer'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd='/', text=True, bufsize=1,
            env={'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8',
                 'PGOPTIONS': '-c search_path=cameleer'})

    def _round(self, text):
        if self.psql is None or self.psql.poll() is not None:
            self._open()
        self.psql.stdin.write(
            text.rstrip().rstrip(';') + '\n;\n\\echo \x03\n')
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            head, mark, _ = line.partition('\x03')
            lines.append(head)
            if mark:
                return ''.join(lines)
        self.psql = None
        raise SqlError('08006', ''.join(lines))

    def rows(self, text, *args):
        """Returns all rows of the last statement, as tuples of strings."""
        with self.lock:
            out = self._round(bind(text, args))
            failed = _ERROR.search(out)
            if failed:
                self._round('ROLLBACK')
        if failed:
            raise SqlError(failed.group(1), out)
        out = out[:-1] if out.endswith('\n') else out
        if not out:
            return []
        return [tuple(None if value == _NULL else value
                      for value in record.split(_FIELD))
                for record in out.split(_RECORD)]

    def run(self, text, *args):
        """Runs one or several statements."""
        self.rows(text, *args)

    def value(self, text, *args):
        """Returns the only value, or None when there is no row."""
        rows = self.rows(text, *args)
        return rows[0][0] if rows else None

    def number(self, text, *args):
        """Returns the only value as a number."""
        return int(self.value(text, *args))

    def close(self):
        """Ends the session and any open transaction."""
        if self.psql is not None:
            self.psql.stdin.close()
            self.psql.wait()
            self.psql.stdout.close()
            self.psql = None


def _database_url():
    from support import ENV
    return ENV['database_url']


DB = Sql()


def as_worker(tenant, statement, *args):
    """Runs a statement as the worker does: in its role, pinned to the
    tenant."""
    try:
        DB.run('BEGIN; SET LOCAL ROLE cameleer_worker;'
               'SELECT pin(%s, NULL);' % literal(tenant) +
               bind(statement, args))
    except SqlError:
        DB.run('ROLLBACK')
        raise
    DB.run('COMMIT')


def audit_rows(request_id):
    """Returns the audit rows of a request as tuples: (tenant, actor, action,
    result, code, subject_type, subject_id)"""
    return DB.rows(
        'SELECT nullif(tenant_id, $2), actor_id, action, result, code,'
        ' subject_type, subject_id FROM audit_event WHERE request_id = $1',
        request_id, NIL)


def columns():
    """Returns the names of all columns of the platform's tables."""
    return [name for (name,) in DB.rows(
        'SELECT DISTINCT column_name FROM information_schema.columns'
        " WHERE table_schema = 'cameleer' ORDER BY 1")]
