# SPDX-License-Identifier: Apache-2.0
"""Checks that agents, ingested bytes and the licence survive restarts."""
import os
import time

from forge import EdKey
from stand import wait_for

LICENCE = "/api/v1/admin/license"
DAY = 86400


def state_of(w, instance):
    for agent in w.call("GET", "/api/v1/agents", w.token("viewer")).json():
        if agent["instanceId"] == instance:
            return agent["state"]
    return None


def agents(w):
    pair = w.register("a-1").json()
    access, refresh = pair["accessToken"], pair["refreshToken"]
    beat = "/api/v1/agents/a-1/heartbeat"
    w.ok(w.call("POST", beat, access, {}).status == 200
         and state_of(w, "a-1") == "LIVE",
         "an agent that beats is LIVE")
    w.ok(w.pg.sql("tenants", "SELECT environment, heartbeats FROM"
                  " t_demo.agent WHERE id = 'a-1'") == "prod|1",
         "the agent is a row in the tenant's schema")
    w.ok(w.call("POST", beat, refresh, {}).status == 401,
         "a refresh token is no access token")
    w.ok(w.call("POST", "/api/v1/agents/a-2/heartbeat", access, {}).status
         == 403 and w.call("POST", beat, w.token(), {}).status == 403,
         "nobody beats for another")
    w.ok(w.call("GET", "/api/v1/agents", access).status == 403,
         "an agent lists no agents")
    w.ok(w.call("GET", "/api/v1/agents/config", access).json()
         == {"version": 0, "environment": "prod"},
         "an agent gets the configuration of its environment")
    again = w.call("POST", "/api/v1/agents/a-1/refresh", refresh,
                   {"refreshToken": refresh})
    w.ok(again.status == 200 and w.call(
        "POST", beat, again.json()["accessToken"], {}).status == 200,
        "a refresh token gives a new pair")
    w.ok(w.call("POST", "/api/v1/agents/a-1/refresh", access, {}).status
         == 401 and w.call("POST", "/api/v1/agents/a-2/refresh", refresh,
                           {}).status == 401,
         "refresh wants the agent's own refresh token")
    w.ok(wait_for(lambda: state_of(w, "a-1") == "STALE", 8)
         and wait_for(lambda: state_of(w, "a-1") == "DEAD", 8),
         "a silent agent is STALE, then DEAD")
    w.call("POST", beat, access, {})
    w.ok(state_of(w, "a-1") == "LIVE", "and LIVE when it beats again")
    w.ok(w.restart() and w.call("POST", beat, access, {}).status == 200,
         "a restart forgets neither agents nor their tokens")
    w.ok(w.call("POST", "/api/v1/agents/a-1/deregister", access, {}).status
         == 200 and state_of(w, "a-1") is None
         and w.call("POST", beat, access, {}).status == 404,
         "deregistered is gone")
    for body in ({}, {"instanceId": "a b", "applicationId": "x"},
                 {"instanceId": "a", "applicationId": "../x"}, [], "{"):
        w.ok(w.call("POST", "/api/v1/agents/register", w.bootstrap, body)
             .status == 400, "registration refused: %s" % (body,))


