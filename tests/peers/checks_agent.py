# SPDX-License-Identifier: Apache-2.0
"""Checks the agent double in a real JVM against the server double."""
import os
import time

from stand import Process, free_port, wait_for

PROGRAM = """
public class Guest {
	public static void main(String[] args) throws Exception {
		System.out.println("guest runs");
		Thread.sleep(Long.parseLong(args[0]));
		System.out.println("guest ends");
	}
}
"""


def guest(w, name, ms, **env):
    source = os.path.join(w.dir, "Guest.java")
    with open(source, "w") as f:
        f.write(PROGRAM)
    return Process(os.path.join(w.dir, name + ".log"),
                   ["-javaagent:" + w.agent_jar, source, str(ms)], {
        "CAMELEER_AGENT_EXPORT_ENDPOINT": f"http://127.0.0.1:{w.port}",
        "CAMELEER_AGENT_AUTH_TOKEN_FILE": w.secrets + "/bootstrap-token",
        "CAMELEER_AGENT_APPLICATION": "guest",
        "CAMELEER_AGENT_ENVIRONMENT": "test",
        "CAMELEER_AGENT_INSTANCEID": "test-guest-0-deadbeef", **env})


def shown(w):
    for agent in w.call("GET", "/api/v1/agents", w.token()).json():
        if agent["instanceId"] == "test-guest-0-deadbeef":
            return agent
    return {}


def lives(w):
    w.ok(os.path.getsize(w.agent_jar) < 10240, "the agent is below 10 KiB")
    app = guest(w, "lives", 600000)
    w.ok(wait_for(lambda: shown(w).get("state") == "LIVE"),
         "the agent registers")
    w.ok(shown(w)["applicationId"] == "guest"
         and shown(w)["environmentId"] == "test",
         "as what it was told to be")
    w.ok(wait_for(lambda: shown(w)["heartbeats"] >= 3, 15), "it beats")
    w.ok(wait_for(lambda: shown(w)["connected"]), "it listens to events")
    envs = w.call("GET", "/api/v1/admin/usage", w.token()).json()
    w.ok(any(e["environment"] == "test" and e["kinds"].get("metrics", 0) > 0
             for e in envs["environments"]), "it posts metrics")
    beats = shown(w)["heartbeats"]
    w.restart()
    w.ok(wait_for(lambda: shown(w)["heartbeats"] > beats
                  and shown(w)["connected"], 40),
         "it goes on after a restart of the server")
    w.pg.sql("tenants", "UPDATE t_demo.server_config SET value ="
             " 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='"
             " WHERE key = 'jwt-secret'; DELETE FROM t_demo.agent")
    w.restart()
    w.ok(wait_for(lambda: shown(w).get("state") == "LIVE", 40),
         "it registers again when its tokens are worth nothing")
    began = time.monotonic()
    code = app.stop()
    w.ok(code == 143 and time.monotonic() - began < 2,
         "it does not hold up SIGTERM")
    w.ok(wait_for(lambda: shown(w) == {}), "and says goodbye")
    w.ok("guest runs" in app.said(), "the application ran all the time")


def harmless(w):
    nowhere = f"http://127.0.0.1:{free_port()}"
    for name, env in {
            "without a server": {"CAMELEER_AGENT_EXPORT_ENDPOINT": ""},
            "with a server that is not there":
                {"CAMELEER_AGENT_EXPORT_ENDPOINT": nowhere},
            "with a server address that is rubbish":
                {"CAMELEER_AGENT_EXPORT_ENDPOINT": "::rubbish"},
            "without a token file":
                {"CAMELEER_AGENT_AUTH_TOKEN_FILE": "/nonexistent"}}.items():
        app = guest(w, "harmless", 1500, **env)
        w.ok(app.child.wait(20) == 0 and "guest ends" in app.said(),
             "an application runs to its end " + name)
        os.unlink(app.log)


CHECKS = [lives, harmless]
