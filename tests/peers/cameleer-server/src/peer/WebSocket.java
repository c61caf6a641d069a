/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** Echo over WebSocket (RFC 6455): messages of at most 64 KiB. */
final class WebSocket {
	private static final String GUID =
	    "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	private static final int MAX = 65536;
	private static final int IDLE_SECONDS = 300;
	private static final int CONTINUATION = 0, TEXT = 1, BINARY = 2,
	    CLOSE = 8, PING = 9, PONG = 10;

	/** A breach of the protocol, with the close code for it. */
	private static final class Breach extends IOException {
		private static final long serialVersionUID = 1L;
		final int code;

		Breach(int code, String why) {
			super(why);
			this.code = code;
		}
	}

	private final Exchange ex;
	private final DataInputStream in;
	private final ByteArrayOutputStream message =
	    new ByteArrayOutputStream();
	private int kind;		/* of the message begun, or 0 */

	private WebSocket(Exchange ex) {
		this.ex = ex;
		this.in = new DataInputStream(ex.in);
	}

	static boolean wanted(Exchange ex) {
		return ex.method.equals("GET")
		    && ex.header("upgrade").equalsIgnoreCase("websocket")
		    && ex.header("connection").toLowerCase(Locale.ROOT)
			.contains("upgrade")
		    && ex.header("sec-websocket-version").equals("13")
		    && ex.header("sec-websocket-key").length() == 24;
	}

	static void echo(Exchange ex) throws IOException {
		ex.write("HTTP/1.1 101 Switching Protocols\r\n"
		    + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
		    + "Sec-WebSocket-Accept: "
		    + accept(ex.header("sec-websocket-key")) + "\r\n\r\n");
		new WebSocket(ex).run();
	}

	private static String accept(String key) {
		try {
			return Base64.getEncoder().encodeToString(
			    MessageDigest.getInstance("SHA-1").digest(
			    (key + GUID).getBytes(StandardCharsets.UTF_8)));
		} catch (NoSuchAlgorithmException e) {
			throw new IllegalStateException(e);
		}
	}

	private void run() throws IOException {
		try {
			do {
				ex.within(IDLE_SECONDS);
			} while (frame());
		} catch (Breach e) {
			send(CLOSE, ByteBuffer.allocate(2)
			    .putShort((short)e.code).array());
		}
	}

	/* false after the closing handshake */
	private boolean frame() throws IOException {
		int first = in.readUnsignedByte();
		int second = in.readUnsignedByte();
		int opcode = first & 0x0f;
		boolean last = (first & 0x80) != 0;

		if ((first & 0x70) != 0)
			throw new Breach(1002, "reserved bit");
		if ((second & 0x80) == 0)
			throw new Breach(1002, "not masked");
		byte[] data = payload(second & 0x7f);
		if (opcode >= CLOSE)
			return control(opcode, last, data);
		if (opcode > BINARY || (opcode == CONTINUATION)
		    != (kind != 0))
			throw new Breach(1002, "bad opcode");
		if (opcode != CONTINUATION)
			kind = opcode;
		if (message.size() + data.length > MAX)
			throw new Breach(1009, "message too large");
		message.write(data);
		if (last) {
			send(kind, message.toByteArray());
			message.reset();
			kind = 0;
		}
		return true;
	}

	private byte[] payload(int length) throws IOException {
		long n = length;
		byte[] mask = new byte[4];

		if (length == 126)
			n = in.readUnsignedShort();
		else if (length == 127)
			n = in.readLong();
		if (n < 0 || n > MAX)
			throw new Breach(1009, "frame too large");
		in.readFully(mask);
		byte[] data = new byte[(int)n];
		in.readFully(data);
		for (int i = 0; i < data.length; i++)
			data[i] ^= mask[i & 3];
		return data;
	}

	private boolean control(int opcode, boolean last, byte[] data)
	    throws IOException {
		if (!last || data.length > 125 || opcode > PONG)
			throw new Breach(1002, "bad control frame");
		if (opcode == PING)
			send(PONG, data);
		if (opcode == CLOSE)
			send(CLOSE, data);
		return opcode != CLOSE;
	}

	private void send(int opcode, byte[] data) throws IOException {
		ByteBuffer frame = ByteBuffer.allocate(data.length + 10);

		frame.put((byte)(0x80 | opcode));
		if (data.length < 126)
			frame.put((byte)data.length);
		else if (data.length < 65536)
			frame.put((byte)126).putShort((short)data.length);
		else
			frame.put((byte)127).putLong(data.length);
		frame.put(data);
		ex.within(30);
		ex.out.write(frame.array(), 0, frame.position());
		ex.out.flush();
	}
}
