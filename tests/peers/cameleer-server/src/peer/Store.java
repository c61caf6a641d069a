/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The tenant's PostgreSQL schema: agents, ingested bytes, the licence and
 * our own secret.  One connection, made again when it breaks.
 */
final class Store {
	private static final String[] TABLES = {
		"CREATE TABLE IF NOT EXISTS agent ("
		+ " id text PRIMARY KEY, name text NOT NULL,"
		+ " application text NOT NULL, environment text NOT NULL,"
		+ " version text NOT NULL, details text NOT NULL,"
		+ " registered_at timestamptz NOT NULL DEFAULT now(),"
		+ " heartbeat_at timestamptz NOT NULL DEFAULT now(),"
		+ " heartbeats bigint NOT NULL DEFAULT 0)",
		"CREATE TABLE IF NOT EXISTS ingest ("
		+ " environment text, kind text,"
		+ " bytes bigint NOT NULL, requests bigint NOT NULL,"
		+ " PRIMARY KEY (environment, kind))",
		"CREATE TABLE IF NOT EXISTS server_config ("
		+ " key text PRIMARY KEY, value text NOT NULL)",
	};
	private static final String AGE =
	    " extract(epoch FROM now() - heartbeat_at) ";

	private final Settings settings;
	private Connection connection;
	private boolean up;
	private byte[] own;
	private long failed, looked;
	private boolean everFailed, everLooked;

	Store(Settings settings) {
		this.settings = settings;
	}

	interface Work<T> {
		T run(Connection c) throws SQLException;
	}

	/* Tries once more on a new connection when the old one was dead. */
	private synchronized <T> T with(Work<T> work) throws SQLException {
		boolean fresh = connection == null;

		try {
			return work.run(connect());
		} catch (SQLException e) {
			if (!broken(e))
				throw e;
			drop();
			if (fresh)
				throw e;
			return work.run(connect());
		}
	}

	private static boolean broken(SQLException e) {
		String state = e.getSQLState();

		return state == null || state.startsWith("08")
		    || state.startsWith("57P");
	}

	private void drop() {
		try {
			if (connection != null)
				connection.close();
		} catch (SQLException e) {
			/* it is gone one way or the other */
		}
		connection = null;
		up = false;
	}

	private Connection connect() throws SQLException {
		long now = System.nanoTime();

		if (connection != null)
			return connection;
		if (everFailed && now - failed < 500_000_000L)
			throw new SQLException("database down", "08001");
		Properties p = new Properties();
		p.setProperty("user", settings.jdbcUser);
		p.setProperty("password", settings.password());
		p.setProperty("loginTimeout", "5");
		p.setProperty("connectTimeout", "5");
		p.setProperty("socketTimeout", "10");
		p.setProperty("tcpKeepAlive", "true");
		p.setProperty("ApplicationName", "cameleer-server");
		try {
			Connection c = DriverManager.getConnection(
			    settings.jdbcUrl, p);

			migrate(c);
			connection = c;
		} catch (SQLException e) {
			if (!everFailed || now - failed > 10_000_000_000L)
				Log.line("database: " + e.getMessage());
			everFailed = true;
			failed = System.nanoTime();
			throw e;
		}
		everFailed = false;
		up = true;
		Log.line("database: connected");
		return connection;
	}

	private void migrate(Connection c) throws SQLException {
		byte[] random = new byte[32];

		new SecureRandom().nextBytes(random);
		try (Statement s = c.createStatement()) {
			for (String table : TABLES)
				s.execute(table);
		}
		run(c, "INSERT INTO server_config VALUES ('jwt-secret', ?)"
		    + " ON CONFLICT DO NOTHING",
		    Base64.getEncoder().encodeToString(random));
		own = Base64.getDecoder().decode((String)row(c,
		    "SELECT value FROM server_config"
		    + " WHERE key = 'jwt-secret'").get(0).get("value"));
	}

	/** UP is an answer of the database, at most a second old. */
	synchronized boolean up() {
		long now = System.nanoTime();

		if (everLooked && up && now - looked < 1_000_000_000L)
			return true;
		everLooked = true;
		looked = now;
		try {
			with(c -> row(c, "SELECT 1 AS one"));
			up = true;
		} catch (SQLException e) {
			up = false;
		}
		return up;
	}

	/** The secret of our own tokens: the same over restarts. */
	synchronized byte[] own() throws SQLException {
		connect();
		return own;
	}

