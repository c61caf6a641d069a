/* SPDX-License-Identifier: Apache-2.0 */
package orders;

import org.apache.camel.main.Main;

/** Starts Camel; the routes are found by scanning this package. */
public final class OrdersApplication {
	private OrdersApplication() {
	}

	public static void main(String[] args) throws Exception {
		Main main = new Main(OrdersApplication.class);
		System.exit(main.run(args));
	}
}
