/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The body of one request, never beyond its end: by length or chunked. */
final class Body extends InputStream {
	private final InputStream in;
	private final boolean chunked;
	private long left;		/* of the body, or of this chunk */
	private boolean ended;

	/** length -1: chunked. */
	Body(InputStream in, long length) {
		this.in = in;
		this.chunked = length < 0;
		this.left = Math.max(length, 0);
		this.ended = length == 0;
	}

	boolean ended() {
		return ended;
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];

		return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
	}

	@Override
	public int read(byte[] to, int off, int len) throws IOException {
		if (ended || (chunked && left == 0 && !chunk()))
			return -1;
		int n = in.read(to, off, (int)Math.min(len, left));
		if (n < 0)
			throw new EOFException("body cut short");
		left -= n;
		if (left == 0) {
			if (chunked)
				line();
			else
				ended = true;
		}
		return n;
	}

	/* the next chunk's size; trailers are read and dropped */
	private boolean chunk() throws IOException {
		String size = line().split(";", 2)[0].strip();

		if (!size.matches("[0-9a-fA-F]{1,8}"))
			throw new IOException("bad chunk size");
		left = Long.parseLong(size, 16);
		if (left > 0)
			return true;
		for (int i = 0; !line().isEmpty(); i++)
			if (i > 20)
				throw new IOException("too many trailers");
		ended = true;
		return false;
	}

	private String line() throws IOException {
		byte[] buf = new byte[256];
		int n = 0;

		for (int c; (c = in.read()) != '\n';) {
			if (c < 0 || n == buf.length)
				throw new IOException("bad chunk line");
			buf[n++] = (byte)c;
		}
		if (n > 0 && buf[n - 1] == '\r')
			n--;
		return new String(buf, 0, n, StandardCharsets.ISO_8859_1);
	}
}
