// SPDX-License-Identifier: Apache-2.0
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Announcer } from "@/components/announcer";
import { createApp } from "@/router";

import "@fontsource-variable/dm-sans/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "@/design/index.css";

const root = document.getElementById("root");
const { queryClient, router } = createApp();

if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
	<StrictMode>
		<QueryClientProvider client={queryClient}>
			<Announcer>
				<RouterProvider router={router} />
			</Announcer>
		</QueryClientProvider>
	</StrictMode>,
);
