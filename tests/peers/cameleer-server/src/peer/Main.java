/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.IOException;

/**
 * The contract double of cameleer-server: what the platform may rely on,
 * and nothing else.  README.md has the contract; start reading at Api.
 */
public final class Main {
	private Main() {
	}

	public static void main(String[] args) throws IOException {
		Settings settings;

		try {
			settings = new Settings();
		} catch (IllegalArgumentException e) {
			System.err.println("cameleer-server: "
			    + e.getMessage());
			System.exit(78);
			return;
		}
		if (settings.secret("bootstrap-token") == null) {
			System.err.println("cameleer-server: no secret"
			    + " bootstrap-token in " + settings.secrets);
			System.exit(78);
		}
		Http.pause(settings.startDelay * 1000L);

		Store store = new Store(settings);
		Http http = new Http(settings.port,
		    new Api(settings, store));
		Thread connect = new Thread(() -> {
			while (!store.up())
				Http.pause(500);
		}, "database");

		connect.setDaemon(true);
		connect.start();
		Log.line("listening on " + http.port() + " for tenant "
		    + settings.tenant);
		http.run();
	}
}
