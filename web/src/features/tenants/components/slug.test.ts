// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";

import { slugComplaint, slugOf } from "@/features/tenants/components/slug";

describe("slugOf", () => {
	test.each([
		["Acme Corp.", "acmecorp"],
		["  Müller & Söhne  ", "mullersohne"],
		["3M", "m"],
		["x".repeat(40), "x".repeat(31)],
		["漢字", ""],
	])("proposes for %s", (name, slug) => {
		expect(slugOf(name)).toBe(slug);
	});
});

describe("slugComplaint", () => {
	test.each(["abc", "acme2", "a".repeat(31), ""])("accepts %s", (slug) => {
		expect(slugComplaint(slug)).toBeUndefined();
	});

	test.each(["ab", "Acme", "1ab", "-ab", "a-b", "a_b", "a".repeat(32)])("refuses %s", (slug) => {
		expect(slugComplaint(slug)).toBeTypeOf("string");
	});
});
