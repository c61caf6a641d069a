/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** One line to standard output; never a token, never a password. */
final class Log {
	private Log() {
	}

	static void line(String text) {
		System.out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS)
		    + " " + text.replaceAll("[\\x00-\\x1f\\x7f]", " "));
	}
}
