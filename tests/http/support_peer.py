# SPDX-License-Identifier: Apache-2.0
"""A minimal tenant's server for tests of the proxy: it answers 200 and
remembers the requests."""
import http.server
import threading

from support import TestCase
from support_sql import as_worker
from support_world import Tenant


class Peer:
    """A server of one tenant, on a free loopback port."""

    def __init__(self, tenant):
        peer = self
        self.asked = []
        self.closed = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def answer(self):
                length = int(self.headers.get('Content-Length') or 0)
                self.rfile.read(length)
                peer.asked.append((self.command, self.path,
                                   dict(self.headers)))
                self.send_response(200)
                if self.path.endswith('/events'):
                    self.stream()
                    return
                self.send_header('Content-Length', '2')
                self.send_header('Content-Type', 'application/json')
                self.end_headers()
                self.wfile.write(b'{}')

            def stream(self):
                """Streams events until the server is closed."""
                self.send_header('Content-Type', 'text/event-stream')
                self.send_header('Connection', 'close')
                self.end_headers()
                self.close_connection = True
                try:
                    while not peer.closed.wait(0.1):
                        self.wfile.write(b'data: tick\n\n')
                        self.wfile.flush()
                except OSError:
                    pass

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0),
                                                      Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        as_worker(tenant.id, 'INSERT INTO tenant_endpoint (tenant_id,'
                  ' upstream) VALUES ($1, $2)', tenant.id,
                  '127.0.0.1:%d' % self.server.server_address[1])

    def close(self):
        """Stops the server, so that its port refuses connections."""
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()


class PeerCase(TestCase):
    """A test case with a tenant whose server runs for all its tests."""

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.peer = Peer(cls.tenant)
        cls.proxied = '/t/%s/api/v1/health' % cls.tenant.slug

    @classmethod
    def tearDownClass(cls):
        cls.peer.close()
