/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A connection and the request it is at. */
final class Exchange {
	private static final int HEAD_MAX = 16384;
	private static final int HEADERS_MAX = 100;
	static final int TEXT_MAX = 65536;

	/** The request cannot be taken: the status says why. */
	static final class Refusal extends IOException {
		private static final long serialVersionUID = 1L;
		final int status;

		Refusal(int status, String why) {
			super(why);
			this.status = status;
		}
	}

	final Socket socket;
	final BufferedInputStream in;
	final OutputStream out;
	volatile long deadline;		/* nanoTime: closed when it passes */

	String method, path, query;
	Map<String, String> headers;
	Body body;
	private boolean keep, answered;

	Exchange(Socket socket) throws IOException {
		this.socket = socket;
		this.in = new BufferedInputStream(socket.getInputStream());
		this.out = socket.getOutputStream();
		within(10);
	}

	/** What comes next must be done in so many seconds. */
	void within(int seconds) {
		deadline = System.nanoTime() + seconds * 1_000_000_000L;
	}

	/** Reads a head; false when the peer has gone or stays silent. */
	boolean next() throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream(1024);
		int last = 0, c;

		within(10);
		while ((c = in.read()) >= 0) {
			head.write(c);
			last = last << 8 | c;
			if (last == 0x0d0a0d0a)
				break;
			if (head.size() >= HEAD_MAX)
				throw new Refusal(431, "head too large");
		}
		if (c < 0)
			return false;
		within(30);
		keep = false;
		answered = false;
		parse(head.toString(StandardCharsets.ISO_8859_1)
		    .split("\r\n"));
		return true;
	}

	private void parse(String[] line) throws IOException {
		String[] word = line[0].split(" ", -1);

		if (word.length != 3 || !word[0].matches("[A-Z]{1,20}")
		    || !word[1].startsWith("/")
		    || !word[2].matches("HTTP/1\\.[01]"))
			throw new Refusal(400, "bad request line");
		int q = word[1].indexOf('?');
		method = word[0];
		path = q < 0 ? word[1] : word[1].substring(0, q);
		query = q < 0 ? "" : word[1].substring(q + 1);
		if (line.length - 1 > HEADERS_MAX)
			throw new Refusal(431, "too many headers");
		headers = new LinkedHashMap<>();
		for (int i = 1; i < line.length; i++)
			field(line[i]);
		String wish = header("connection").toLowerCase(Locale.ROOT);
		keep = word[2].endsWith("1") ? !wish.contains("close")
		    : wish.contains("keep-alive");
		body = new Body(in, length());
		if (header("expect").equalsIgnoreCase("100-continue"))
			write("HTTP/1.1 100 Continue\r\n\r\n");
	}

	private void field(String line) throws IOException {
		int colon = line.indexOf(':');

		if (colon < 1 || !line.substring(0, colon)
		    .matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"))
			throw new Refusal(400, "bad header");
		String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
		String value = line.substring(colon + 1).strip();
		String before = headers.putIfAbsent(name, value);
		if (before == null)
			return;
		if (name.equals("content-length")
		    || name.equals("transfer-encoding")
		    || name.equals("authorization") || name.equals("host"))
			throw new Refusal(400, "header twice");
		headers.put(name, before + ", " + value);
	}

	String header(String name) {
		return headers.getOrDefault(name, "");
	}

	private long length() throws IOException {
		String coding = header("transfer-encoding");
		String length = header("content-length");

		if (!coding.isEmpty()) {
			if (!length.isEmpty()
			    || !coding.equalsIgnoreCase("chunked"))
				throw new Refusal(400, "bad framing");
			return -1;
		}
		if (length.isEmpty())
			return 0;
		if (!length.matches("[0-9]{1,12}"))
			throw new Refusal(400, "bad content-length");
		return Long.parseLong(length);
	}

	/** The whole body as text, at most TEXT_MAX bytes. */
	String text() throws IOException {
		byte[] bytes = body.readNBytes(TEXT_MAX + 1);

		if (bytes.length > TEXT_MAX)
			throw new Refusal(413, "body too large");
		return new String(bytes, StandardCharsets.UTF_8);
	}

	Map<String, Object> json() throws IOException {
		try {
			return Json.object(text());
		} catch (Json.Bad e) {
			throw new Refusal(400, e.getMessage());
		}
	}

	void answer(int status, Object json) throws IOException {
		answer(status, "application/json",
		    json == null ? "" : Json.emit(json));
	}

	void answer(int status, String type, String text, String... extra)
	    throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		StringBuilder head = new StringBuilder();

		keep = keep && body.ended();
		head.append("HTTP/1.1 ").append(status).append(" ")
		    .append(reason(status)).append("\r\n");
		if (status != 204)
			head.append("Content-Type: ").append(type)
			    .append("\r\nContent-Length: ")
			    .append(bytes.length).append("\r\n");
		head.append("Cache-Control: no-store\r\n");
		for (String line : extra)
			head.append(line).append("\r\n");
		head.append(keep ? "Connection: keep-alive"
		    : "Connection: close").append("\r\n\r\n");
		if (!method.equals("HEAD") && status != 204)
			head.append(text);
		write(head.toString());
		answered = true;
	}

	void write(String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.UTF_8));
		out.flush();
	}

	/** Answers a request that could not be taken, if that is possible. */
	void refuse(Refusal why) throws IOException {
		if (answered)
			return;
		if (method == null)
			method = "GET";
		body = new Body(InputStream.nullInputStream(), 0);
		keep = false;
		answer(why.status, Json.map("error", why.getMessage()));
		linger();
	}

	/** True when another request may follow on this connection. */
	boolean again() throws IOException {
		if (!keep && answered)
			linger();
		return keep && answered;
	}

	/* reads a little of what is under way, or the answer would be lost */
	private void linger() throws IOException {
		byte[] drain = new byte[8192];
		long left = 1 << 20;
		int n;

		within(2);
		socket.shutdownOutput();
		while (left > 0 && (n = in.read(drain)) > 0)
			left -= n;
	}

	private static String reason(int status) {
		switch (status) {
		case 200: return "OK";
		case 202: return "Accepted";
		case 204: return "No Content";
		case 400: return "Bad Request";
		case 401: return "Unauthorized";
		case 403: return "Forbidden";
		case 404: return "Not Found";
		case 405: return "Method Not Allowed";
		case 413: return "Content Too Large";
		case 426: return "Upgrade Required";
		case 431: return "Request Header Fields Too Large";
		case 503: return "Service Unavailable";
		default: return "Error";
		}
	}
}
