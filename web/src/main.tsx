// SPDX-License-Identifier: Apache-2.0
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "@/app";

import "@fontsource-variable/dm-sans/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "@/design/index.css";

const root = document.getElementById("root");

if (!root) throw new Error("index.html has no #root");
// A page that a person may not open is shown as such: nothing went wrong.
createRoot(root, {
	onCaughtError(error) {
		if (!(error instanceof Error && error.name === "Forbidden")) console.error(error);
	},
}).render(
	<StrictMode>
		<App />
	</StrictMode>,
);
