// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { IsolationList } from "@/features/isolation/components/isolation-list";

import { fakeApi, json } from "@tests/fake-api";
import { draw } from "@tests/render";

const acme = {
	tenant: "t1",
	slug: "acme",
	place: "local",
	outcome: "isolated",
	error: null,
	paths: [],
	running: false,
	started_at: "2026-01-01T00:00:00Z",
	finished_at: "2026-01-01T00:00:04Z",
};
const list = (...items: unknown[]) => json(200, { items, next: null });

test("what is open is named with its address", async () => {
	fakeApi({
		"GET /api/auth/platform/isolation": () =>
			list({ ...acme, outcome: "open", paths: ["machine: tcp gateway 5432"] }, { ...acme, tenant: "t2", slug: "globex" }),
	});
	draw(<IsolationList manage={false} />);
	expect(await screen.findByText("machine: tcp gateway 5432")).toBeTruthy();
	expect(screen.getByText("1 open, 1 of 2 proven isolated")).toBeTruthy();
	expect(screen.queryByRole("button")).toBeNull();
});

test("one that failed says why, and one without a run is not proven", async () => {
	fakeApi({
		"GET /api/auth/platform/isolation": () =>
			list(
				{ ...acme, outcome: "failed", error: "the place does not answer" },
				{ ...acme, tenant: "t2", slug: "globex", outcome: null, finished_at: null, started_at: null },
			),
	});
	draw(<IsolationList manage={false} />);
	expect(await screen.findByText(/the place does not answer/)).toBeTruthy();
	expect(screen.getByText("Not probed")).toBeTruthy();
	expect(screen.getByText("0 open, 0 of 2 proven isolated")).toBeTruthy();
});

test("an operator has it run at once", async () => {
	const fake = fakeApi({
		"GET /api/auth/platform/isolation": () => list(acme),
		"POST /api/auth/platform/tenants/t1/isolation": () => new Response(null, { status: 204 }),
	});

	draw(<IsolationList manage />);
	await userEvent.click(await screen.findByRole("button", { name: "Probe acme" }));
	await vi.waitFor(() => expect(fake.count("POST", "/api/auth/platform/tenants/t1/isolation")).toBe(1));
});
