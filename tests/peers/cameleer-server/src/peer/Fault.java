/* SPDX-License-Identifier: Apache-2.0 */
package peer;

import java.util.Set;

/**
 * Misbehaviour on command.  The command is POST /api/v1/admin/fault or the
 * file `fault` among the secrets ("MODE [SECONDS]"); the file wins.
 *
 *   slow   every answer waits SECONDS (default 5)
 *   down   connections are closed without an answer
 *   wrong  every answer is 200 and a page that nobody asked for
 *
 * down and wrong end after SECONDS, or with `none` when SECONDS is 0.
 */
final class Fault {
	static final Set<String> MODES = Set.of("none", "slow", "down",
	    "wrong");

	final String mode;
	final int seconds;
	private final long until;	/* nanoTime; 0: no end */

	Fault(String mode, int seconds) {
		this.mode = mode;
		this.seconds = mode.equals("slow") && seconds == 0 ? 5
		    : seconds;
		this.until = mode.equals("slow") || seconds == 0 ? 0
		    : System.nanoTime() + seconds * 1_000_000_000L;
	}

	private boolean over() {
		return until != 0 && System.nanoTime() - until > 0;
	}

	/** Where the present fault is kept. */
	static final class Switch {
		private final Settings settings;
		private Fault told = new Fault("none", 0);
		private Fault filed = new Fault("none", 0);
		private String text = "";
		private long looked = System.nanoTime() - 1_000_000_000L;

		Switch(Settings settings) {
			this.settings = settings;
		}

		synchronized void tell(Fault fault) {
			told = fault;
		}

		synchronized Fault now() {
			look();
			if (!filed.mode.equals("none") && !filed.over())
				return filed;
			if (told.over())
				told = new Fault("none", 0);
			return told;
		}

		/* the file is read twice a second at most */
		private void look() {
			long now = System.nanoTime();

			if (now - looked < 500_000_000L)
				return;
			looked = now;
			String found = settings.secret("fault");
			if (found == null)
				found = "";
			if (found.equals(text))
				return;
			text = found;
			filed = parse(found);
			Log.line("fault file: " + filed.mode);
		}

		private static Fault parse(String line) {
			String[] word = line.split("\\s+");
			int seconds = 0;

			if (word.length > 1 && word[1].matches("[0-9]{1,5}"))
				seconds = Integer.parseInt(word[1]);
			return new Fault(MODES.contains(word[0]) ? word[0]
			    : "none", seconds);
		}
	}
}
