/* SPDX-License-Identifier: Apache-2.0 */
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Cacerts OUT EPOCH &lt;BUNDLE.pem - writes a JKS trust store.
 *
 * keytool stamps each entry with the time of day, so that no two stores are
 * alike; here the date is an argument.  The format: magic, version, entries,
 * then SHA-1 over the password, a fixed phrase and all of the above.
 */
public final class Cacerts {
	public static void main(String[] args) throws Exception {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(bytes);
		long date = Long.parseLong(args[1]) * 1000;
		List<Certificate> certs = new ArrayList<>(
		    CertificateFactory.getInstance("X.509")
		    .generateCertificates(System.in));

		out.writeInt(0xFEEDFEED);
		out.writeInt(2);
		out.writeInt(certs.size());
		for (int i = 0; i < certs.size(); i++) {
			byte[] der = certs.get(i).getEncoded();

			out.writeInt(2);	/* a trusted certificate */
			out.writeUTF(String.format("ca-%03d", i + 1));
			out.writeLong(date);
			out.writeUTF("X.509");
			out.writeInt(der.length);
			out.write(der);
		}

		MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
		sha1.update("changeit".getBytes(StandardCharsets.UTF_16BE));
		sha1.update("Mighty Aphrodite"
		    .getBytes(StandardCharsets.UTF_8));
		sha1.update(bytes.toByteArray());
		out.write(sha1.digest());
		Files.write(Path.of(args[0]), bytes.toByteArray());
	}
}
