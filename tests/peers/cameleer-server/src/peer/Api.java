/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who may what under /; what agents do is in AgentApi, admins in Admin. */
final class Api implements Http.Handler {
	private static final Set<String> SECRET = Set.of("authorization",
	    "cookie", "proxy-authorization", "x-cam-token");
	private static final String PAGE = "<!doctype html>"
	    + "<html lang=\"en\"><meta charset=\"utf-8\">"
	    + "<title>cameleer-server</title>"
	    + "<h1>cameleer-server</h1><p>contract double</p></html>\n";

	private final Settings settings;
	private final Store store;
	private final Tokens tokens;
	private final Fault.Switch faults;
	private final AgentApi agents;
	private final Admin admin;

	Api(Settings settings, Store store) {
		this.settings = settings;
		this.store = store;
		this.faults = new Fault.Switch(settings);
		this.tokens = new Tokens(settings, new Jwks(settings.jwks,
		    settings.secrets.resolve("ca.pem")));
		this.admin = new Admin(settings, store, faults);
		this.agents = new AgentApi(settings, store, tokens, admin);
	}

	@Override
	public void handle(Exchange ex) throws IOException {
		if (!ex.path.equals("/api/v1/admin/fault")
		    && misbehave(ex, faults.now()))
			return;
		try {
			route(ex);
		} catch (SQLException e) {
			Log.line("database: " + e.getMessage());
			ex.answer(503, Json.map("error", "database"));
		}
	}

	private static boolean misbehave(Exchange ex, Fault fault)
	    throws IOException {
		switch (fault.mode) {
		case "down":
			throw new IOException("told to be down");
		case "slow":
			ex.within(fault.seconds + 30);
			Http.pause(fault.seconds * 1000L);
			return false;
		case "wrong":
			ex.answer(200, "text/html",
			    "<html>this is not what you asked for</html>\n");
			return true;
		default:
			return false;
		}
	}

	private void route(Exchange ex) throws IOException, SQLException {
		if (ex.path.equals("/")) {
			if (method(ex, "GET", "HEAD"))
				ex.answer(200, "text/html; charset=utf-8",
				    PAGE);
		} else if (ex.path.equals("/api/v1/health")) {
			if (method(ex, "GET", "HEAD"))
				health(ex);
		} else if (!ex.path.startsWith("/api/")) {
			ex.answer(404, Json.map("error", "not found"));
		} else if (ex.path.equals("/api/v1/agents/register")) {
			if (bootstrap(ex) && method(ex, "POST"))
				agents.register(ex);
		} else if (AgentApi.isRefresh(ex.path)) {
			agents.refresh(ex);
		} else {
			authenticated(ex);
		}
	}

	private void health(Exchange ex) throws IOException {
		boolean up = store.up();

		ex.answer(up ? 200 : 503,
		    Json.map("status", up ? "UP" : "DOWN"));
	}

	private void authenticated(Exchange ex)
	    throws IOException, SQLException {
		Identity who;

		try {
			who = tokens.verify(bearer(ex), "access", own());
		} catch (Tokens.Refused e) {
			Log.line("401 " + ex.method + " " + ex.path + ": "
			    + e.getMessage());
			unauthorized(ex);
			return;
		}
		if (ex.path.startsWith("/api/v1/agents")
		    || ex.path.startsWith("/api/v1/data/"))
			agents.handle(ex, who);
		else if (ex.path.startsWith("/api/v1/admin/"))
			admin.handle(ex, who);
		else
			plain(ex, who);
	}

	/* Without a database there are no agents' tokens, but users' are. */
	private byte[] own() {
		try {
			return store.own();
		} catch (SQLException e) {
			return null;
		}
	}

	private void plain(Exchange ex, Identity who) throws IOException {
		switch (ex.path) {
		case "/api/v1/whoami":
			if (method(ex, "GET"))
				ex.answer(200, Json.map("sub", who.subject,
				    "roles", who.roles,
				    "tenant", who.tenant));
			break;
		case "/api/v1/echo":
			echo(ex);
			break;
		case "/api/v1/ws":
			if (WebSocket.wanted(ex))
				WebSocket.echo(ex);
			else
				ex.answer(426, "application/json",
				    "{\"error\":\"websocket only\"}",
				    "Upgrade: websocket");
			break;
		default:
			ex.answer(404, Json.map("error", "not found"));
		}
	}

	/* What came through the proxy; of secrets only that they came. */
	private void echo(Exchange ex) throws IOException {
		Map<String, Object> seen = new TreeMap<>(ex.headers);
		long bytes = 0;
		byte[] buf = new byte[8192];
		int n;

		for (String name : SECRET)
			seen.replace(name, "[redacted]");
		while ((n = ex.body.read(buf, 0, buf.length)) > 0)
			if ((bytes += n) > AgentApi.DATA_MAX)
				throw new Exchange.Refusal(413,
				    "body too large");
		ex.answer(200, Json.map("method", ex.method,
		    "path", ex.path, "query", ex.query, "headers", seen,
		    "bodyBytes", bytes));
	}

	/* the current bootstrap token, or the one before it */
	private boolean bootstrap(Exchange ex) throws IOException {
		byte[] given = bearer(ex).getBytes(StandardCharsets.UTF_8);
		boolean good = false;

		for (String name : new String[] { "bootstrap-token",
		    "bootstrap-token-previous" }) {
			String secret = settings.secret(name);

			if (secret != null)
				good |= MessageDigest.isEqual(given, secret
				    .getBytes(StandardCharsets.UTF_8));
		}
		if (!good) {
			Log.line("401 register: bootstrap token");
			unauthorized(ex);
		}
		return good;
	}

	static String bearer(Exchange ex) {
		String value = ex.header("authorization");

		return value.regionMatches(true, 0, "Bearer ", 0, 7)
		    ? value.substring(7).strip() : "";
	}

	static void unauthorized(Exchange ex) throws IOException {
		ex.answer(401, "application/json", "",
		    "WWW-Authenticate: Bearer");
	}

	static void forbidden(Exchange ex) throws IOException {
		ex.answer(403, Json.map("error", "forbidden"));
	}

	/** True when the method is one of these; else 405 is answered. */
	static boolean method(Exchange ex, String... allowed)
	    throws IOException {
		for (String name : allowed)
			if (ex.method.equals(name))
				return true;
		ex.answer(405, "application/json",
		    "{\"error\":\"method not allowed\"}",
		    "Allow: " + String.join(", ", allowed));
		return false;
	}
}
