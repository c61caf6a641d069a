// SPDX-License-Identifier: Apache-2.0
import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";

import { IsolationView } from "@/features/isolation/components/isolation-view";

import { fakeApi, json } from "@tests/fake-api";
import { draw } from "@tests/render";

const check = { check: "machine", about: "ports of the machine", expected: "closed", seen: "silent", good: true, tries: 12, ms: 3001 };
const run = {
	id: "r2",
	outcome: "isolated",
	started_at: "2026-01-01T00:00:00Z",
	finished_at: "2026-01-01T00:00:04Z",
	checks: [check],
};
const list = (...items: unknown[]) => json(200, { items, next: null });

test("the last run shows each check, and earlier runs are below", async () => {
	fakeApi({ "GET /api/tenants/isolation": () => list(run, { ...run, id: "r1", outcome: "failed", checks: [] }) });
	draw(<IsolationView tenant="acme" />);
	const tried = await screen.findByRole("list", { name: "What was tried" });

	expect(within(tried).getByText("Must be closed, was silent; 12 tried, 3001 ms")).toBeTruthy();
	expect(within(tried).getByText("As it must be")).toBeTruthy();
	expect(within(screen.getByRole("list", { name: "Earlier probes" })).getByText(/nothing was proven/)).toBeTruthy();
});

test("an open path is wrong, in words", async () => {
	fakeApi({
		"GET /api/tenants/isolation": () =>
			list({ ...run, outcome: "open", checks: [{ ...check, seen: "refused", good: false, tries: 1 }] }),
	});
	draw(<IsolationView tenant="acme" />);
	expect(await screen.findByText("Wrong")).toBeTruthy();
	expect(screen.getByText(/could be reached/)).toBeTruthy();
});

test("a tenant that was never probed is not called isolated", async () => {
	fakeApi({ "GET /api/tenants/isolation": () => list() });
	draw(<IsolationView tenant="acme" />);
	expect(await screen.findByText("Not probed yet")).toBeTruthy();
	expect(screen.queryByText("Isolated")).toBeNull();
});
