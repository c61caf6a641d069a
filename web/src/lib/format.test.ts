// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";

import { ago, bytes, duration, shortDigest, words } from "@/lib/format";

test.each([
	[0, "0 B"],
	[1023, "1023 B"],
	[1024, "1.0 KiB"],
	[150 * 1024 * 1024, "150 MiB"],
	[3 * 1024 ** 4, "3072 GiB"],
])("%i bytes read %s", (count, text) => {
	expect(bytes(count)).toBe(text);
});

test.each([
	["2026-01-01T00:00:00Z", "just now"],
	["2025-12-31T23:59:30Z", "30 seconds ago"],
	["2025-12-31T23:50:00Z", "10 minutes ago"],
	["2025-12-31T21:00:00Z", "3 hours ago"],
	["2025-12-30T00:00:00Z", "2 days ago"],
])("%s is %s", (time, text) => {
	expect(ago(time, Date.parse("2026-01-01T00:00:00Z"))).toBe(text);
});

test.each([
	[1500, "1.5 s"],
	[42_000, "42 s"],
	[125_000, "2 min 5 s"],
	[-5, "0.0 s"],
])("a span of %i ms reads %s", (ms, text) => {
	expect(duration("2026-01-01T00:00:00Z", Date.parse("2026-01-01T00:00:00Z") + ms)).toBe(text);
});

test("digests are told by their beginning", () => {
	expect(shortDigest("registry/x/y@sha256:0123456789abcdef")).toBe("0123456789ab");
	expect(shortDigest("0123456789abcdef")).toBe("0123456789ab");
});

test("names of machines become words", () => {
	expect(words("create_schema")).toBe("Create schema");
	expect(words("ACTIVE")).toBe("Active");
	expect(words("tenant.provision")).toBe("Tenant provision");
});
