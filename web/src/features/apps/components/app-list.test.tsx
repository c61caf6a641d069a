// SPDX-License-Identifier: Apache-2.0
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { AppList } from "@/features/apps/components/app-list";
import { everythingByName } from "@/lib/wanted";

const time = "2026-01-31T12:00:00Z";

function app(name: string, deployments: object[]) {
	return { id: name, name, display_name: name, created_at: time, deployments };
}

const running = { id: "d1", environment: "prod", release: 3, state: "running", changed_at: time };

test("a page of applications with where they run is one request", async () => {
	const ask = vi.fn(() =>
		Promise.resolve(
			Response.json({
				items: [app("orders", [running]), app("billing", []), app("stock", [running])],
				next: null,
				total: 3,
			}),
		),
	);
	vi.stubGlobal("fetch", ask);
	render(
		<QueryClientProvider client={new QueryClient()}>
			<AppList tenant="acme" wanted={everythingByName} onWanted={vi.fn()} link={({ name }) => name} create={null} />
		</QueryClientProvider>,
	);
	expect(await screen.findAllByText("Running")).toHaveLength(2);
	expect(screen.getByText("Not deployed")).toBeTruthy();
	expect(ask).toHaveBeenCalledTimes(1);
});
