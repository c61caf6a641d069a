/* SPDX-License-Identifier: Apache-2.0 */
package acme;

import org.apache.camel.main.Main;

/** Starts Camel; the routes are found by scanning this package. */
public final class App {
	private App() {
	}

	public static void main(String[] args) throws Exception {
		Main main = new Main(App.class);

		System.exit(main.run(args));
	}
}
