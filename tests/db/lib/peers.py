# SPDX-License-Identifier: Apache-2.0
"""Provides what doctor looks for: sockets, a registry and an engine.

peers.py DIR creates DIR, its sockets and, last, DIR/port with the port of the
nginx in front of the registry. It runs until it is killed."""

import http.server
import os
import socket
import socketserver
import sys
import threading


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = ("/v2/", "/v2/platform/jre-base/manifests/sha256:" + "0" * 64)
        self.send_response(200 if self.path in known else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass

    def address_string(self):
        return "peer"


class Gate(Registry):
    def do_GET(self):
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Engine(Registry):
    def do_GET(self):
        self.send_response(200 if self.path == "/_ping" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()


class UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def main():
    top = sys.argv[1]
    os.makedirs(top)
    held = []
    for name in ("auth", "auth-check", "tenants", "apps", "billing",
                 "license", "sso", "worker"):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(top, name + ".sock"))
        listener.listen(128)
        held.append(listener)
    for name, handler in (("engine", Engine), ("registry", Registry)):
        server = UnixServer(os.path.join(top, name + ".sock"), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    gate = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    with open(os.path.join(top, "port.new"), "w", encoding="ascii") as file:
        file.write(str(gate.server_address[1]))
    os.rename(os.path.join(top, "port.new"), os.path.join(top, "port"))
    gate.serve_forever()


main()
