/* SPDX-License-Identifier: Apache-2.0 */
package orders;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** An order every two seconds, and something that answers HTTP. */
public class OrderRoutes extends RouteBuilder {
	@Override
	public void configure() {
		from("timer:orders?period={{orders.period}}"
		    + "&includeMetadata=true")
			.routeId("orders")
			.setBody(simple("order ${exchangeProperty."
			    + Exchange.TIMER_COUNTER + "} accepted"))
			.to("log:orders?showAll=false&showBodyType=false"
			    + "&showExchangePattern=false");

		from("platform-http:/hello?httpMethodRestrict=GET")
			.routeId("hello")
			.setHeader(Exchange.CONTENT_TYPE,
			    constant("text/plain"))
			.setBody(simple("hello from {{orders.name}}\n"));
	}
}
