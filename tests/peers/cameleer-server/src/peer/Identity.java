/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who asks: an agent with our own token, or a user with the platform's. */
final class Identity {
	final String subject;
	final String tenant;
	final Set<String> roles;
	final String environment;	/* agents only, else null */
	final String application;	/* agents only, else null */

	private Identity(String subject, String tenant, Set<String> roles,
	    String environment, String application) {
		this.subject = subject;
		this.tenant = tenant;
		this.roles = roles;
		this.environment = environment;
		this.application = application;
	}

	static Identity agent(Map<String, Object> claims) {
		return new Identity(Json.text(claims, "sub"),
		    Json.text(claims, "tenant"), Set.of("AGENT"),
		    Json.text(claims, "env"), Json.text(claims, "group"));
	}

	/* Roles come from `roles` and from `scope`, bare or prefixed. */
	static Identity user(Map<String, Object> claims) {
		Set<String> roles = new TreeSet<>();
		String scope = Json.text(claims, "scope");

		if (claims.get("roles") instanceof Iterable)
			for (Object o : (Iterable<?>)claims.get("roles"))
				role(o.toString(), roles);
		if (scope != null)
			for (String s : scope.split(" "))
				role(s, roles);
		return new Identity(Json.text(claims, "sub"),
		    Json.text(claims, "tenant"), roles, null, null);
	}

	private static void role(String name, Set<String> roles) {
		String role = name.toLowerCase(Locale.ROOT);

		if (role.startsWith("server:"))
			role = role.substring("server:".length());
		if (Set.of("admin", "operator", "viewer").contains(role))
			roles.add(role.toUpperCase(Locale.ROOT));
	}

	boolean isAgent() {
		return roles.contains("AGENT");
	}

	/** ADMIN may what OPERATOR may, OPERATOR what VIEWER may. */
	boolean may(String role) {
		if (role.equals("ADMIN"))
			return roles.contains("ADMIN");
		if (role.equals("OPERATOR"))
			return may("ADMIN") || roles.contains("OPERATOR");
		if (role.equals("VIEWER"))
			return may("OPERATOR") || roles.contains("VIEWER");
		return roles.contains(role);
	}
}
