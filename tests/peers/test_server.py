# SPDX-License-Identifier: Apache-2.0
"""Tests the contract of the two doubles and prints TAP; test_server.sh runs
it."""
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True

import checks_agent
import checks_http
import checks_identity
import checks_state
from forge import EcKey, EdKey, jwt
from stand import Client, Jwks, Postgres, Process, free_port, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
SERVER_JAR = os.path.join(HERE, "cameleer-server/target/cameleer-server.jar")
AGENT_JAR = os.path.join(HERE, "agent/target/agent.jar")
ISSUER = "https://platform.test"
AUDIENCE = "cameleer-server:demo"
BOOTSTRAP = "bootstrap-of-demo-0123456789"


class World:
    """Holds the running parts that checks use, and ok()."""

    def __init__(self):
        self.count = self.failed = 0
        self.dir = tempfile.mkdtemp(prefix="peers-test-")
        self.secrets = os.path.join(self.dir, "secrets")
        os.mkdir(self.secrets)
        self.key = EcKey(self.dir, "k1")
        self.licences = EdKey(self.dir, "licence")
        self.jwks = Jwks(self.dir)
        self.jwks.keys = [self.key.jwk()]
        self.secret("bootstrap-token", BOOTSTRAP)
        self.secret("db-password", "pw-of-demo")
        shutil.copy(self.dir + "/jwks.pem", self.secrets + "/ca.pem")
        self.pg = Postgres("pw-of-demo")
        self.port = free_port()
        self.call = Client(self.port)
        self.agent_jar = AGENT_JAR
        self.bootstrap = BOOTSTRAP
        self.server = None

    def ok(self, good, what):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, what),
              flush=True)
        return good

    def secret(self, name, text):
        path = os.path.join(self.secrets, name)
        with open(path + ".new", "w") as f:
            f.write(text + "\n")
        os.rename(path + ".new", path)

    def claims(self, role="admin", **more):
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "acc-1",
                  "tenant": "demo", "iat": now, "nbf": now,
                  "exp": now + 300, "roles": ["server:" + role],
                  "scope": "server:" + role}
        claims.update(more)
        return {k: v for k, v in claims.items() if v is not None}

    def token(self, role="admin", **more):
        return jwt(self.claims(role, **more), self.key)

    def start(self, **env):
        self.server = Process(self.dir + "/server.log",
                              ["-jar", SERVER_JAR], {
            "CAMELEER_SERVER_TENANT_ID": "demo",
            "CAMELEER_SERVER_SECURITY_OIDC_ISSUERURI": ISSUER,
            "CAMELEER_SERVER_SECURITY_OIDC_JWKSETURI": self.jwks.url(),
            "CAMELEER_SERVER_SECURITY_OIDC_AUDIENCE": AUDIENCE,
            "CAMELEER_SERVER_LICENSE_PUBLICKEY": self.licences.public,
            "CAMELEER_SERVER_SECRETS_DIR": self.secrets,
            "SPRING_DATASOURCE_URL": "jdbc:postgresql://127.0.0.1:"
            f"{self.pg.port}/tenants?currentSchema=t_demo",
            "SPRING_DATASOURCE_USERNAME": "t_demo",
            "CAMELEER_DOUBLE_PORT": str(self.port),
            "CAMELEER_DOUBLE_STALE_S": "4",
            "CAMELEER_DOUBLE_DEAD_S": "4", **env})

    def up(self):
        return wait_for(lambda: self.call("GET", "/api/v1/health").status
                        == 200)

    def restart(self, **env):
        self.server.stop()
        self.start(**env)
        return self.up()

    def register(self, instance, environment="prod", token=None):
        return self.call("POST", "/api/v1/agents/register",
                         token or self.bootstrap,
                         {"instanceId": instance, "applicationId": "orders",
                          "environmentId": environment, "version": "1"})

    def close(self):
        if self.server:
            self.server.stop()
        self.pg.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    world = World()
    try:
        for check in (checks_identity.CHECKS + checks_state.CHECKS
                      + checks_http.CHECKS + checks_agent.CHECKS):
            check(world)
    except Exception:
        world.ok(False, "the checks ran to their end")
        for line in traceback.format_exc().splitlines():
            print("# " + line)
    finally:
        if world.failed and world.server:
            for line in world.server.said().splitlines()[-40:]:
                print("# server: " + line)
        world.close()
    print("1..%d" % world.count)
    return 1 if world.failed else 0


if __name__ == "__main__":
    sys.exit(main())
