# SPDX-License-Identifier: Apache-2.0
"""Starts what the tests of the doubles need: PostgreSQL, a JWKS server, and the
doubles' processes."""
import glob
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

from forge import openssl

JAVA = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
JVM = ["-Xmx96m", "-Xss256k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, seconds=20):
    """Waits until what() is true; returns False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if what():
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False


class Postgres:
    """A private PostgreSQL cluster on loopback. It runs as another user, since
    PostgreSQL refuses to run as root."""

    def __init__(self, password):
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.user = "postgres" if os.geteuid() == 0 else None
        self.dir = tempfile.mkdtemp(prefix="peers-pg-")
        self.port = free_port()
        if self.user:
            shutil.chown(self.dir, self.user, self.user)
        self.run("initdb", "-D", self.dir + "/data", "-U", "postgres",
                 "--auth-local=trust", "--auth-host=scram-sha-256", "-N")
        self.start()
        self.sql("postgres", "CREATE ROLE t_demo LOGIN PASSWORD '%s'"
                 % password)
        self.sql("postgres", "CREATE DATABASE tenants")
        self.sql("tenants", "CREATE SCHEMA t_demo AUTHORIZATION t_demo")
        self.stop()

    def run(self, program, *args):
        return subprocess.run([os.path.join(self.bin, program), *args],
                              check=True, cwd="/", user=self.user,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT).stdout.decode()

    def start(self):
        self.run("pg_ctl", "-D", self.dir + "/data", "-w", "-l",
                 self.dir + "/log", "-o",
                 f"-p {self.port} -k {self.dir} -c fsync=off"
                 " -c listen_addresses=127.0.0.1", "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.dir + "/data", "-w", "-m", "fast",
                 "stop")

    def sql(self, database, text):
        return self.run("psql", "-h", self.dir, "-p", str(self.port), "-U",
                        "postgres", "-d", database, "-XAtqc", text).strip()

    def close(self):
        try:
            self.stop()
        except subprocess.CalledProcessError:
            pass
        shutil.rmtree(self.dir, ignore_errors=True)


class Jwks:
    """Serves the platform's key list over TLS with its own CA; counts
    requests."""

    def __init__(self, folder):
        self.keys, self.hits, self.port = [], 0, free_port()
        self.folder, self.httpd = folder, None
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-keyout",
                folder + "/jwks.key", "-out", folder + "/jwks.pem", "-subj",
                "/CN=platform", "-addext", "subjectAltName=IP:127.0.0.1")

    def url(self):
        return f"https://127.0.0.1:{self.port}/.well-known/jwks.json"

    def start(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.hits += 1
                body = json.dumps({"keys": outer.keys}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.folder + "/jwks.pem",
                            self.folder + "/jwks.key")
        self.httpd = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), Handler)
        self.httpd.socket = tls.wrap_socket(self.httpd.socket,
                                            server_side=True)
        threading.Thread(target=self.httpd.serve_forever,
                         daemon=True).start()


class Process:
    """A Java process whose output goes to a file."""

    def __init__(self, log, args, env):
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                [JAVA, *JVM, *args], stdout=out, stderr=out,
                stdin=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"], **env})

    def stop(self, number=signal.SIGTERM):
        if self.child.poll() is None:
            self.child.send_signal(number)
        return self.child.wait(20)

    def said(self):
        with open(self.log, errors="replace") as f:
            return f.read()


class Client:
    """A client of the server double that uses one connection per request."""

    def __init__(self, port):
        self.port = port

    def __call__(self, method, path, token=None, body=None, headers=None,
                 timeout=20):
        conn = http.client.HTTPConnection("127.0.0.1", self.port,
                                          timeout=timeout)
        head = dict(headers or {})
        if token:
            head["Authorization"] = "Bearer " + token
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        try:
            conn.request(method, path, body, head,
                         encode_chunked=hasattr(body, "__next__"))
            answer = conn.getresponse()
            return Answer(answer, answer.read())
        finally:
            conn.close()

    def raw(self, text, seconds=5):
        """Sends bytes; returns all bytes received until the server closes."""
        out = b""
        with socket.create_connection(("127.0.0.1", self.port),
                                      seconds) as s:
            s.sendall(text)
            while True:
                data = s.recv(65536)
                if not data:
                    return out
                out += data


class Answer:
    def __init__(self, answer, body):
        self.status, self.body = answer.status, body
        self.headers = answer.headers

    def json(self):
        return json.loads(self.body)
