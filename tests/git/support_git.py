# SPDX-License-Identifier: Apache-2.0
"""Git servers that can misbehave, and the client that is tested: git
http-backend behind a small web server, and sshd."""
import base64
import http.server
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid

BUILD = os.environ['CAMELEER_BUILD']
CLIENT = os.path.join(BUILD, 'tests/git/client')
BACKEND = '/usr/lib/git-core/git-http-backend'
LIMIT = 60      # seconds for anything that must end by itself
TOKEN = 'token-that-must-not-appear'
ENV = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': '/nonexistent',
       'GIT_CONFIG_NOSYSTEM': '1', 'LC_ALL': 'C',
       'GIT_AUTHOR_NAME': 'Other', 'GIT_AUTHOR_EMAIL': 'other@localhost',
       'GIT_COMMITTER_NAME': 'Other', 'GIT_COMMITTER_EMAIL': 'other@localhost'}


def run(*args, **kwargs):
    """Runs a program that must succeed; returns its output without the last
    line end."""
    done = subprocess.run(args, stdout=subprocess.PIPE, timeout=LIMIT,
                          stderr=subprocess.PIPE, check=False,
                          **dict({'env': ENV}, **kwargs))
    if done.returncode != 0:
        raise AssertionError('%r: %s' % (args, done.stderr.decode()))
    return done.stdout.decode().rstrip('\n')


def read(path):
    """Returns the text of a file."""
    with open(path, encoding='utf-8') as f:
        return f.read()


def write(path, text, mode=0o600):
    """Writes a file."""
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    os.chmod(path, mode)
    return path


