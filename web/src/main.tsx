// SPDX-License-Identifier: Apache-2.0
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "@/app";

import "@fontsource-variable/dm-sans/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "@/design/index.css";

const root = document.getElementById("root");

if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
	<StrictMode>
		<App />
	</StrictMode>,
);
