// SPDX-License-Identifier: Apache-2.0
import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";

import { PlanView } from "@/features/tenants/components/plan-view";

import { fakeApi, json } from "@tests/fake-api";
import { draw } from "@tests/render";

const agents = {
	key: "max_agents",
	title: "Agents",
	about: "Agents that may be connected.",
	words: "10",
	plan_words: "10",
	reason: null,
	since: null,
	ends_at: null,
};
const contract = { reason: "Contract 17", since: "2026-03-01T08:00:00Z", ends_at: "2027-07-01T00:00:00Z" };
const vpn = { ...agents, key: "vpn", title: "Private network", about: "Planned.", words: "No", plan_words: "No" };
const low = { tier: "low", title: "Low", about: "Small.", rows: [agents, vpn] };
const mid = { tier: "mid", title: "Mid", about: "Larger.", rows: [{ ...agents, words: "50", plan_words: "50" }, vpn] };
const plans = { items: [low, mid], next: null };

test("an owner sees what the contract says, until when, and what each plan says", async () => {
	fakeApi({
		"GET /api/billing/plans": () => json(200, plans),
		"GET /api/billing/plan": () =>
			json(200, { ...low, rows: [{ ...agents, words: "250", ...contract }, vpn] }),
	});
	draw(<PlanView tenant="acme" tier="low" />);

	const row = (await screen.findByText("250")).closest("li");
	expect(row?.textContent).toContain("Low: 10 · Mid: 50");
	expect(row?.textContent).toContain("By contract until 30 Jun 2027: Contract 17; the plan says 10.");
	const other = screen.getByText("Private network").closest("li");
	expect(other?.textContent).not.toContain("By contract");
	expect(other?.textContent).not.toContain("Low:");
});

test("an owner never sees the plan in place of the contract", async () => {
	let answer: (response: Response) => void = () => undefined;

	fakeApi({
		"GET /api/billing/plans": () => json(200, plans),
		"GET /api/billing/plan": () => new Promise((resolve) => (answer = resolve)),
	});
	draw(<PlanView tenant="acme" tier="low" />);

	expect(await screen.findByText("Loading the plan…")).toBeTruthy();
	expect(screen.queryByRole("list")).toBeNull();
	answer(json(200, { ...low, rows: [{ ...agents, words: "250", ...contract }] }));
	expect(await screen.findByText("250")).toBeTruthy();
});

test("a page whose tenant is still looked for is not empty", async () => {
	fakeApi({ "GET /api/billing/plans": () => json(200, plans) });
	draw(<PlanView tenant="acme" tier={undefined} />, []);
	expect(await screen.findByText("Loading the plan…")).toBeTruthy();
});

test("a member without billing sees the plan, and asks for nothing else", async () => {
	const { calls } = fakeApi({ "GET /api/billing/plans": () => json(200, plans) });
	draw(<PlanView tenant="acme" tier="mid" />, []);

	const list = await screen.findByRole("list", { name: "What plan Mid includes" });
	// what it is for, and two rows
	expect(within(list).getAllByRole("listitem")).toHaveLength(3);
	expect(within(list).getByText("50")).toBeTruthy();
	expect(screen.getByText("A contract may change rows of this plan")).toBeTruthy();
	expect(calls.map(({ path }) => path)).toEqual(["/api/billing/plans"]);
});
