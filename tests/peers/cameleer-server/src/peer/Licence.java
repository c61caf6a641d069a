/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * base64(payload) "." base64(signature), standard alphabet with padding;
 * Ed25519 over the payload's bytes.  State is a question of the clock, so
 * it is worked out whenever it is asked for.
 */
final class Licence {
	/* RFC 8410: the 12 bytes before a raw Ed25519 key */
	private static final byte[] SPKI = {
		0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70,
		0x03, 0x21, 0x00
	};
	/* what a server without a licence allows */
	private static final Map<String, Object> DEFAULTS = Json.map(
	    "max_environments", 1L, "max_apps", 3L, "max_agents", 5L,
	    "max_retention_days", 1L);

	private final String fault;		/* null: the licence is good */
	private final Map<String, Object> payload;	/* null: absent */

	private Licence(String fault, Map<String, Object> payload) {
		this.fault = fault;
		this.payload = payload;
	}

	static Licence of(String token, String key, String tenant) {
		if (token == null)
			return new Licence(null, null);
		try {
			return new Licence(null, open(token.strip(), key,
			    tenant));
		} catch (GeneralSecurityException | Json.Bad
		    | IllegalArgumentException e) {
			return new Licence(e.getMessage(), null);
		}
	}

	private static Map<String, Object> open(String token, String key,
	    String tenant) throws GeneralSecurityException, Json.Bad {
		String[] part = token.split("\\.", -1);

		if (part.length != 2 || token.length() > 65536)
			throw new Json.Bad("not payload.signature");
		byte[] bytes = Base64.getDecoder().decode(part[0]);
		Signature ed25519 = Signature.getInstance("Ed25519");
		ed25519.initVerify(publicKey(key));
		ed25519.update(bytes);
		if (!ed25519.verify(Base64.getDecoder().decode(part[1])))
			throw new Json.Bad("signature does not verify");

		Map<String, Object> payload = Json.object(
		    new String(bytes, StandardCharsets.UTF_8));
		if (!tenant.equals(payload.get("tenantId")))
			throw new Json.Bad("for another tenant");
		if (Json.whole(payload, "expiresAt") == null)
			throw new Json.Bad("expiresAt is no whole number");
		if (payload.containsKey("gracePeriodDays")
		    && Json.whole(payload, "gracePeriodDays") == null)
			throw new Json.Bad("gracePeriodDays is no number");
		if (!(payload.getOrDefault("limits", Map.of()) instanceof Map))
			throw new Json.Bad("limits is no object");
		return payload;
	}

	private static PublicKey publicKey(String key)
	    throws GeneralSecurityException {
		byte[] raw = Base64.getDecoder().decode(key);
		byte[] der = new byte[SPKI.length + 32];

		if (raw.length != 32)
			throw new GeneralSecurityException(
			    "the public key has not 32 bytes");
		System.arraycopy(SPKI, 0, der, 0, SPKI.length);
		System.arraycopy(raw, 0, der, SPKI.length, 32);
		return KeyFactory.getInstance("Ed25519")
		    .generatePublic(new X509EncodedKeySpec(der));
	}

	String state() {
		long now = System.currentTimeMillis() / 1000;

		if (fault != null)
			return "INVALID";
		if (payload == null)
			return "ABSENT";
		if (now < Json.whole(payload, "expiresAt"))
			return "ACTIVE";
		return now < graceEnd() ? "GRACE" : "EXPIRED";
	}

	private long graceEnd() {
		Long days = Json.whole(payload, "gracePeriodDays");

		return Json.whole(payload, "expiresAt")
		    + (days == null ? 0 : days * 86400);
	}

	/** The caps in force: those not named are the defaults. */
	Map<String, Object> limits() {
		Map<String, Object> limits = new LinkedHashMap<>(DEFAULTS);
		String state = state();

		if (state.equals("ACTIVE") || state.equals("GRACE"))
			for (Map.Entry<?, ?> e : ((Map<?, ?>)payload
			    .getOrDefault("limits", Map.of())).entrySet())
				limits.put(e.getKey().toString(), e.getValue());
		return limits;
	}

	long limit(String name) {
		Object value = limits().get(name);

		return value instanceof Long ? (Long)value : 0;
	}

	Map<String, Object> view() {
		boolean known = payload != null;

		return Json.map("state", state(),
		    "reason", fault,
		    "tenantId", known ? payload.get("tenantId") : null,
		    "expiresAt", known ? payload.get("expiresAt") : null,
		    "graceUntil", known ? graceEnd() : null,
		    "gracePeriodDays",
		    known ? payload.get("gracePeriodDays") : null,
		    "limits", limits());
	}
}