class Handler(http.server.BaseHTTPRequestHandler):
    """A CGI server for git http-backend, with faults by the server's fields."""

    def log_message(self, *args):   # pylint: disable=arguments-differ
        pass

    def allowed(self):
        """Answers 401, unless the right token is shown or none is needed."""
        wanted = self.server.login
        shown = self.headers.get('Authorization', '')
        if not wanted or shown == 'Basic ' + base64.b64encode(
                wanted.encode()).decode():
            return True
        self.send_response(401)
        self.send_header('WWW-Authenticate', 'Basic realm="git"')
        self.send_header('Content-Length', '0')
        self.end_headers()
        return False

    def backend(self, body):
        """Runs git http-backend; returns its whole answer."""
        path, _, query = self.path.partition('?')
        env = dict(ENV, GIT_PROJECT_ROOT=self.server.root,
                   GIT_HTTP_EXPORT_ALL='1', PATH_INFO=path,
                   QUERY_STRING=query, REQUEST_METHOD=self.command,
                   REMOTE_USER='tester',
                   CONTENT_TYPE=self.headers.get('Content-Type', ''),
                   CONTENT_LENGTH=str(len(body)))
        return subprocess.run([BACKEND], input=body, env=env, check=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout

    def body(self):
        """Reads the request's body, whole or in chunks."""
        if self.headers.get('Transfer-Encoding') != 'chunked':
            return self.rfile.read(int(self.headers.get(
                'Content-Length', 0)))
        parts = []
        while True:
            size = int(self.rfile.readline(), 16)
            parts.append(self.rfile.read(size))
            self.rfile.readline()
            if size == 0:
                return b''.join(parts)

    def answer(self, text):
        """Sends what the backend said."""
        head, _, body = text.partition(b'\r\n\r\n')
        headers = [line.split(': ', 1) for line in
                   head.decode().split('\r\n')]
        status = [v for k, v in headers if k == 'Status']
        self.send_response(int(status[0].split()[0]) if status else 200)
        for key, value in headers:
            if key != 'Status':
                self.send_header(key, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        """Answers one request, or does not."""
        body = self.body()
        push = 'git-receive-pack' in self.path and self.command == 'POST'
        self.server.seen.append((self.command, self.path, len(body)))
        if not self.allowed():
            return
        if self.server.redirect:
            self.send_response(302)
            self.send_header('Location', self.server.redirect + self.path)
            self.end_headers()
            return
        if self.server.status:
            self.send_response(self.server.status)
            self.send_header('Content-Length', '0')
            self.end_headers()
            return
        if self.server.hang:
            time.sleep(self.server.hang)
            return
        if self.server.garbage is not None:
            self.answer(b'Content-Type: ' + self.garbage_type().encode() +
                        b'\r\n\r\n' + self.server.garbage)
            return
        if push and self.server.before_push:
            self.server.before_push.pop(0)()
        text = self.backend(body)
        if push and self.server.cuts > 0:
            self.server.cuts -= 1
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.answer(text)

    def garbage_type(self):
        """The type that a client expects here."""
        service = self.path.rpartition('=')[2] if '=' in self.path else \
            self.path.rpartition('/')[2]
        return 'application/x-%s-%s' % (service, 'advertisement' if
                                        self.command == 'GET' else 'result')

    do_GET = do_POST = serve


class Server(http.server.ThreadingHTTPServer):
    """Serves the repositories below a directory, with or without TLS."""

    daemon_threads = True

    def __init__(self, root, certificate=None):
        super().__init__(('127.0.0.1', 0), Handler)
        self.root, self.login, self.redirect = root, None, None
        self.hang = self.cuts = self.status = 0
        self.garbage, self.before_push, self.seen = None, [], []
        self.scheme = 'http'
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*certificate)
            self.socket = tls.wrap_socket(self.socket, server_side=True)
            self.scheme = 'https'
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that is killed or refuses us is no error here."""
        kind = sys.exc_info()[0]
        if not issubclass(kind, OSError):
            super().handle_error(request, client_address)

    def url(self, host='localhost'):
        """Returns the address of the repository."""
        return '%s://%s:%d/repo.git' % (self.scheme, host,
                                        self.server_address[1])

    def end(self):
        """Stops serving."""
        self.shutdown()
        self.server_close()


class GitCase(unittest.TestCase):
    """A bare repository, its server, and settings of a client."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix='gitops-')
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.bare = self.dir + '/served/repo.git'
        run('git', 'init', '-q', '--bare', '-b', 'main', self.bare)
        self.git('config', 'http.receivepack', 'true')
        os.mkdir(self.dir + '/cred', 0o700)
        self.server = self.serve()
        self.use(self.server.url())

    def serve(self, certificate=None):
        """Starts a server of the repository."""
        server = Server(self.dir + '/served', certificate)
        self.addCleanup(server.end)
        return server

    def git(self, *args):
        """Runs git in the served repository."""
        return run('git', '-C', self.bare, *args)

    def use(self, url, name='client', **settings):
        """Writes the settings of a client with a clone of its own."""
        cache = '%s/%s.cache' % (self.dir, name)
        os.makedirs(cache, exist_ok=True)
        lines = dict({'base_url': 'https://localhost', 'git_url': url,
                      'git_directory': cache, 'git_timeout_s': '20'},
                     **settings)
        return write('%s/%s.conf' % (self.dir, name), ''.join(
            '%s = %s\n' % item for item in lines.items()))

    def credential(self, name, text):
        """Gives the client a credential."""
        return write('%s/cred/%s' % (self.dir, name), text, 0o400)

    def start(self, *args, name='client', wrap=()):
        """Starts a client."""
        return subprocess.Popen(     # pylint: disable=consider-using-with
            [*wrap, CLIENT, '%s/%s.conf' % (self.dir, name), *args],
            env=dict(ENV, CREDENTIALS_DIRECTORY=self.dir + '/cred'),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    @staticmethod
    def result(process):
        """Waits for a client; returns what it printed."""
        out, err = process.communicate(timeout=LIMIT)
        if process.returncode not in (0, 1):
            raise AssertionError('client: %d: %s' % (process.returncode,
                                                     err.decode()))
        said = json.loads(out)
        said['log'] = err.decode()
        return said

    def call(self, *args, **kwargs):
        """Runs a client to its end."""
        return self.result(self.start(*args, **kwargs))

    def files(self, **files):
        """Arguments for a commit: names and contents."""
        made = []
        for name, text in files.items():
            path = '%s/%s' % (self.dir, uuid.uuid4())
            made.append('%s.yaml=%s' % (name, write(path, text)))
        return made

    def commit(self, path, operation=None, known='-', verb='commit',
               name='client', wrap=(), **files):
        """Commits files; returns the result."""
        return self.call(verb, path, operation or str(uuid.uuid4()), known,
                         *self.files(**files), name=name, wrap=wrap)

    def committed(self, path, **kwargs):
        """Commits files, which must succeed; returns the commit."""
        said = self.commit(path, **kwargs)
        self.assertIsNone(said['code'], said)
        self.assertTrue(said['made'], said)
        return said['commit']

    def refused(self, said, code, *words):
        """Checks a failure: its code, and words of the sentence."""
        self.assertEqual(said['code'], code, said)
        for word in words:
            self.assertIn(word, said['detail'])

    def head(self):
        """Returns the commit of the branch at the server, or ''."""
        return self.git('for-each-ref', '--format=%(objectname)',
                        'refs/heads/main')

    def shown(self, path):
        """Returns a file of the branch at the server."""
        return self.git('show', 'main:' + path)

    def names(self):
        """Returns the names of all files of the branch at the server."""
        return self.git('ls-tree', '-r', '--name-only', 'main').split('\n')

    def count(self):
        """Returns the number of commits of the branch at the server."""
        return int(self.git('rev-list', '--count', 'main'))

    def other_commits(self, name='note', data=b'by somebody else'):
        """Somebody else commits a file to the branch, at the server."""
        parent = self.head()
        stream = 'commit refs/heads/main\ncommitter Other <o@localhost> ' \
            '%d +0000\ndata 5\nother\n%sM 100644 inline %s\ndata %d\n' % (
                time.time(), 'from %s\n' % parent if parent else '', name,
                len(data))
        run('git', '-C', self.bare, 'fast-import', '--quiet',
            input=stream.encode() + data + b'\n')
        return self.head()
