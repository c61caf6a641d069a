# SPDX-License-Identifier: Apache-2.0
"""An OpenID provider that lies as it is told.  Without a lie it is correct: a
code works once, and only with PKCE's verifier.

    liar = Liar('45.90.0.3', cert, key); liar.lie(claims=..., token=...)
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import secrets
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

_PKCS8 = bytes.fromhex('302e020100300506032b657004220420')


def encode(data):
    """Encodes as base64url without padding."""
    if isinstance(data, (dict, list)):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


class Key:
    """An Ed25519 key that signs through openssl."""

    def __init__(self, kid='liar'):
        self.kid, self.seed = kid, os.urandom(32)
        self.public = self._openssl('pkey', '-pubout', '-outform',
                                    'DER')[-32:]

    def _openssl(self, *args, data=b''):
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + '/key', 'wb') as file:
                file.write(_PKCS8 + self.seed)
            with open(folder + '/data', 'wb') as file:
                file.write(data)
            more = ['-in', folder + '/key', '-inform', 'DER'] \
                if args[0] == 'pkey' else ['-inkey', folder + '/key', '-in',
                                           folder + '/data']
            return subprocess.run(['openssl', *args, *more], check=True,
                                  stdout=subprocess.PIPE).stdout

    def jwk(self):
        """Returns the public key as a JWK."""
        return {'kty': 'OKP', 'crv': 'Ed25519', 'x': encode(self.public),
                'kid': self.kid, 'use': 'sig', 'alg': 'EdDSA'}

    def sign(self, header, claims):
        """Returns a signed compact token with any header and claims."""
        text = '%s.%s' % (encode(header), encode(claims))
        return text + '.' + encode(self._openssl(
            'pkeyutl', '-sign', '-rawin', '-keyform', 'DER',
            data=text.encode()))

    def confuse(self, header, claims):
        """Returns an HS256 token whose secret is the public key."""
        text = '%s.%s' % (encode(header), encode(claims))
        return text + '.' + encode(hmac.new(
            self.public, text.encode(), hashlib.sha256).digest())


class Liar:
    """A provider on port 443 of an address, for all names that resolve to
    it."""

    def __init__(self, address, cert, key):
        self.key, self.client = Key(), 'app'
        self.lies, self.codes, self.asked = {}, {}, []
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                liar.answer(self, b'')

            def do_POST(self):
                size = int(self.headers.get('Content-Length') or 0)
                liar.answer(self, self.rfile.read(size))

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *args):
                pass            # who hangs up is not our matter

        self.server = Server((address, 443), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True,
            do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def lie(self, **lies):
        """Sets what the provider does differently: discovery, jwks, exchange,
        userinfo (functions of a handler); metadata, header, claims, answer
        (changed members, None removes one); info (user info: members, or the
        bytes of an answer), sign, code_length, keys_before (keys before its
        own)."""
        self.lies = lies

    def code(self, sent, **claims):
        """Returns a code, as the authorization endpoint issues it for the query
        of a browser."""
        code = secrets.token_urlsafe(16)
        code += 'x' * (self.lies.get('code_length', 0) - len(code))
        self.codes[code] = (dict(sent), claims)
        return code

    def metadata(self, issuer):
        """Returns the discovery document."""
        found = {
            'issuer': issuer,
            'authorization_endpoint': issuer + '/authorize',
            'token_endpoint': issuer + '/token',
            'jwks_uri': issuer + '/jwks',
            'response_types_supported': ['code'],
            'id_token_signing_alg_values_supported': ['EdDSA'],
            'code_challenge_methods_supported': ['S256'],
        }
        if 'info' in self.lies or 'userinfo' in self.lies:
            found['userinfo_endpoint'] = issuer + '/userinfo'
        found.update(self.lies.get('metadata', {}))
        return {k: v for k, v in found.items() if v is not None}

    def token(self, issuer, sent, claims):
        """Returns an ID token."""
        now = int(time.time())
        all_claims = {
            'iss': issuer, 'aud': self.client, 'sub': 'liar-1',
            'nonce': sent.get('nonce'), 'iat': now, 'exp': now + 300,
            'email': 'lea@people.example', 'email_verified': True,
            'name': 'Lea Liar', 'sid': 'sid-1',
        }
        all_claims.update(claims)
        all_claims.update(self.lies.get('claims', {}))
        all_claims = {k: v for k, v in all_claims.items() if v is not None}
        header = {'alg': 'EdDSA', 'kid': self.key.kid, 'typ': 'JWT'}
        header.update(self.lies.get('header', {}))
        sign = self.lies.get('sign', self.key.sign)
        return sign({k: v for k, v in header.items() if v is not None},
                    all_claims)

    def exchange(self, issuer, body):
        """Returns (status, answer) of the token endpoint."""
        form = dict(urllib.parse.parse_qsl(body.decode()))
        sent, claims = self.codes.pop(form.get('code'), (None, None))
        if sent is None or form.get('grant_type') != 'authorization_code' \
                or form.get('redirect_uri') != sent['redirect_uri'] or \
                encode(hashlib.sha256(form.get('code_verifier', '').encode())
                       .digest()) != sent['code_challenge']:
            return 400, {'error': 'invalid_grant'}
        answer = {'access_token': 'x', 'token_type': 'Bearer',
                  'expires_in': 60,
                  'id_token': self.token(issuer, sent, claims)}
        answer.update(self.lies.get('answer', {}))
        return 200, {k: v for k, v in answer.items() if v is not None}

    def answer(self, handler, body):
        """Answers one request."""
        path = handler.path.partition('?')[0]
        # the issuer may have a path
        before, _, _ = path.partition('/.well-known/')
        if before == path:
            before, _, last = path.rpartition('/')
        else:
            last = '.well-known/openid-configuration'
        issuer = 'https://' + handler.headers['Host'] + before
        self.asked.append((handler.command, path,
                           dict(handler.headers), body))
        kind = {'.well-known/openid-configuration': 'discovery',
                'jwks': 'jwks', 'token': 'exchange',
                'userinfo': 'userinfo'}.get(last)
        if kind in self.lies:
            self.lies[kind](handler)
            return
        status, value = 404, {}
        if kind == 'discovery':
            status, value = 200, self.metadata(issuer)
        if kind == 'jwks':
            status, value = 200, {'keys': self.lies.get(
                'keys_before', []) + [self.key.jwk()]}
        if kind == 'exchange':
            status, value = self.exchange(
                self.lies.get('metadata', {}).get('issuer') or issuer, body)
        if kind == 'userinfo' and 'info' in self.lies:
            status, value = 200, self.lies['info']
        if not isinstance(value, bytes):
            value = json.dumps(value).encode()
        say(handler, status, value)

    def close(self):
        """Stops the provider, so that its port refuses connections."""
        self.server.shutdown()
        self.server.server_close()


def say(handler, status, body, headers=None):
    """Sends an answer."""
    handler.send_response(status)
    handler.send_header('Content-Type', 'application/json')
    handler.send_header('Content-Length', str(len(body)))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def redirect(to):
    """Returns an answer that redirects."""
    return lambda handler: say(handler, 302, b'', {'Location': to})


def slow(seconds):
    """Returns an answer that comes after so many seconds."""
    def answer(handler):
        time.sleep(seconds)
        say(handler, 200, b'{}')
    return answer


def drip(seconds):
    """Returns an answer that sends a byte at a time, with pauses."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header('Content-Type', 'application/json')
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b' ')
            time.sleep(seconds)
    return answer


def huge(size):
    """Returns an answer whose body has about `size` bytes."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header('Content-Type', 'application/json')
        handler.end_headers()
        for _ in range(size // 65536):
            handler.wfile.write(b' ' * 65536)
        handler.close_connection = True
    return answer
