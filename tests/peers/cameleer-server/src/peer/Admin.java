/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** /api/v1/admin: licence, usage, faults.  Keeps the licence in force. */
final class Admin {
	private final Settings settings;
	private final Store store;
	private final Fault.Switch faults;
	private Licence licence;	/* null: not read yet */

	Admin(Settings settings, Store store, Fault.Switch faults) {
		this.settings = settings;
		this.store = store;
		this.faults = faults;
	}

	/* The file wins over what was installed before; what is installed
	 * now is in force until the next start. */
	synchronized Licence licence() throws SQLException {
		if (licence == null) {
			String token = settings.secret("license");

			if (token == null)
				token = store.licence();
			licence = Licence.of(token, settings.licenceKey,
			    settings.tenant);
			Log.line("licence: " + licence.state());
		}
		return licence;
	}

	private synchronized Licence install(String token)
	    throws SQLException {
		Licence offered = Licence.of(token, settings.licenceKey,
		    settings.tenant);

		if (!offered.state().equals("INVALID")) {
			store.licence(token);
			licence = offered;
			Log.line("licence installed: " + offered.state());
		}
		return offered;
	}

	void handle(Exchange ex, Identity who)
	    throws IOException, SQLException {
		if (!who.may("ADMIN")) {
			Api.forbidden(ex);
			return;
		}
		switch (ex.path) {
		case "/api/v1/admin/license":
			if (Api.method(ex, "GET", "POST"))
				license(ex);
			break;
		case "/api/v1/admin/usage":
			if (Api.method(ex, "GET"))
				ex.answer(200, usage());
			break;
		case "/api/v1/admin/fault":
			if (Api.method(ex, "POST"))
				fault(ex);
			break;
		default:
			ex.answer(404, Json.map("error", "not found"));
		}
	}

	private void license(Exchange ex) throws IOException, SQLException {
		if (ex.method.equals("GET")) {
			ex.answer(200, licence().view());
			return;
		}
		String token = Json.text(ex.json(), "token");
		if (token == null)
			throw new Exchange.Refusal(400, "token is missing");
		Licence offered = install(token);
		ex.answer(offered.state().equals("INVALID") ? 400 : 200,
		    offered.view());
	}

	private Map<String, Object> usage() throws SQLException {
		Map<String, Map<String, Object>> environments =
		    new LinkedHashMap<>();
		long bytes = 0, requests = 0;

		for (Map<String, Object> row : store.ingest()) {
			String name = (String)row.get("environment");
			Map<String, Object> env = environments.computeIfAbsent(
			    name, k -> Json.map("environment", k,
			    "bytes", 0L, "requests", 0L, "kinds",
			    Json.map()));
			@SuppressWarnings("unchecked")
			Map<String, Object> kinds =
			    (Map<String, Object>)env.get("kinds");
			Long b = (Long)row.get("bytes");
			Long n = (Long)row.get("requests");

			env.merge("bytes", b, (x, y) -> (Long)x + (Long)y);
			env.merge("requests", n, (x, y) -> (Long)x + (Long)y);
			kinds.put((String)row.get("kind"), b);
			bytes += b;
			requests += n;
		}
		return Json.map("tenantId", settings.tenant,
		    "ingestedBytes", bytes, "ingestedRequests", requests,
		    "environments", environments.values(),
		    "license", licence().state(),
		    "agents", counts());
	}

	private Map<String, Object> counts() throws SQLException {
		List<Map<String, Object>> agents = store.agents();
		long used = agents.stream()
		    .filter(a -> !"DEAD".equals(a.get("state"))).count();

		return Json.map("used", used,
		    "cap", licence().limit("max_agents"));
	}

	private void fault(Exchange ex) throws IOException {
		Map<String, Object> body = ex.json();
		String mode = Json.text(body, "mode");
		Long seconds = body.containsKey("seconds")
		    ? Json.whole(body, "seconds") : Long.valueOf(0);

		if (mode == null || !Fault.MODES.contains(mode)
		    || seconds == null || seconds < 0 || seconds > 86400)
			throw new Exchange.Refusal(400, "bad fault");
		Fault fault = new Fault(mode, seconds.intValue());
		faults.tell(fault);
		Log.line("fault: " + mode + " " + fault.seconds);
		ex.answer(200, Json.map("mode", mode,
		    "seconds", fault.seconds));
	}
}
