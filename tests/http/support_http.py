# SPDX-License-Identifier: Apache-2.0
"""A client of the API that checks every answer: it compares answers with the
route table, and demands a problem document for every failure."""
import http.client
import json
import select
import socket
import ssl
import threading
import time
import urllib.parse

from support import ENV, SLOW
from support_schema import check_answer

BASE = ENV['base_url']
_AT = urllib.parse.urlsplit(BASE)
_IDLE_S = 5         # nginx closes what is idle for longer than 30 s
_local = threading.local()


def tls():
    """Returns the client's TLS context, which trusts the test's authority."""
    if not hasattr(_local, 'tls'):
        _local.tls = ssl.create_default_context(cafile=ENV['ca_cert'])
    return _local.tls


def connect(source=None, timeout=60):
    """Opens a TLS connection to nginx, for what http.client cannot do."""
    raw = socket.create_connection(
        ('127.0.0.1', _AT.port), timeout * SLOW,
        source_address=(source, 0) if source else None)
    return tls().wrap_socket(raw, server_hostname=_AT.hostname)


class _Connection(http.client.HTTPSConnection):
    def __init__(self, source=None):
        super().__init__(_AT.hostname, _AT.port, timeout=60 * SLOW,
                         context=tls())
        self.source = source

    def connect(self):
        self.sock = connect(self.source)


class Answer:
    """An HTTP answer: status, headers (lower case, the last one of each name)
    and body."""

    def __init__(self, raw, body, seconds):
        self.status = raw.status
        self.headers = {k.lower(): v for k, v in raw.getheaders()}
        self.cookies = [v for k, v in raw.getheaders()
                        if k.lower() == 'set-cookie']
        self.body = body
        self.seconds = seconds

    @property
    def request_id(self):
        """Returns the request id, as in the log and in the audit trail."""
        return self.headers.get('x-request-id')

    @property
    def code(self):
        """Returns the code of a problem document, or None for a success."""
        return self.json().get('code') if self.status >= 400 else None

    def json(self):
        """Returns the body, parsed as JSON."""
        return json.loads(self.body)

    def plain(self):
        """Returns the body with the request id replaced, so that the problems
        of two requests can be compared."""
        return self.body.replace(self.request_id.encode(), b'ID')

    def describe(self):
        """Describes the answer for the message of a failed assertion."""
        return '%d %r' % (self.status, self.body[:600])


def _ended(connection):
    """Tells whether nginx has closed the connection, as it does when it learns
    the address of a tenant's server."""
    return bool(select.select([connection.sock], [], [], 0)[0])


def _exchange(method, path, body, headers, source):
    """Sends one request over the connection that this thread keeps open."""
    kept = getattr(_local, 'kept', {})
    _local.kept = kept
    connection, used = kept.pop(source, (None, 0))
    if connection is not None and (
            time.monotonic() - used > _IDLE_S or _ended(connection)):
        connection.close()
        connection, used = None, 0
    if connection is None:
        connection = _Connection(source)
    try:
        began = time.monotonic()
        connection.request(method, path, body, headers)
        raw = connection.getresponse()
        answer = Answer(raw, raw.read(), time.monotonic() - began)
    except http.client.RemoteDisconnected:
        connection.close()
        if not used:
            raise
        # nginx closed it before it read the request: a failure of ours would
        # have been answered with 502
        return _exchange(method, path, body, headers, source)
    except BaseException:
        connection.close()
        raise
    if raw.will_close:
        connection.close()
    else:
        kept[source] = (connection, time.monotonic())
    return answer


def disconnect():
    """Closes the connections that this thread keeps open."""
    for connection, _ in getattr(_local, 'kept', {}).values():
        connection.close()
    _local.kept = {}


def request(method, path, body=None, **given):
    """Sends a request and checks the answer. `body` is an object for JSON, or
    bytes. `given`: token, cookies (a dict), headers, key (Idempotency-Key),
    source address, check."""
    headers = {'User-Agent': 'tests'}
    if isinstance(body, bytes):
        headers['Content-Type'] = 'application/java-archive'
    elif body is not None:
        body = json.dumps(body).encode()
        headers['Content-Type'] = 'application/json'
    if given.get('token'):
        headers['Authorization'] = 'Bearer ' + given['token']
    if given.get('cookies'):
        headers['Cookie'] = '; '.join('%s=%s' % pair for pair in
                                      given['cookies'].items())
    if given.get('key'):
        headers['Idempotency-Key'] = given['key']
    for name, value in (given.get('headers') or {}).items():
        if value is None:
            headers.pop(name, None)
        else:
            headers[name] = value
    answer = _exchange(method, path, body, headers, given.get('source'))
    if given.get('check', True):
        check_answer(method, path, answer)
    return answer


def together(count, action):
    """Runs action(i) in `count` threads that start at the same time; returns
    the results in order."""
    results = [None] * count
    barrier = threading.Barrier(count)

    def run(i):
        try:
            barrier.wait()
            results[i] = action(i)
        except Exception as error:      # pylint: disable=broad-except
            results[i] = error
        finally:
            disconnect()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results
