// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from "node:url";

import { defineConfig, mergeConfig } from "vitest/config";

import base from "./vite.config.ts";

export default mergeConfig(
	base,
	defineConfig({
		resolve: {
			alias: { "@tests": fileURLToPath(new URL("./tests", import.meta.url)) },
		},
		test: {
			environment: "jsdom",
			environmentOptions: { jsdom: { url: "https://localhost/" } },
			include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.ts"],
			setupFiles: ["tests/setup.ts"],
			restoreMocks: true,
			unstubGlobals: true,
			css: { modules: { classNameStrategy: "non-scoped" } },
		},
	}),
);
