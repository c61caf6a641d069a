# SPDX-License-Identifier: Apache-2.0
"""Checks authentication: users by the platform's keys, agents by a bootstrap
token."""
import time

from forge import EcKey, b64url, hs256, jwt
from stand import wait_for

WHOAMI = "/api/v1/whoami"


def begins_down(w):
    w.start(CAMELEER_DOUBLE_START_DELAY_S="1")
    began = time.monotonic()
    w.ok(wait_for(lambda: w.call("GET", "/api/v1/health").status == 503),
         "health is 503 until the database answers")
    w.ok(time.monotonic() - began >= 1, "a start can be told to be slow")
    w.ok(w.call("GET", "/api/v1/health").json() == {"status": "DOWN"},
         "health says DOWN and nothing else")
    w.ok(w.call("GET", WHOAMI, w.token()).status == 401,
         "a right token is 401 while there is no key list")
    w.jwks.start()
    w.pg.start()
    w.ok(w.up(), "health is 200 when the database answers")
    w.ok(w.call("GET", "/api/v1/health").json() == {"status": "UP"},
         "health says UP and nothing else")
    time.sleep(1.1)


def right_token(w):
    answer = w.call("GET", WHOAMI, w.token("operator"))
    w.ok(answer.status == 200, "the first fetch of keys is tried again")
    w.ok(answer.json() == {"sub": "acc-1", "roles": ["OPERATOR"],
                           "tenant": "demo"}, "whoami tells the claims")
    w.ok(w.call("GET", WHOAMI, w.token(aud=["x", "cameleer-server:demo"]))
         .status == 200, "an audience list with ours is accepted")
    w.ok(w.call("GET", WHOAMI, w.token(roles=None, scope="viewer x"))
         .json()["roles"] == ["VIEWER"], "a bare role in scope counts")
    w.ok(w.call("GET", WHOAMI, w.token(roles=["platform:admin"], scope=None))
         .json()["roles"] == [], "a platform role gives nothing")


def refused_tokens(w):
    now = int(time.time())
    claims = w.claims()
    fake = EcKey(w.dir, "fake")
    good = w.token()
    head, body, mac = good.split(".")
    fake.kid = w.key.kid
    table = {
        "no token": None,
        "no JWT": "abc",
        "wrong audience": w.token(aud="cameleer-server:other"),
        "wrong issuer": w.token(iss="https://evil.test"),
        "issuer with a slash more": w.token(iss="https://platform.test/"),
        "expired": w.token(exp=now - 61),
        "without exp": w.token(exp=None),
        "exp as text": w.token(exp=str(now + 300)),
        "not yet valid": w.token(nbf=now + 120),
        "of another tenant": w.token(tenant="other"),
        "without subject": w.token(sub=None),
        "alg none": jwt(claims, header={"alg": "none"},
                        sign=lambda data: b""),
        "alg None, signature kept": b64url(
            b'{"alg":"None","typ":"at+jwt","kid":"k1"}') + f".{body}.{mac}",
        "HS256 with the public key": jwt(
            claims, w.key, {"alg": "HS256"}, hs256(w.key.public_pem)),
        "HS256 with the point": jwt(
            claims, w.key, {"alg": "HS256"}, hs256(b"\4" + w.key.point)),
        "HS256 with nothing": jwt(claims, w.key, {"alg": "HS256"},
                                  hs256(b"\0")),
        "another key under the same kid": jwt(claims, fake),
        "typ JWT": jwt(claims, w.key, {"typ": "JWT"}),
        "without typ": jwt(claims, w.key, {"typ": None}),
        "without kid": jwt(claims, w.key, {"kid": None}),
        "crit": jwt(claims, w.key, {"crit": ["x"]}),
        "zero signature": f"{head}.{body}." + b64url(bytes(64)),
        "edited claims": head + "." + b64url(
            b'{"iss":"https://platform.test"}') + "." + mac,
        "padded": good + "==",
        "longer than 8 KiB": w.token(sub="x" * 9000),
        "the bootstrap token": w.bootstrap,
    }
    for name, token in table.items():
        answer = w.call("GET", WHOAMI, token)
        w.ok(answer.status == 401 and answer.body == b"",
             "token refused: " + name)
    w.ok(w.call("GET", "/api/v1/nothing").status == 401
         and w.call("GET", "/api/v1/nothing", good).status == 404,
         "unknown paths are 401 before they are 404")


def rotation(w):
    second = EcKey(w.dir, "k2")
    third = EcKey(w.dir, "k3")
    w.jwks.keys = [w.key.jwk(), second.jwk()]
    w.ok(w.call("GET", WHOAMI, jwt(w.claims(), second)).status == 200,
         "an unknown kid fetches the keys again")
    hits = w.jwks.hits
    for _ in range(5):
        w.call("GET", WHOAMI, jwt(w.claims(), third))
        w.call("GET", WHOAMI, w.token())
    w.ok(w.jwks.hits == hits, "at most once a minute")


def roles(w):
    viewer, admin = w.token("viewer"), w.token("admin")
    nobody = w.token(roles=[], scope="")
    w.ok(w.call("GET", "/api/v1/agents", viewer).status == 200
         and w.call("GET", "/api/v1/agents", nobody).status == 403,
         "viewers list agents, people without a role do not")
    w.ok(w.call("GET", "/api/v1/admin/license", w.token("operator"))
         .status == 403
         and w.call("GET", "/api/v1/admin/license", admin).status == 200,
         "admin paths are for admins")
    w.ok(w.call("DELETE", "/api/v1/agents", viewer).status == 405,
         "a wrong method is 405")


def bootstrap(w):
    w.ok(w.register("a-1", token="wrong").status == 401
         and w.call("POST", "/api/v1/agents/register").status == 401,
         "a wrong or missing bootstrap token is 401")
    w.ok(w.register("a-1", token=w.token()).status == 401,
         "a user's token registers no agent")
    w.ok(w.register("a-1").status == 200, "the bootstrap token registers")
    w.secret("bootstrap-token-previous", w.bootstrap)
    w.secret("bootstrap-token", "the-new-one")
    w.ok(w.register("a-1").status == 200
         and w.register("a-1", token="the-new-one").status == 200,
         "while it is rotated the previous one is good too")
    w.secret("bootstrap-token-previous", "older-than-old")
    w.ok(w.register("a-1").status == 401, "and then no more")
    w.secret("bootstrap-token", w.bootstrap)


CHECKS = [begins_down, right_token, refused_tokens, rotation, roles,
          bootstrap]
