// SPDX-License-Identifier: Apache-2.0
import { reads } from "@/lib/document";
import { z } from "@/lib/schema";

export const lineSchema = reads("LogLine", z.object({
	seq: z.number(),
	time: z.string(),
	stream: z.string(),
	line: z.string(),
}));

export type Line = z.output<typeof lineSchema>;

/** The end of a log, as far as it has been read. */
export type Tail = {
	lines: Line[];
	/** Where to continue reading. */
	cursor: string | null;
	/** How many lines were read and then dropped. */
	dropped: number;
};

export const emptyTail: Tail = { lines: [], cursor: null, dropped: 0 };

export const tailLimit = 2000;

/**
 * Adds the lines of a page.  A page without a cursor is read again from the
 * same place the next time; lines that are known already are skipped by their
 * number.
 */
export function grow(tail: Tail, items: Line[], next: string | null): Tail {
	const last = tail.lines.at(-1)?.seq ?? -Infinity;
	const fresh = items.filter((item) => item.seq > last);
	const cursor = next ?? tail.cursor;

	if (fresh.length === 0) return cursor === tail.cursor ? tail : { ...tail, cursor };

	const lines = [...tail.lines, ...fresh];
	const excess = Math.max(0, lines.length - tailLimit);

	return { lines: lines.slice(excess), cursor, dropped: tail.dropped + excess };
}
