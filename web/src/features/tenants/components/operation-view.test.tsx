// SPDX-License-Identifier: Apache-2.0
import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Operation } from "@/features/tenants/api/operation";
import { OperationView } from "@/features/tenants/components/operation-view";

import { draw } from "@tests/render";

const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const running: Operation = {
	id: "0190-op",
	kind: "tenant.provision",
	state: "running",
	steps: [
		{ name: "create_schema", state: "done", started_at: time(0), finished_at: time(2), detail: "t_demo" },
		{ name: "start_server", state: "running", started_at: new Date().toISOString() },
		{ name: "await_readiness", state: "pending" },
	],
	events: [],
};

test("shows each step's state, time and detail", () => {
	draw(<OperationView operation={running} />);
	const steps = within(screen.getByRole("list", { name: "Steps" })).getAllByRole("listitem");

	expect(steps.map((step) => step.textContent)).toEqual([
		expect.stringMatching(/^Create schema: donet_demo2\.0 s$/),
		expect.stringMatching(/^Start server: running0\.\d s$/),
		"Await readiness: pending",
	]);
	expect(screen.getByText("Setting up the tenant: 1 of 3 steps done").getAttribute("role")).toBe("status");
});

test("says what steps usually take, and when all is done", () => {
	const soon = new Date(Date.now() + 45_000).toISOString();

	draw(
		<OperationView
			operation={{
				...running,
				eta_at: soon,
				steps: [
					{ name: "server", state: "running", started_at: new Date().toISOString(), typical_ms: 31_000 },
					{ name: "readiness", state: "pending", typical_ms: 14_000, eta_at: soon },
				],
			}}
		/>,
	);
	expect(screen.getByText(/It will usually be done in 4\d s\./)).toBeTruthy();
	expect(screen.getByText(/usually 31 s/)).toBeTruthy();
	expect(screen.getByText("usually 14 s")).toBeTruthy();
});

test("what is late has no time, and what never ran has none either", () => {
	const { unmount } = draw(<OperationView operation={{ ...running, late_since: time(0) }} />);

	expect(screen.getByText(/It takes longer than usual, since/)).toBeTruthy();
	expect(screen.queryByText(/usually be done/)).toBeNull();
	unmount();
	draw(<OperationView operation={running} />);
	expect(screen.getByText("How long it will take is not known yet at this place.")).toBeTruthy();
});

test("what happened is told, with an operator's reason", () => {
	draw(
		<OperationView
			operation={{
				...running,
				events: [
					{ at: time(1), step: "server", what: "failed", attempt: 3, detail: "no space left", by: "platform" },
					{ at: time(2), step: "server", what: "retried", attempt: 3, by: "operator", reason: "There is room again." },
				],
			}}
		/>,
	);
	const told = screen.getByText("What happened").closest("details")?.textContent;

	expect(told).toContain("Server failed: no space left");
	expect(told).toContain("Server retried by an operator: There is room again.");
});

test("a failure says which step, why, and what to quote", () => {
	const [first] = running.steps;

	draw(
		<OperationView
			operation={{
				...running,
				state: "failed",
				error: "the image is not in the registry",
				steps: [...(first ? [first] : []), { name: "start_server", state: "failed" }],
			}}
		/>,
	);
	const alert = screen.getByRole("alert");

	expect(alert.textContent).toContain("“Start server” failed");
	expect(alert.textContent).toContain("the image is not in the registry");
	expect(alert.textContent).toContain("0190-op");
});
