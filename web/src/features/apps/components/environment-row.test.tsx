// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { Deployment } from "@/features/apps/api/deployment-schema";
import { EnvironmentRow } from "@/features/apps/components/environment-row";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const path = "/api/apps/orders/deployments";

function row(deployment: Partial<Deployment> | null, mayDeploy = true, environment = "prod") {
	draw(
		<ul>
			<EnvironmentRow
				tenant="demo"
				app="orders"
				environment={environment}
				deployment={deployment ? { environment, release: 2, state: "running", ...deployment } : undefined}
				ready={[3, 2, 1]}
				mayDeploy={mayDeploy}
			/>
		</ul>,
	);
}

test("deploys the newest release that is ready, unless another is chosen", async () => {
	const user = userEvent.setup();
	const platform = fakeApi({ [`POST ${path}`]: () => json(202, {}) });

	row({}, true, "dev");
	await user.click(screen.getByRole("button", { name: "Deploy release 3 to dev" }));
	await user.selectOptions(screen.getByLabelText("Release to deploy to dev"), "1");
	await user.click(screen.getByRole("button", { name: "Deploy release 1 to dev" }));
	await vi.waitFor(() => expect(platform.calls).toHaveLength(2));
	expect(platform.calls.map(({ body }) => body)).toEqual([
		{ release: 3, environment: "dev" },
		{ release: 1, environment: "dev" },
	]);
});

test("asks before it stops, and does not stop when the answer is no", async () => {
	const user = userEvent.setup();
	const platform = fakeApi({ [`POST ${path}/prod/stop`]: () => json(202, {}) });

	row({});
	await user.click(screen.getByRole("button", { name: "Stop in prod" }));
	await user.click(screen.getByRole("button", { name: "Cancel" }));
	expect(platform.calls).toHaveLength(0);
	await user.click(screen.getByRole("button", { name: "Stop in prod" }));
	await user.click(screen.getByRole("button", { name: "Stop" }));
	await vi.waitFor(() => expect(platform.count("POST", `${path}/prod/stop`)).toBe(1));
});

test("starts what was stopped", async () => {
	const platform = fakeApi({ [`POST ${path}/prod/start`]: () => json(202, {}) });

	row({ state: "stopped" });
	await userEvent.click(screen.getByRole("button", { name: "Start in prod" }));
	await vi.waitFor(() => expect(platform.count("POST", `${path}/prod/start`)).toBe(1));
});

test("a failed deployment says why and what to do", () => {
	row({ state: "failed", detail: "no answer at /observe/health within 90 s" });
	const alert = screen.getByRole("alert");

	expect(alert.textContent).toContain("no answer at /observe/health within 90 s");
	expect(alert.textContent).toContain("Deploy another release");
});

test("a refused order is told", async () => {
	fakeApi({ [`POST ${path}/prod/start`]: () => problemAnswer(409, { title: "Conflict", detail: "it is starting" }) });
	row({ state: "stopped" });
	await userEvent.click(screen.getByRole("button", { name: "Start in prod" }));
	expect((await screen.findByRole("alert")).textContent).toContain("it is starting");
});

test("who may only look is offered nothing to press", () => {
	row({}, false);
	expect(screen.queryAllByRole("button")).toHaveLength(0);
	expect(screen.getByText("Running")).toBeTruthy();
});

test("a failed deployment shows its last lines and what runs on", () => {
	row({ state: "failed", detail: "it ended 6 times", serving_release: 1, last_lines: "Error: no such bean" });
	expect(screen.getByRole("alert").textContent).toContain("Release 1 answers as before");
	expect(screen.getByLabelText("Its last log lines").textContent).toContain("no such bean");
});

test("while it starts, the page says what is asked", () => {
	row({ state: "starting", detail: "health check (GET :9876/observe/health): nothing answers there" });
	expect(screen.getByText(/GET :9876\/observe\/health/)).toBeTruthy();
});

test.each<[string, Partial<Deployment> | null]>([
	["It takes the place of release 2", {}],
	["If it does not start, release 2 runs on", {}],
	["It takes the place of release 1", { state: "failed", serving_release: 1 }],
	["Release 3 runs there already", { release: 3 }],
	["Nothing runs there now", { state: "stopped" }],
	["Nothing runs there now", null],
])("a deploy to prod asks first: %s", async (consequence, deployment) => {
	const user = userEvent.setup();
	const platform = fakeApi({ [`POST ${path}`]: () => json(202, {}) });

	row(deployment);
	await user.click(screen.getByRole("button", { name: "Deploy release 3 to prod" }));
	expect(screen.getByRole("dialog").textContent).toContain(consequence);
	await user.click(screen.getByRole("button", { name: "Cancel" }));
	expect(platform.calls).toHaveLength(0);
	await user.click(screen.getByRole("button", { name: "Deploy release 3 to prod" }));
	await user.click(screen.getByRole("button", { name: "Deploy" }));
	await vi.waitFor(() => expect(platform.calls.map(({ body }) => body)).toEqual([{ release: 3, environment: "prod" }]));
});
