// SPDX-License-Identifier: Apache-2.0
import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

import zones from "./zones.ts";

export default tseslint.config(
	{
		ignores: [
			"dist/",
			"dist.new/",
			"node_modules/",
			"toolchain/node_modules/",
			// Made from the API's document: tests/openapi/run_typescript --write.
			"src/lib/document-types.d.ts",
		],
	},
	js.configs.recommended,
	{
		files: ["**/*.{ts,tsx}"],
		extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
		languageOptions: {
			parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
		},
		rules: {
			"@typescript-eslint/consistent-type-definitions": ["error", "type"],
			"@typescript-eslint/consistent-type-imports": "error",
			"@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
			"@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
			// The router's own control flow: throw redirect(), throw notFound().
			"@typescript-eslint/only-throw-error": "off",
			"max-lines": ["error", 500],
		},
	},
	{
		files: ["src/**/*.{ts,tsx}"],
		...hooks.configs.flat["recommended-latest"],
	},
	{
		files: ["src/**/*.{ts,tsx}"],
		rules: {
			"no-restricted-globals": [
				"error",
				{ name: "fetch", message: "Every request goes through @/lib/api." },
				{ name: "XMLHttpRequest", message: "Every upload goes through @/lib/upload." },
			],
			"no-restricted-syntax": [
				"error",
				{
					selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
					message: "Text nodes only.",
				},
			],
		},
	},
	{
		files: ["src/lib/api.ts", "src/lib/upload.ts", "src/**/*.test.{ts,tsx}"],
		rules: { "no-restricted-globals": "off" },
	},
	...zones,
	{
		files: ["**/*.{js,mjs}"],
		languageOptions: {
			globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly", setTimeout: "readonly" },
		},
	},
	{
		// What these functions name exists in the page that they are sent to.
		files: ["e2e/*.mjs"],
		languageOptions: {
			globals: Object.fromEntries(
				["document", "window", "navigator", "localStorage", "getComputedStyle", "MutationObserver"].map(
					(name) => [name, "readonly"],
				),
			),
		},
	},
	{
		files: ["public/*.js"],
		languageOptions: { sourceType: "script", globals: { document: "readonly", localStorage: "readonly" } },
	},
);
