#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A mail server that keeps what it gets: STARTTLS and AUTH are demanded.

usage: smtp_sink.py PORT OUTDIR CERT KEY USER PASSWORDFILE

Each mail becomes NNNNNN.json (envelope) and then NNNNNN.eml (content) in
OUTDIR; both are written under a dotted name first, so that whoever sees an
.eml may read both.  Recipients reject@... get 550, defer@... get 451.
PORT 0 takes a free one; the line `ready PORT` says which.
"""
import asyncio
import hmac
import itertools
import json
import os
import signal
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

SIZE_MAX = 1 << 20


class Sink:
    """The hooks of aiosmtpd: decides who may log in, and stores each mail."""

    def __init__(self, outdir, user, password):
        self.outdir = outdir
        self.user = user.encode()
        self.password = password
        there = [int(name[:6]) for name in os.listdir(outdir)
                 if name.endswith(".json") and name[:6].isdigit()]
        self.number = itertools.count(max(there, default=0) + 1)

    def authenticate(self, _server, _session, _envelope, _mechanism, data):
        good = isinstance(data, LoginPassword) \
            and hmac.compare_digest(data.login, self.user) \
            and hmac.compare_digest(data.password, self.password)
        return AuthResult(success=good, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _opts):
        if address.startswith("reject@"):
            return "550 5.1.1 no such user"
        if address.startswith("defer@"):
            return "451 4.3.0 try later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server, session, envelope):
        name = f"{next(self.number):06d}"
        about = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "authenticated": bool(session.authenticated),
        }
        self.write(name + ".json", json.dumps(about).encode() + b"\n")
        self.write(name + ".eml", envelope.content)
        return f"250 2.0.0 kept as {name}"

    def write(self, name, content):
        hidden = os.path.join(self.outdir, "." + name)
        with open(hidden, "wb") as f:
            f.write(content)
        os.rename(hidden, os.path.join(self.outdir, name))


async def serve(port, sink, tls):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="localhost", ident="sink",
                     data_size_limit=SIZE_MAX, timeout=60,
                     require_starttls=True, tls_context=tls,
                     auth_required=True, auth_require_tls=True,
                     authenticator=sink.authenticate),
        "127.0.0.1", port)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()


def main():
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    port, outdir, cert, key, user, passwordfile = sys.argv[1:]
    warnings.simplefilter("ignore", DeprecationWarning)
    os.umask(0o077)
    os.makedirs(outdir, exist_ok=True)
    with open(passwordfile, "rb") as f:
        password = f.read().rstrip(b"\r\n")
    if not password:
        sys.exit("smtp_sink: the password file is empty")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.load_cert_chain(cert, key)
    asyncio.run(serve(int(port), Sink(outdir, user, password), tls))


if __name__ == "__main__":
    main()