def ingest(w):
    prod = w.register("d-1").json()["accessToken"]
    dev = w.register("d-2", "dev").json()["accessToken"]
    proto = {"X-Protocol-Version": "1"}

    def post(token, kind, body, headers=None):
        return w.call("POST", "/api/v1/data/" + kind, token, body,
                      proto if headers is None else headers).status

    w.ok(post(prod, "metrics", "{}", {}) == 400
         and post(prod, "metrics", "{}", {"X-Protocol-Version": "2"}) == 400,
         "data without X-Protocol-Version: 1 is 400")
    w.ok(post(prod, "metrics", "hello") == 400
         and post(prod, "metrics", "") == 400, "data must be JSON")
    w.ok(post(w.token(), "metrics", "{}") == 403, "users send no data")
    w.ok(post(prod, "other", "{}") == 404, "there are four kinds of data")
    big = "[" + "1," * 400000 + "1]"
    w.ok([post(prod, k, '{"n":1}') for k in
          ("executions", "metrics", "diagrams", "logs")] == [202] * 4
         and post(dev, "logs", big) == 202
         and post(dev, "logs", iter([b'[{"m":', b'"x"}]'])) == 202,
         "data is accepted: 202, also large and chunked")
    w.ok(post(dev, "logs", "[" + " " * (4 << 20) + "]") == 413,
         "data beyond 4 MiB is 413")
    usage = w.call("GET", "/api/v1/admin/usage", w.token()).json()
    envs = {e["environment"]: e for e in usage["environments"]}
    w.ok(envs["prod"]["bytes"] == 28 and envs["prod"]["requests"] == 4
         and envs["prod"]["kinds"]["logs"] == 7
         and envs["dev"]["bytes"] == len(big) + 11
         and usage["ingestedBytes"] == 28 + len(big) + 11,
         "usage counts accepted bytes per environment, to the byte")
    w.restart()
    w.ok(w.call("GET", "/api/v1/admin/usage", w.token()).json()
         ["ingestedBytes"] == usage["ingestedBytes"],
         "and keeps them over a restart")


def licence(w):
    def post(token):
        return w.call("POST", LICENCE, w.token(), {"token": token})

    def get():
        return w.call("GET", LICENCE, w.token()).json()

    seen = get()
    w.ok(seen["state"] == "ABSENT" and seen["limits"]["max_agents"] == 5,
         "without a licence: ABSENT, and the default caps")
    other = EdKey(w.dir, "other").licence("demo", DAY)
    good = w.licences.licence("demo", DAY, max_agents=2)
    bent = good[:-8] + ("AAAA" if good[-8:-4] != "AAAA" else "BBBB") \
        + good[-4:]
    w.ok(post(good).status == 200 and get()["state"] == "ACTIVE"
         and get()["limits"]["max_agents"] == 2
         and get()["limits"]["max_apps"] == 3,
         "a good licence is ACTIVE; caps not named are the defaults")
    for name, token in {
            "signed by another": other, "bent": bent, "text": "x",
            "of another tenant": w.licences.licence("acme", DAY)}.items():
        answer = post(token)
        w.ok(answer.status == 400 and answer.json()["state"] == "INVALID"
             and get()["state"] == "ACTIVE",
             "INVALID and not taken: a licence " + name)
    time.sleep(8.2)
    w.ok(w.register("l-1").status == 200 and w.register("l-2").status == 200
         and w.register("l-3").status == 403
         and w.register("l-2").status == 200,
         "max_agents holds, and agents in the register come back")
    w.ok(w.restart() and get()["state"] == "ACTIVE",
         "an installed licence survives a restart")
    w.ok(post(w.licences.licence("demo", -DAY)).json()["state"] == "GRACE",
         "past its end: GRACE")
    w.ok(post(w.licences.licence("demo", -8 * DAY)).json()["state"]
         == "EXPIRED", "past grace: EXPIRED")
    w.secret("license", w.licences.licence("demo", DAY, max_agents=50))
    w.ok(w.restart() and get()["state"] == "ACTIVE"
         and get()["limits"]["max_agents"] == 50,
         "the file wins at start")
    w.secret("license", "rubbish")
    w.ok(w.restart() and get()["state"] == "INVALID",
         "rubbish in the file is INVALID, loudly")
    os.unlink(w.secrets + "/license")
    w.restart()
    post(w.licences.licence("demo", DAY, max_agents=50))


def database_gone(w):
    w.pg.stop()
    w.ok(wait_for(lambda: w.call("GET", "/api/v1/health").status == 503, 5),
         "health is 503 when the database is gone")
    w.ok(w.call("GET", "/api/v1/agents", w.token()).status == 503
         and w.call("GET", "/api/v1/whoami", w.token()).status == 200,
         "what needs it is 503, the rest goes on")
    w.pg.start()
    w.ok(w.up() and w.call("GET", "/api/v1/agents", w.token()).status == 200,
         "all is well when it is back")


CHECKS = [agents, ingest, licence, database_gone]
