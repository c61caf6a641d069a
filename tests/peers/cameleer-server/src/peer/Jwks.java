/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The platform's public keys.  Kept for five minutes; an unknown kid asks
 * again, at most once a minute; as long as there are no keys at all every
 * request may try, once a second.
 */
final class Jwks {
	private static final long SECOND = 1_000_000_000L;
	private static final long FRESH = 300 * SECOND;
	private static final long RETRY = 10 * SECOND;
	private static final long UNKNOWN = 60 * SECOND;
	private static final int MAX = 65536;

	private final String url;
	private final Path ca;
	private Map<String, PublicKey> keys = Map.of();
	private boolean have, asked, askedUnknown;
	private long fetched, tried, unknownTried;

	Jwks(String url, Path ca) {
		this.url = url;
		this.ca = ca;
	}

	/** The key, or null: also when the platform does not answer. */
	synchronized PublicKey key(String kid) {
		long now = System.nanoTime();

		if (!have) {
			if (!asked || now - tried > SECOND)
				fetch(now);
		} else if (now - fetched > FRESH && now - tried > RETRY) {
			fetch(now);
		}
		if (!keys.containsKey(kid) && have && tried != now
		    && (!askedUnknown || now - unknownTried > UNKNOWN)) {
			askedUnknown = true;
			unknownTried = now;
			fetch(now);
		}
		return keys.get(kid);
	}

	private void fetch(long now) {
		asked = true;
		tried = now;
		try {
			keys = parse(get());
			have = true;
			fetched = now;
			Log.line("jwks: " + keys.size() + " keys");
		} catch (IOException | GeneralSecurityException | Json.Bad
		    | IllegalArgumentException e) {
			Log.line("jwks: " + e);
		}
	}

	private String get() throws IOException, GeneralSecurityException {
		HttpURLConnection http = (HttpURLConnection)
		    new URL(url).openConnection(Proxy.NO_PROXY);

		if (http instanceof HttpsURLConnection && Files.exists(ca))
			((HttpsURLConnection)http).setSSLSocketFactory(
			    trust().getSocketFactory());
		http.setConnectTimeout(3000);
		http.setReadTimeout(5000);
		http.setInstanceFollowRedirects(false);
		http.setRequestProperty("Accept", "application/json");
		try {
			if (http.getResponseCode() != 200)
				throw new IOException(
				    "status " + http.getResponseCode());
			try (InputStream in = http.getInputStream()) {
				byte[] body = in.readNBytes(MAX + 1);

				if (body.length > MAX)
					throw new IOException("too large");
				return new String(body, StandardCharsets.UTF_8);
			}
		} finally {
			http.disconnect();
		}
	}

	private SSLContext trust() throws IOException,
	    GeneralSecurityException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		SSLContext tls = SSLContext.getInstance("TLS");
		TrustManagerFactory managers = TrustManagerFactory.getInstance(
		    TrustManagerFactory.getDefaultAlgorithm());
		int n = 0;

		store.load(null, null);
		try (InputStream in = Files.newInputStream(ca)) {
			for (Certificate cert : CertificateFactory
			    .getInstance("X.509").generateCertificates(in))
				store.setCertificateEntry("ca" + n++, cert);
		}
		managers.init(store);
		tls.init(null, managers.getTrustManagers(), null);
		return tls;
	}

	/* RFC 7517; keys that are not for us are passed over */
	private static Map<String, PublicKey> parse(String text)
	    throws Json.Bad, GeneralSecurityException {
		Map<String, PublicKey> found = new HashMap<>();
		Object list = Json.object(text).get("keys");

		if (!(list instanceof List))
			throw new Json.Bad("no keys");
		for (Object o : (List<?>)list) {
			if (!(o instanceof Map))
				throw new Json.Bad("a key is no object");
			@SuppressWarnings("unchecked")
			Map<String, Object> jwk = (Map<String, Object>)o;
			String kid = Json.text(jwk, "kid");

			if (kid != null && "EC".equals(jwk.get("kty"))
			    && "P-256".equals(jwk.get("crv"))
			    && "ES256".equals(
				jwk.getOrDefault("alg", "ES256"))
			    && "sig".equals(jwk.getOrDefault("use", "sig")))
				found.put(kid, point(jwk));
		}
		return found;
	}

	private static PublicKey point(Map<String, Object> jwk)
	    throws Json.Bad, GeneralSecurityException {
		AlgorithmParameters curve =
		    AlgorithmParameters.getInstance("EC");

		curve.init(new ECGenParameterSpec("secp256r1"));
		return KeyFactory.getInstance("EC").generatePublic(
		    new ECPublicKeySpec(
			new ECPoint(number(jwk, "x"), number(jwk, "y")),
			curve.getParameterSpec(ECParameterSpec.class)));
	}

	private static BigInteger number(Map<String, Object> jwk, String name)
	    throws Json.Bad {
		String text = Json.text(jwk, name);

		if (text == null || text.length() != 43)
			throw new Json.Bad("bad coordinate");
		return new BigInteger(1, Base64.getUrlDecoder().decode(text));
	}
}
