// SPDX-License-Identifier: Apache-2.0
/*
 * Import rules: shared (components, design, lib) < features < app
 * (routes and the files beside them).  No feature imports another, and
 * no import uses "..", so that the alias shows every crossing.
 */
import { readdirSync } from "node:fs";

import type { Linter } from "eslint";

type Pattern = { group: string[]; message: string };

const climbing: Pattern = {
	group: ["../*", "../**", "./*/**"],
	message: "Import across folders by the @/ alias, so that zones can be seen.",
};
const app = ["@/routes/**", "@/app", "@/main", "@/router", "@/query-client"];
const rawZod = ["zod", "zod/mini"].map((name) => ({
	name,
	message: "Import z from @/lib/schema, which is set up for our content security policy.",
}));

function rule(...patterns: Pattern[]): Linter.RulesRecord {
	return {
		"no-restricted-imports": [
			"error",
			{ paths: rawZod, patterns: [climbing, ...patterns] },
		],
	};
}

const features = readdirSync(new URL("./src/features", import.meta.url));

const zones: Linter.Config[] = [
	{
		name: "zones/app",
		files: ["src/**/*.{ts,tsx}"],
		rules: rule(),
	},
	{
		name: "zones/shared",
		files: ["src/{components,design,lib}/**/*.{ts,tsx}"],
		rules: rule({
			group: ["@/features/**", ...app],
			message: "Shared code knows no feature and no route.",
		}),
	},
	...features.map((feature) => ({
		name: `zones/features/${feature}`,
		files: [`src/features/${feature}/**/*.{ts,tsx}`],
		rules: rule({
			group: [
				...app,
				...features
					.filter((other) => other !== feature)
					.map((other) => `@/features/${other}/**`),
			],
			message: "A feature imports shared code and itself; routes put features together.",
		}),
	})),
	{
		name: "zones/zod",
		files: ["src/lib/zod.ts"],
		rules: { "no-restricted-imports": "off" },
	},
];

export default zones;
