# SPDX-License-Identifier: Apache-2.0
"""A bare HTTP client for tests of nginx: it sends requests byte for byte, also
malformed ones that HTTP libraries refuse to send."""
import contextlib
import json
import os
import re
import socket
import ssl
import subprocess
import urllib.parse

with open(os.environ['CAMELEER_TEST_ENV'], encoding='utf-8') as _file:
    ENV = json.load(_file)
BASE = urllib.parse.urlsplit(ENV['base_url'])


def connect(source=None, port=None, host='127.0.0.1', version=None):
    """Returns a TLS connection that trusts only the test's authority."""
    context = ssl.create_default_context(cafile=ENV['ca_cert'])
    if version:
        context.maximum_version = version
    raw = socket.create_connection(
        (host, port or BASE.port), 30,
        source_address=(source, 0) if source else None)
    return context.wrap_socket(raw, server_hostname='localhost')


class Answer:
    """An HTTP answer: status, headers with all their values, and body."""

    def __init__(self, data):
        head, _, body = data.partition(b'\r\n\r\n')
        lines = head.decode('latin-1').split('\r\n')
        self.status = int(lines[0].split(' ')[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(': ')
            self.headers.setdefault(name.lower(), []).append(value)
        if 'chunked' in self.headers.get('transfer-encoding', []):
            body = dechunk(body)
        self.body = body

    def one(self, name):
        values = self.headers.get(name, [])
        assert len(values) == 1, '%s: %r' % (name, values)
        return values[0]

    def json(self):
        return json.loads(self.body)


def dechunk(body):
    out = b''
    while body:
        size, _, body = body.partition(b'\r\n')
        length = int(size, 16)
        if length == 0:
            return out
        out += body[:length]
        body = body[length + 2:]
    return out


def read_all(sock):
    data = b''
    while True:
        try:
            got = sock.recv(65536)
        except (ConnectionResetError, ssl.SSLError):
            return data
        if not got:
            return data
        data += got


def read_answer(sock):
    """Reads one answer; does not wait for nginx to close the connection."""
    data = b''
    while True:
        head, blank, body = data.partition(b'\r\n\r\n')
        length = re.search(rb'(?i)\r\ncontent-length: (\d+)', head)
        if blank and length and len(body) >= int(length.group(1)):
            return Answer(data)
        try:
            got = sock.recv(65536)
        except (ConnectionResetError, ssl.SSLError):
            got = b''
        if not got:
            return Answer(data)
        data += got


def written(method, target, headers, body):
    """Returns a request as bytes; it asks nginx to close the connection."""
    lines = ['%s %s HTTP/1.1' % (method, target), 'Host: localhost',
             'Connection: close']
    lines += ['%s: %s' % header for header in headers]
    if body and not any(h[0] == 'Content-Length' for h in headers):
        lines.append('Content-Length: %d' % len(body))
    return '\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n' + body


def at_once(count, method, target, headers=(), body=b'', **where):
    """Sends the same request `count` times and returns the answers. All
    connections are opened before the first request is sent, so that a slow
    machine does not stay below a rate limit."""
    data = written(method, target, headers, body)
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(connect(**where)) for _ in range(count)]
        for sock in socks:
            sock.sendall(data)
        return [read_answer(sock) for sock in socks]


def ask(method, target, headers=(), body=b'', **where):
    """Sends one request on a connection of its own, without any changes."""
    with connect(**where) as sock:
        try:
            sock.sendall(written(method, target, headers, body))
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass            # refused while we were still sending
        return read_answer(sock)


def ask_json(method, target, value, token=None, **where):
    headers = [('Content-Type', 'application/json')]
    if token:
        headers.append(('Authorization', 'Bearer ' + token))
    return ask(method, target, headers, json.dumps(value).encode(), **where)


def owner_token(tenant=None):
    """Returns a new access token of the owner, for the tenant when given."""
    answer = ask_json('POST', '/api/auth/login', {
        'email': ENV['owner_email'], 'password': ENV['owner_password'],
        'session': 'token'})
    assert answer.status == 200, answer.body
    token = answer.json()['access_token']
    if tenant:
        answer = ask_json('POST', '/api/auth/switch', {'tenant': tenant},
                          token)
        assert answer.status == 200, answer.body
        token = answer.json()['access_token']
    return token


def superuser_sql(sql):
    """Runs SQL as the cluster's superuser through its socket."""
    port = urllib.parse.urlsplit(ENV['database_url']).port
    return subprocess.run(
        ['setpriv', '--reuid', 'postgres', '--regid', 'postgres',
         '--clear-groups', 'psql', '-X', '-A', '-t', '-q', '-v',
         'ON_ERROR_STOP=1', '-h', ENV['state'] + '/run/pg', '-p', str(port),
         '-d', 'cameleer', '-f', '-'],
        input=sql, text=True, check=True, stdout=subprocess.PIPE,
        env={'PATH': '/usr/bin:/bin', 'PGUSER': 'postgres'}).stdout