	private static PreparedStatement bind(Connection c, String sql,
	    Object... args) throws SQLException {
		PreparedStatement s = c.prepareStatement(sql);

		for (int i = 0; i < args.length; i++)
			s.setObject(i + 1, args[i]);
		return s;
	}

	private static int run(Connection c, String sql, Object... args)
	    throws SQLException {
		try (PreparedStatement s = bind(c, sql, args)) {
			return s.executeUpdate();
		}
	}

	private static List<Map<String, Object>> row(Connection c, String sql,
	    Object... args) throws SQLException {
		List<Map<String, Object>> rows = new ArrayList<>();

		try (PreparedStatement s = bind(c, sql, args);
		    ResultSet r = s.executeQuery()) {
			int n = r.getMetaData().getColumnCount();

			while (r.next()) {
				Map<String, Object> map = Json.map();

				for (int i = 1; i <= n; i++)
					map.put(r.getMetaData()
					    .getColumnLabel(i),
					    r.getObject(i));
				rows.add(map);
			}
		}
		return rows;
	}

	/** False when the licence has no room for one more agent. */
	boolean register(Agent a, long max) throws SQLException {
		return with(c -> {
			Object others = row(c, "SELECT count(*) AS n"
			    + " FROM agent WHERE id <> ? AND" + AGE + "< ?",
			    a.id, settings.staleSeconds
			    + settings.deadSeconds).get(0).get("n");

			if ((Long)others >= max)
				return false;
			run(c, "INSERT INTO agent (id, name, application,"
			    + " environment, version, details)"
			    + " VALUES (?, ?, ?, ?, ?, ?)"
			    + " ON CONFLICT (id) DO UPDATE SET"
			    + " name = excluded.name,"
			    + " application = excluded.application,"
			    + " environment = excluded.environment,"
			    + " version = excluded.version,"
			    + " details = excluded.details,"
			    + " registered_at = now(), heartbeat_at = now()",
			    a.id, a.name, a.application, a.environment,
			    a.version, a.details);
			return true;
		});
	}

	boolean heartbeat(String id) throws SQLException {
		return with(c -> run(c, "UPDATE agent SET heartbeat_at ="
		    + " now(), heartbeats = heartbeats + 1 WHERE id = ?",
		    id)) == 1;
	}

	boolean deregister(String id) throws SQLException {
		return with(c -> run(c, "DELETE FROM agent WHERE id = ?",
		    id)) == 1;
	}

	boolean known(String id) throws SQLException {
		return !with(c -> row(c, "SELECT 1 FROM agent WHERE id = ?",
		    id)).isEmpty();
	}

	List<Map<String, Object>> agents() throws SQLException {
		return with(c -> row(c, "SELECT id AS \"instanceId\","
		    + " name AS \"displayName\","
		    + " application AS \"applicationId\","
		    + " environment AS \"environmentId\", version,"
		    + " CASE WHEN" + AGE + "< ? THEN 'LIVE'"
		    + " WHEN" + AGE + "< ? THEN 'STALE'"
		    + " ELSE 'DEAD' END AS state, heartbeats,"
		    + " extract(epoch FROM registered_at)::bigint"
		    + " AS \"registeredAt\","
		    + " extract(epoch FROM heartbeat_at)::bigint"
		    + " AS \"lastHeartbeat\""
		    + " FROM agent ORDER BY id LIMIT 1000",
		    settings.staleSeconds,
		    settings.staleSeconds + settings.deadSeconds));
	}

	void ingested(String environment, String kind, long bytes)
	    throws SQLException {
		with(c -> run(c, "INSERT INTO ingest VALUES (?, ?, ?, 1)"
		    + " ON CONFLICT (environment, kind) DO UPDATE SET"
		    + " bytes = ingest.bytes + excluded.bytes,"
		    + " requests = ingest.requests + 1",
		    environment, kind, bytes));
	}

	List<Map<String, Object>> ingest() throws SQLException {
		return with(c -> row(c, "SELECT environment, kind, bytes,"
		    + " requests FROM ingest ORDER BY 1, 2"));
	}

	/** The licence last installed over the API, or null. */
	String licence() throws SQLException {
		List<Map<String, Object>> rows = with(c -> row(c, "SELECT"
		    + " value FROM server_config WHERE key = 'license'"));

		return rows.isEmpty() ? null
		    : (String)rows.get(0).get("value");
	}

	void licence(String token) throws SQLException {
		with(c -> run(c, "INSERT INTO server_config"
		    + " VALUES ('license', ?) ON CONFLICT (key)"
		    + " DO UPDATE SET value = excluded.value", token));
	}
}
