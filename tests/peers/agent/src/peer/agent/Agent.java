/* SPDX-License-Identifier: Apache-2.0 */
package peer.agent;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The contract double of the agent: registers at the tenant's server, tells
 * it every two seconds that it lives, listens to its events, posts a small
 * metrics document every ten.
 *
 * It is a guest: daemon threads only, nothing thrown, nothing awaited, no
 * logging framework (some applications want to be the first to set it up).
 */
public final class Agent {
	private static final long BEAT_MS = 2000;
	private static final long WAIT_MAX_MS = 30000;
	private static final int METRICS_EVERY = 5;

	private final Server server;
	private long wait = 1000;

	private Agent(Server server) {
		this.server = server;
	}

	public static void premain(String args) {
		try {
			Server server = Server.fromEnvironment();

			if (server == null) {
				say("no server configured, doing nothing");
				return;
			}
			Agent agent = new Agent(server);
			spawn("cameleer-agent", agent::beat);
			spawn("cameleer-events", server::listen);
			Runtime.getRuntime().addShutdownHook(
			    new Thread(server::leave, "cameleer-leave"));
		} catch (Throwable e) {
			say("not started: " + e);
		}
	}

	private static void spawn(String name, Runnable work) {
		Thread thread = new Thread(work, name);

		thread.setDaemon(true);
		thread.start();
	}

	/* One step at a time; whatever goes wrong only makes it wait longer. */
	private void beat() {
		for (int n = 0;; n++) {
			try {
				server.ensureRegistered();
				server.heartbeat();
				if (n % METRICS_EVERY == 0)
					server.metrics();
				wait = 1000;
				sleep(BEAT_MS);
			} catch (Throwable e) {
				say(e.getMessage() + ", again in " + wait
				    + " ms");
				sleep(jitter(wait));
				wait = Math.min(wait * 2, WAIT_MAX_MS);
			}
		}
	}

	static long jitter(long ms) {
		return ms / 2 + ThreadLocalRandom.current().nextLong(ms / 2);
	}

	static void sleep(long ms) {
		try {
			Thread.sleep(ms);
		} catch (InterruptedException e) {
			/* nobody has a reason to interrupt us: go on */
		}
	}

	static void say(String text) {
		System.err.println("cameleer-agent: " + text);
	}
}
