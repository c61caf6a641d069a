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
			// Busy machines are slow: a test hangs only after this long.
			testTimeout: 30_000,
			hookTimeout: 30_000,
			restoreMocks: true,
			unstubGlobals: true,
			css: { modules: { classNameStrategy: "non-scoped" } },
		},
	}),
);
