// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";

import { emptyTail, grow, type Line, tailLimit } from "@/features/apps/api/log-tail";

function lines(from: number, to: number): Line[] {
	return Array.from({ length: to - from + 1 }, (_, index) => ({
		seq: from + index,
		time: "2026-01-01T00:00:00Z",
		stream: "stdout",
		line: `line ${from + index}`,
	}));
}

test("new lines are added behind the old", () => {
	const tail = grow(grow(emptyTail, lines(1, 3), "c3"), lines(4, 5), "c5");

	expect(tail.lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
	expect(tail.cursor).toBe("c5");
});

test("a page read again adds nothing, and keeps the cursor", () => {
	const once = grow(emptyTail, lines(1, 3), "c3");
	const twice = grow(once, lines(2, 4), null);

	expect(twice.lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
	expect(twice.cursor).toBe("c3");
});

test("a quiet second changes nothing at all, so that nothing is drawn", () => {
	const tail = grow(emptyTail, lines(1, 3), "c3");

	expect(grow(tail, [], null)).toBe(tail);
	expect(grow(tail, [], "c3")).toBe(tail);
});

test("the oldest lines go when there are too many, and are counted", () => {
	const tail = grow(grow(emptyTail, lines(1, tailLimit), "a"), lines(tailLimit + 1, tailLimit + 10), "b");

	expect(tail.lines).toHaveLength(tailLimit);
	expect(tail.lines[0]?.seq).toBe(11);
	expect(tail.dropped).toBe(10);
});
