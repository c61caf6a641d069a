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
