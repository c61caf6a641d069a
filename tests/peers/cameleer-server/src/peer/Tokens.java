/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Two kinds of JWT: the platform's (ES256, by JWKS) and our own for agents
 * (HS256).  The algorithm in the header only chooses the verifier; each
 * verifier has its own keys, so that one kind never passes for the other.
 */
final class Tokens {
	static final long ACCESS_SECONDS = 3600;
	static final long REFRESH_SECONDS = 7 * 86400;
	private static final long LEEWAY = 60;
	private static final int MAX = 8192;

	/** Why a token was refused: for the log, never for the client. */
	static final class Refused extends Exception {
		private static final long serialVersionUID = 1L;

		Refused(String why) {
			super(why, null, false, false);
		}
	}

	private final Settings settings;
	private final Jwks jwks;

	Tokens(Settings settings, Jwks jwks) {
		this.settings = settings;
		this.jwks = jwks;
	}

	/** kind is `access` or `refresh`; own is the server's own secret. */
	Identity verify(String token, String kind, byte[] own)
	    throws Refused {
		String[] part = token.split("\\.", -1);

		if (token.length() > MAX || part.length != 3)
			throw new Refused("not a JWT");
		Map<String, Object> header = json(part[0]);
		Map<String, Object> claims = json(part[1]);
		byte[] signature = bytes(part[2]);
		byte[] signed = (part[0] + "." + part[1])
		    .getBytes(StandardCharsets.US_ASCII);
		String alg = Json.text(header, "alg");

		if (header.containsKey("crit"))
			throw new Refused("crit");
		if ("ES256".equals(alg) && kind.equals("access")) {
			checkPlatform(header, signed, signature);
			checkTimes(claims);
			return user(claims);
		}
		if ("HS256".equals(alg) && own != null) {
			if (!MessageDigest.isEqual(hmac(own, signed),
			    signature))
				throw new Refused("own signature");
			checkTimes(claims);
			if (!Settings.AGENT_ISSUER.equals(claims.get("iss"))
			    || !kind.equals(claims.get("kind")))
				throw new Refused("own token of another kind");
			return Identity.agent(claims);
		}
		throw new Refused("algorithm");
	}

	private void checkPlatform(Map<String, Object> header, byte[] signed,
	    byte[] signature) throws Refused {
		String kid = Json.text(header, "kid");
		String typ = Json.text(header, "typ");

		if (typ == null || !(typ.equalsIgnoreCase("at+jwt")
		    || typ.equalsIgnoreCase("application/at+jwt")))
			throw new Refused("typ");
		if (kid == null || kid.length() > 200)
			throw new Refused("kid");
		PublicKey key = jwks.key(kid);
		if (key == null)
			throw new Refused("no key for this kid");
		try {
			Signature ecdsa = Signature.getInstance(
			    "SHA256withECDSAinP1363Format");

			ecdsa.initVerify(key);
			ecdsa.update(signed);
			if (!ecdsa.verify(signature))
				throw new Refused("signature");
		} catch (GeneralSecurityException e) {
			throw new Refused("signature: " + e.getMessage());
		}
	}

	private static void checkTimes(Map<String, Object> claims)
	    throws Refused {
		long now = System.currentTimeMillis() / 1000;
		Long exp = Json.whole(claims, "exp");

		if (exp == null || exp <= now - LEEWAY)
			throw new Refused("expired");
		if (claims.containsKey("nbf")) {
			Long nbf = Json.whole(claims, "nbf");

			if (nbf == null || nbf > now + LEEWAY)
				throw new Refused("not yet valid");
		}
	}

	private Identity user(Map<String, Object> claims) throws Refused {
		Object aud = claims.get("aud");
		String sub = Json.text(claims, "sub");

		if (!settings.issuer.equals(claims.get("iss")))
			throw new Refused("issuer");
		if (!settings.audience.equals(aud) && !(aud instanceof List
		    && ((List<?>)aud).contains(settings.audience)))
			throw new Refused("audience");
		if (sub == null || sub.isEmpty())
			throw new Refused("no subject");
		if (claims.containsKey("tenant")
		    && !settings.tenant.equals(claims.get("tenant")))
			throw new Refused("tenant");
		return Identity.user(claims);
	}

	/** A token of our own for an agent. */
	String issue(String kind, String agent, String application,
	    String environment, byte[] own) {
		long now = System.currentTimeMillis() / 1000;
		long life = kind.equals("access") ? ACCESS_SECONDS
		    : REFRESH_SECONDS;
		String head = text("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
		String body = text(Json.emit(Json.map(
		    "iss", Settings.AGENT_ISSUER, "sub", agent,
		    "kind", kind, "tenant", settings.tenant,
		    "group", application, "env", environment,
		    "iat", now, "exp", now + life)));
		byte[] mac = hmac(own, (head + "." + body)
		    .getBytes(StandardCharsets.US_ASCII));

		return head + "." + body + "." + Base64.getUrlEncoder()
		    .withoutPadding().encodeToString(mac);
	}

	static byte[] hmac(byte[] key, byte[] data) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");

			mac.init(new SecretKeySpec(key, "HmacSHA256"));
			return mac.doFinal(data);
		} catch (GeneralSecurityException e) {
			throw new IllegalStateException(e);
		}
	}

	private static String text(String json) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(
		    json.getBytes(StandardCharsets.UTF_8));
	}

	/* base64url without padding, and canonical: RFC 7515 section 2 */
	private static byte[] bytes(String part) throws Refused {
		try {
			byte[] out = Base64.getUrlDecoder().decode(part);

			if (Base64.getUrlEncoder().withoutPadding()
			    .encodeToString(out).equals(part))
				return out;
		} catch (IllegalArgumentException e) {
			/* the same refusal as below */
		}
		throw new Refused("not base64url");
	}

	private static Map<String, Object> json(String part) throws Refused {
		try {
			return Json.object(new String(bytes(part),
			    StandardCharsets.UTF_8));
		} catch (Json.Bad e) {
			throw new Refused("not JSON");
		}
	}
}
