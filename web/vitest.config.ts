// SPDX-License-Identifier: Apache-2.0
import { defineConfig, mergeConfig } from "vitest/config";

import base from "./vite.config";

export default mergeConfig(
	base,
	defineConfig({
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
