/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.util.Map;

/** What an agent tells about itself when it registers. */
final class Agent {
	private static final String SLUG = "[a-z0-9][a-z0-9-]{0,63}";

	final String id, name, application, environment, version, details;

	private Agent(String id, Map<String, Object> body)
	    throws Exchange.Refusal {
		this.id = id;
		this.name = first(body, id, "displayName", "name");
		this.application = first(body, "", "applicationId",
		    "application", "group");
		this.environment = first(body, "default", "environmentId",
		    "environment");
		this.version = first(body, "", "version");
		this.details = Json.emit(Json.map(
		    "routeIds", body.get("routeIds"),
		    "capabilities", body.get("capabilities")));
		if (!application.matches(SLUG) || !environment.matches(SLUG)
		    || name.length() > 200 || version.length() > 100
		    || details.length() > 16384)
			throw new Exchange.Refusal(400, "bad agent");
	}

	static Agent of(Map<String, Object> body) throws Exchange.Refusal {
		String id = first(body, "", "instanceId", "agentId", "id");

		if (!id.matches("[A-Za-z0-9._:-]{1,128}"))
			throw new Exchange.Refusal(400, "bad instanceId");
		return new Agent(id, body);
	}

	private static String first(Map<String, Object> body,
	    String otherwise, String... names) {
		for (String name : names)
			if (Json.text(body, name) != null)
				return Json.text(body, name);
		return otherwise;
	}
}
