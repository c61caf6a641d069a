/* SPDX-License-Identifier: Apache-2.0 */
package acme;

import org.apache.camel.builder.RouteBuilder;

/** One message, which says that the application runs. */
public class Routes extends RouteBuilder {
	@Override
	public void configure() {
		from("timer:once?repeatCount=1")
			.setBody(constant("acme runs"))
			.to("log:acme");
	}
}
