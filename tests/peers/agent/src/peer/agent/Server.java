/* SPDX-License-Identifier: Apache-2.0 */
package peer.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tenant's cameleer-server as the agent sees it. */
final class Server {
	private static final int ANSWER_MAX = 65536;
	private static final long EVENTS_WAIT_MAX_MS = 30000;

	private final String url, tokenFile, application, environment, id;
	private volatile String access, refresh;

	private Server(String url, String id) {
		this.url = url.replaceAll("/+$", "");
		this.id = id;
		this.tokenFile = env("AUTH_TOKEN_FILE",
		    "/run/secrets/bootstrap-token");
		this.application = env("APPLICATION", "app");
		this.environment = env("ENVIRONMENT", "default");
	}

	/** Null when nobody told us where the server is. */
	static Server fromEnvironment() {
		String url = env("EXPORT_ENDPOINT", "");

		return url.isEmpty() ? null : new Server(url,
		    env("INSTANCEID", "agent-" + ProcessHandle.current()
			.pid()));
	}

	private static String env(String name, String otherwise) {
		String value = System.getenv("CAMELEER_AGENT_" + name);

		return value == null || value.isEmpty() ? otherwise : value;
	}

	void ensureRegistered() throws IOException {
		if (access != null)
			return;
		/* read each time: the token may have been rotated */
		String token = Files.readString(Path.of(tokenFile)).trim();
		keep(post("register", token, "{\"instanceId\":" + quote(id)
		    + ",\"displayName\":" + quote(id)
		    + ",\"applicationId\":" + quote(application)
		    + ",\"environmentId\":" + quote(environment)
		    + ",\"version\":\"1.0-double\",\"routeIds\":[],"
		    + "\"capabilities\":{\"metrics\":true}}"));
		Agent.say("registered as " + id);
	}

	void heartbeat() throws IOException {
		mine(id + "/heartbeat", "{\"environmentId\":"
		    + quote(environment) + ",\"capabilities\":{}}");
	}

	void metrics() throws IOException {
		Runtime vm = Runtime.getRuntime();

		mine("../data/metrics", "{\"instanceId\":" + quote(id)
		    + ",\"collectedAt\":" + System.currentTimeMillis()
		    + ",\"metrics\":{\"heap_used_bytes\":"
		    + (vm.totalMemory() - vm.freeMemory())
		    + ",\"heap_max_bytes\":" + vm.maxMemory()
		    + ",\"cpus\":" + vm.availableProcessors() + "}}");
	}

	/** Says goodbye at exit: half a second at most, and never mind. */
	void leave() {
		String token = access;

		if (token == null)
			return;
		try {
			HttpURLConnection http = open(id + "/deregister",
			    token, 250);

			http.setRequestMethod("POST");
			http.setDoOutput(true);
			http.getOutputStream().close();
			http.getResponseCode();
		} catch (Throwable e) {
			/* it will see that we are gone */
		}
	}

	/** Follows the event stream; there is nothing that we obey. */
	void listen() {
		for (long wait = 1000;; wait = Math.min(wait * 2,
		    EVENTS_WAIT_MAX_MS)) {
			try {
				while (access == null)
					Agent.sleep(200);
				if (events())
					wait = 500;
			} catch (Throwable e) {
				/* the heartbeat complains if it is serious */
			}
			Agent.sleep(Agent.jitter(wait));
		}
	}

	/* true when something came; 45 s are three pings of the server */
	private boolean events() throws IOException {
		HttpURLConnection http = open(id + "/events", access, 45000);
		boolean heard = false;

		http.setRequestProperty("Accept", "text/event-stream");
		try (InputStream in = http.getInputStream();
		    BufferedReader lines = new BufferedReader(
			new InputStreamReader(in, StandardCharsets.UTF_8))) {
			while (lines.readLine() != null)
				heard = true;
		} catch (IOException e) {
			if (!heard)
				throw e;
		} finally {
			http.disconnect();
		}
		return heard;
	}

	/* With our own token; an old one is refreshed, then given up. */
	private void mine(String path, String body) throws IOException {
		try {
			post(path, access, body);
		} catch (Denied e) {
			String token = refresh;

			access = null;
			refresh = null;
			if (token == null)
				throw e;
			keep(post(id + "/refresh", token,
			    "{\"refreshToken\":" + quote(token) + "}"));
			post(path, access, body);
		}
	}

	private void keep(String answer) throws IOException {
		refresh = text(answer, "refreshToken");
		access = text(answer, "accessToken");
	}

	/** The server does not know us (any more): register again. */
	private static final class Denied extends IOException {
		private static final long serialVersionUID = 1L;

		Denied(String what) {
			super(what);
		}
	}

	private HttpURLConnection open(String path, String token, int ms)
	    throws IOException {
		String where = path.startsWith("../")
		    ? "/api/v1/" + path.substring(3)
		    : "/api/v1/agents/" + path;
		HttpURLConnection http = (HttpURLConnection)
		    new URL(url + where).openConnection(Proxy.NO_PROXY);

		http.setConnectTimeout(Math.min(ms, 3000));
		http.setReadTimeout(ms);
		http.setInstanceFollowRedirects(false);
		http.setUseCaches(false);
		http.setRequestProperty("Authorization", "Bearer " + token);
		http.setRequestProperty("X-Protocol-Version", "1");
		return http;
	}

	private String post(String path, String token, String body)
	    throws IOException {
		HttpURLConnection http = open(path, token, 5000);

		http.setRequestMethod("POST");
		http.setDoOutput(true);
		http.setRequestProperty("Content-Type", "application/json");
		try (OutputStream out = http.getOutputStream()) {
			out.write(body.getBytes(StandardCharsets.UTF_8));
		}
		int status = http.getResponseCode();
		if (status == 401 || status == 403 || status == 404)
			throw new Denied(path + ": status " + status);
		if (status / 100 != 2)
			throw new IOException(path + ": status " + status);
		try (InputStream in = http.getInputStream()) {
			return new String(in.readNBytes(ANSWER_MAX),
			    StandardCharsets.UTF_8);
		}
	}

	/* Tokens have no characters that JSON would escape. */
	private static String text(String json, String key)
	    throws IOException {
		Matcher m = Pattern.compile("\"" + key
		    + "\"\\s*:\\s*\"([A-Za-z0-9._-]+)\"").matcher(json);

		if (!m.find())
			throw new IOException("answer without " + key);
		return m.group(1);
	}

	private static String quote(String s) {
		return "\"" + s.replaceAll("[\\\\\"\\p{Cntrl}]", "?") + "\"";
	}
}
