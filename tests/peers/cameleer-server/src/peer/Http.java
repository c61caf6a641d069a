/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * HTTP/1.1 on a plain socket, a thread per connection: the JDK's own server
 * cannot upgrade to WebSocket.  Bounded in connections, head, body and time;
 * one watchdog closes whatever is past its deadline, reading or writing.
 */
final class Http {
	static final int CONNECTIONS = 128;

	interface Handler {
		void handle(Exchange ex) throws IOException;
	}

	private final ServerSocket listener = new ServerSocket();
	private final Semaphore room = new Semaphore(CONNECTIONS);
	private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
	private final ExecutorService threads =
	    Executors.newCachedThreadPool();
	private final Handler handler;

	Http(int port, Handler handler) throws IOException {
		this.handler = handler;
		listener.setReuseAddress(true);
		listener.bind(new InetSocketAddress(port), 128);
	}

	int port() {
		return listener.getLocalPort();
	}

	void run() {
		Thread watchdog = new Thread(this::watch, "watchdog");

		watchdog.setDaemon(true);
		watchdog.start();
		for (;;) {
			try {
				take(listener.accept());
			} catch (IOException e) {
				Log.line("accept: " + e.getMessage());
				pause(100);
			}
		}
	}

	private void take(Socket socket) throws IOException {
		if (room.tryAcquire()) {
			threads.execute(() -> serve(socket));
			return;
		}
		try (socket) {
			socket.getOutputStream().write(
			    ("HTTP/1.1 503 Service Unavailable\r\n"
			    + "Content-Length: 0\r\nRetry-After: 1\r\n"
			    + "Connection: close\r\n\r\n")
			    .getBytes(StandardCharsets.US_ASCII));
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			socket.setTcpNoDelay(true);
			Exchange ex = new Exchange(socket);

			open.add(ex);
			try {
				converse(ex);
			} finally {
				open.remove(ex);
			}
		} catch (IOException e) {
			/* the peer went away, or the watchdog bit */
		} finally {
			room.release();
		}
	}

	private void converse(Exchange ex) throws IOException {
		try {
			while (ex.next()) {
				handler.handle(ex);
				if (!ex.again())
					break;
			}
		} catch (Exchange.Refusal e) {
			ex.refuse(e);
		} catch (RuntimeException e) {
			Log.line("bug: " + e);
			ex.refuse(new Exchange.Refusal(500, "internal"));
		}
	}

	private void watch() {
		for (;;) {
			long now = System.nanoTime();

			for (Exchange ex : open)
				if (now - ex.deadline > 0)
					close(ex.socket);
			pause(500);
		}
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		} catch (IOException e) {
			/* closed is closed */
		}
	}

	static void pause(long ms) {
		try {
			Thread.sleep(ms);
		} catch (InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}
}
