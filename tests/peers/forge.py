# SPDX-License-Identifier: Apache-2.0
"""Makes keys, tokens and licences for tests, valid and forged.

Needs only the standard library and the openssl program."""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import time


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*args, stdin=None):
    return subprocess.run(["openssl", *args], input=stdin, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def der_to_raw(der):
    """Converts an ECDSA signature from DER to the 64 bytes of JOSE."""
    out, at = b"", 2
    for _ in range(2):
        length = der[at + 1]
        out += int.from_bytes(der[at + 2:at + 2 + length],
                              "big").to_bytes(32, "big")
        at += 2 + length
    return out


class EcKey:
    """A P-256 key with its JWK; it signs data."""

    def __init__(self, folder, kid):
        self.kid = kid
        self.path = os.path.join(folder, kid + ".pem")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout",
                "-out", self.path)
        self.public_pem = openssl("pkey", "-in", self.path, "-pubout")
        self.point = openssl("pkey", "-in", self.path, "-pubout",
                             "-outform", "DER")[-64:]

    def jwk(self):
        return {"kty": "EC", "crv": "P-256", "kid": self.kid, "use": "sig",
                "alg": "ES256", "x": b64url(self.point[:32]),
                "y": b64url(self.point[32:])}

    def sign(self, data):
        return der_to_raw(openssl("dgst", "-sha256", "-sign", self.path,
                                  stdin=data))


class EdKey:
    """An Ed25519 key that signs licences."""

    def __init__(self, folder, name):
        self.path = os.path.join(folder, name + ".pem")
        self.folder = folder
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.path)
        raw = openssl("pkey", "-in", self.path, "-pubout", "-outform",
                      "DER")[-32:]
        self.public = base64.b64encode(raw).decode()

    def sign(self, data):
        path = os.path.join(self.folder, "to-sign")
        with open(path, "wb") as f:
            f.write(data)
        return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.path,
                       "-in", path)

    def licence(self, tenant, expires_in, grace_days=7, **limits):
        payload = json.dumps(
            {"tenantId": tenant, "limits": limits,
             "expiresAt": int(time.time()) + expires_in,
             "gracePeriodDays": grace_days},
            sort_keys=True, separators=(",", ":")).encode()
        return (base64.b64encode(payload) + b"."
                + base64.b64encode(self.sign(payload))).decode()


def jwt(claims, key=None, header=None, sign=None):
    """Returns a JWT; header members that are None are left out."""
    head = {"alg": "ES256", "typ": "at+jwt",
            "kid": key.kid if key else None, **(header or {})}
    head = {k: v for k, v in head.items() if v is not None}
    signed = b64url(json.dumps(head).encode()) + "." \
        + b64url(json.dumps(claims).encode())
    mac = (sign or key.sign)(signed.encode())
    return signed + "." + b64url(mac)


def hs256(secret):
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()
