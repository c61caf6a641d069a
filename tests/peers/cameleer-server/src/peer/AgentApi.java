/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** /api/v1/agents and /api/v1/data. */
final class AgentApi {
	static final long DATA_MAX = 4 << 20;
	private static final int STREAMS = Http.CONNECTIONS / 2;
	private static final Set<String> KINDS = Set.of("executions",
	    "metrics", "diagrams", "logs");
	private static final String PREFIX = "/api/v1/agents/";

	private final Settings settings;
	private final Store store;
	private final Tokens tokens;
	private final Admin admin;
	private final Semaphore streams = new Semaphore(STREAMS);
	private final Map<String, Integer> watching =
	    new ConcurrentHashMap<>();

	AgentApi(Settings settings, Store store, Tokens tokens, Admin admin) {
		this.settings = settings;
		this.store = store;
		this.tokens = tokens;
		this.admin = admin;
	}

	static boolean isRefresh(String path) {
		return path.matches(PREFIX + "[^/]+/refresh");
	}

	void register(Exchange ex) throws IOException, SQLException {
		Agent agent = Agent.of(ex.json());
		long cap = admin.licence().limit("max_agents");

		if (!store.register(agent, cap)) {
			ex.answer(403, Json.map("error", "license_cap",
			    "limit", "max_agents", "cap", cap,
			    "state", admin.licence().state(),
			    "message", "the licence allows " + cap
			    + " agents"));
			return;
		}
		Log.line("registered " + agent.id + " ("
		    + agent.application + ", " + agent.environment + ")");
		ex.answer(200, pair(agent.id, agent.application,
		    agent.environment));
	}

	private Map<String, Object> pair(String id, String application,
	    String environment) throws SQLException {
		byte[] own = store.own();

		return Json.map("instanceId", id,
		    "accessToken", tokens.issue("access", id, application,
			environment, own),
		    "refreshToken", tokens.issue("refresh", id, application,
			environment, own),
		    "expiresIn", Tokens.ACCESS_SECONDS,
		    "sseEndpoint", PREFIX + id + "/events",
		    "heartbeatIntervalMs", 30000,
		    "config", Json.map("version", 0,
			"environment", environment));
	}

	/** The refresh token comes in the body, or as the bearer. */
	void refresh(Exchange ex) throws IOException, SQLException {
		String token = Api.bearer(ex);
		String id = ex.path.split("/")[4];

		if (!ex.header("content-length").equals("0")
		    && !ex.body.ended()) {
			String given = Json.text(ex.json(), "refreshToken");

			token = given != null ? given : token;
		}
		try {
			Identity who = tokens.verify(token, "refresh",
			    store.own());

			if (!id.equals(who.subject) || !store.known(id)) {
				Api.unauthorized(ex);
				return;
			}
			if (Api.method(ex, "POST"))
				ex.answer(200, pair(id, who.application,
				    who.environment));
		} catch (Tokens.Refused e) {
			Api.unauthorized(ex);
		}
	}

	void handle(Exchange ex, Identity who)
	    throws IOException, SQLException {
		String[] part = ex.path.split("/", -1);

		if (ex.path.equals("/api/v1/agents"))
			list(ex, who);
		else if (ex.path.equals("/api/v1/agents/config"))
			config(ex, who);
		else if (part.length == 5 && part[3].equals("data")
		    && KINDS.contains(part[4]))
			data(ex, who, part[4]);
		else if (part.length == 6 && part[3].equals("agents"))
			one(ex, who, part[4], part[5]);
		else
			ex.answer(404, Json.map("error", "not found"));
	}

	private void list(Exchange ex, Identity who)
	    throws IOException, SQLException {
		if (!who.may("VIEWER")) {
			Api.forbidden(ex);
			return;
		}
		if (!Api.method(ex, "GET"))
			return;
		var agents = store.agents();
		for (Map<String, Object> agent : agents)
			agent.put("connected", watching.getOrDefault(
			    (String)agent.get("instanceId"), 0) > 0);
		ex.answer(200, agents);
	}

	private void config(Exchange ex, Identity who) throws IOException {
		if (!who.isAgent())
			Api.forbidden(ex);
		else if (Api.method(ex, "GET"))
			ex.answer(200, Json.map("version", 0,
			    "environment", who.environment));
	}

	private void one(Exchange ex, Identity who, String id, String what)
	    throws IOException, SQLException {
		boolean itself = who.isAgent() && id.equals(who.subject);

		switch (what) {
		case "events":
			if (!itself && !who.may("VIEWER"))
				Api.forbidden(ex);
			else if (Api.method(ex, "GET"))
				events(ex, id, itself);
			break;
		case "heartbeat":
		case "deregister":
			if (!itself)
				Api.forbidden(ex);
			else if (Api.method(ex, "POST"))
				beat(ex, id, what.equals("heartbeat"));
			break;
		default:
			ex.answer(404, Json.map("error", "not found"));
		}
	}

	private void beat(Exchange ex, String id, boolean alive)
	    throws IOException, SQLException {
		ex.text();
		if (!(alive ? store.heartbeat(id) : store.deregister(id)))
			ex.answer(404, Json.map("error", "unknown agent"));
		else
			ex.answer(200, Json.map("instanceId", id));
	}

	/* Server-sent events: a comment at once, then one per interval. */
	private void events(Exchange ex, String id, boolean itself)
	    throws IOException, SQLException {
		if (!store.known(id)) {
			ex.answer(404, Json.map("error", "unknown agent"));
			return;
		}
		if (!streams.tryAcquire()) {
			ex.answer(503, Json.map("error", "too many streams"));
			return;
		}
		if (itself)
			watching.merge(id, 1, Integer::sum);
		try {
			ex.write("HTTP/1.1 200 OK\r\n"
			    + "Content-Type: text/event-stream\r\n"
			    + "Cache-Control: no-store\r\n"
			    + "X-Accel-Buffering: no\r\n"
			    + "Connection: close\r\n\r\n: connected\n\n");
			for (;;) {
				ex.within(settings.pingSeconds + 10);
				Http.pause(settings.pingSeconds * 1000L);
				ex.write(": ping\n\n");
			}
		} finally {
			if (itself)
				watching.merge(id, -1, Integer::sum);
			streams.release();
		}
	}

	/* Counted as it streams by; looked at only to see that it is JSON. */
	private void data(Exchange ex, Identity who, String kind)
	    throws IOException, SQLException {
		byte[] buf = new byte[8192];
		int first = 0, last = 0, n;
		long bytes = 0;

		if (!who.isAgent()) {
			Api.forbidden(ex);
			return;
		}
		if (!Api.method(ex, "POST"))
			return;
		if (!ex.header("x-protocol-version").equals("1"))
			throw new Exchange.Refusal(400,
			    "X-Protocol-Version: 1 is required");
		while ((n = ex.body.read(buf, 0, buf.length)) > 0) {
			if ((bytes += n) > DATA_MAX)
				throw new Exchange.Refusal(413,
				    "body too large");
			for (int i = 0; i < n; i++) {
				if (buf[i] <= ' ' && buf[i] >= 0)
					continue;
				first = first == 0 ? buf[i] : first;
				last = buf[i];
			}
		}
		if (!(first == '{' && last == '}')
		    && !(first == '[' && last == ']'))
			throw new Exchange.Refusal(400, "not JSON");
		store.ingested(who.environment, kind, bytes);
		ex.answer(202, Json.map("accepted", bytes));
	}
}
