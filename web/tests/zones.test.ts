// @vitest-environment node
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";

import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";

import zones from "../zones.ts";

const eslint = new ESLint({
	overrideConfigFile: true,
	overrideConfig: [
		{ files: ["**/*.ts"], languageOptions: { parser: tseslint.parser } },
		...zones,
	],
});

async function complaints(file: string, from: string): Promise<number> {
	const [result] = await eslint.lintText(`import { x } from "${from}";\nx();\n`, { filePath: file });

	expect(result?.fatalErrorCount).toBe(0);
	return result?.errorCount ?? -1;
}

describe("import zones", () => {
	test.each([
		["src/lib/new.ts", "@/features/apps/api/app"],
		["src/components/new.ts", "@/routes/root"],
		["src/design/new.ts", "@/features/auth/api/login"],
		["src/features/apps/api/new.ts", "@/features/tenants/api/tenant"],
		["src/features/auth/components/new.ts", "@/routes/root"],
		["src/features/tenants/api/new.ts", "@/router"],
		["src/features/tenants/api/new.ts", "../components/tiers"],
		["src/routes/new.ts", "../features/apps/api/app"],
		["src/features/apps/api/new.ts", "zod"],
		["src/lib/schema.ts", "zod/mini"],
	])("%s may not import %s", async (file, from) => {
		expect(await complaints(file, from)).toBe(1);
	});

	test.each([
		["src/lib/new.ts", "@/lib/format"],
		["src/features/apps/api/new.ts", "@/features/apps/api/app"],
		["src/features/apps/components/new.ts", "@/components/card"],
		["src/routes/new.ts", "@/features/tenants/api/tenant"],
		["src/components/new.ts", "./card.module.css"],
		["src/lib/zod.ts", "zod/mini"],
	])("%s may import %s", async (file, from) => {
		expect(await complaints(file, from)).toBe(0);
	});
});

describe("index.html", () => {
	const html = readFileSync(new URL("../index.html", import.meta.url), "utf8");

	test("has no script or style of its own, which the policy would refuse", () => {
		expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
		expect(html.match(/<script[^>]*>[^<]/g)).toBeNull();
		expect(html.match(/<script/g)?.length).toBe(2);
	});

	test("names no other origin", () => {
		expect(html).not.toMatch(/https?:|\/\//);
	});
});
