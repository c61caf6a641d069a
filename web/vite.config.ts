// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
	plugins: [react()],
	resolve: {
		alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) },
	},
	build: {
		target: ["chrome123", "firefox121", "safari17.5"],
		// A data: URL would need a hole in the content security policy.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		assetsDir: "assets",
		sourcemap: false,
		// For first-load.mjs; build takes it out of what is served.
		manifest: true,
		rolldownOptions: {
			output: {
				codeSplitting: {
					groups: [
						// Libraries change rarely: browsers keep them across our releases.
						{ name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
						{ name: "tanstack", test: /node_modules\/@tanstack\// },
						{ name: "menus", test: /node_modules\/@(radix-ui|floating-ui)\// },
					],
				},
			},
		},
	},
	server: {
		// `npm run dev` against a running platform.
		proxy: {
			"/api": {
				target: process.env.CAMELEER_URL ?? "https://localhost:18443",
				secure: false,
				changeOrigin: true,
			},
		},
	},
});
