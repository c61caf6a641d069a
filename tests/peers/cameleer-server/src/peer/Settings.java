/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the environment says; secrets are files, read when needed. */
final class Settings {
	static final String AGENT_ISSUER = "cameleer-server";

	final String tenant = need("CAMELEER_SERVER_TENANT_ID");
	final String issuer = need("CAMELEER_SERVER_SECURITY_OIDC_ISSUERURI");
	final String jwks = need("CAMELEER_SERVER_SECURITY_OIDC_JWKSETURI");
	final String audience =
	    need("CAMELEER_SERVER_SECURITY_OIDC_AUDIENCE");
	final String licenceKey = env("CAMELEER_SERVER_LICENSE_PUBLICKEY", "");
	final String jdbcUrl = need("SPRING_DATASOURCE_URL");
	final String jdbcUser = need("SPRING_DATASOURCE_USERNAME");
	final Path secrets =
	    Path.of(env("CAMELEER_SERVER_SECRETS_DIR", "/run/secrets"));
	final int port = number("CAMELEER_DOUBLE_PORT", 8081, 0, 65535);
	final int startDelay =
	    number("CAMELEER_DOUBLE_START_DELAY_S", 0, 0, 3600);
	final int pingSeconds = number("CAMELEER_DOUBLE_PING_S", 15, 1, 60);
	final int staleSeconds =
	    number("CAMELEER_DOUBLE_STALE_S", 90, 1, 86400);
	final int deadSeconds =
	    number("CAMELEER_DOUBLE_DEAD_S", 300, 1, 86400);

	/** The content of a secret without its last newline, or null. */
	String secret(String name) {
		try {
			String text = Files.readString(secrets.resolve(name),
			    StandardCharsets.UTF_8).strip();

			return text.isEmpty() ? null : text;
		} catch (IOException e) {
			return null;
		}
	}

	String password() {
		String text = secret("db-password");

		return text != null ? text
		    : env("SPRING_DATASOURCE_PASSWORD", "");
	}

	private static String env(String name, String otherwise) {
		String value = System.getenv(name);

		return value == null || value.isEmpty() ? otherwise : value;
	}

	private static String need(String name) {
		String value = env(name, null);

		if (value == null)
			throw new IllegalArgumentException(
			    name + " is not set");
		return value;
	}

	private static int number(String name, int otherwise, int min,
	    int max) {
		int value = Integer.parseInt(
		    env(name, Integer.toString(otherwise)));

		if (value < min || value > max)
			throw new IllegalArgumentException(name + " is outside "
			    + min + ".." + max);
		return value;
	}
}
