// SPDX-License-Identifier: Apache-2.0
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { OperationList } from "@/features/operations/components/operation-list";

import { fakeApi, json } from "@tests/fake-api";
import { draw } from "@tests/render";

const failed = {
	id: "o1",
	slug: "acme",
	kind: "tenant.provision",
	state: "failed",
	step: "readiness",
	skippable: true,
	ending: false,
	attempt: 10,
	error: "it answers 503, not 200",
	created_at: "2026-01-01T00:00:00Z",
};
const waiting = { ...failed, id: "o2", slug: "bolt", state: "running", step: "server", skippable: false, error: null };
const list = (...items: unknown[]) => json(200, { items, next: null });
const path = "/api/auth/platform/operations";

test("shows where each is and why, and only looks without the permission", async () => {
	fakeApi({ [`GET ${path}`]: () => list(failed, waiting) });
	draw(<OperationList manage={false} />);
	const rows = within(await screen.findByRole("list", { name: "Operations" })).getAllByRole("listitem");

	expect(rows.map((row) => row.textContent)).toEqual([
		expect.stringMatching(/^Tenant provision of acmeAt readiness, asked for .*: it answers 503, not 200failed$/),
		expect.stringMatching(/^Tenant provision of boltAt server, asked for .*running$/),
	]);
	expect(screen.queryByRole("button")).toBeNull();
});

test("offers what each can take", async () => {
	fakeApi({ [`GET ${path}`]: () => list(failed, waiting, { ...waiting, id: "o3", slug: "coral", ending: true }) });
	draw(<OperationList manage />);
	await screen.findByText("ending");
	const names = screen.getAllByRole("button").map((button) => button.getAttribute("aria-label"));

	expect(names).toEqual([
		"Retry: Tenant provision of acme",
		"Skip step: Tenant provision of acme",
		"Retry: Tenant provision of bolt",
		"Abort: Tenant provision of bolt",
	]);
});

test("a decision needs a reason, and names the step", async () => {
	const sent: unknown[] = [];

	fakeApi({
		[`GET ${path}`]: () => list(failed),
		[`POST ${path}/o1/skip`]: ({ body }) => {
			sent.push(body);
			return json(200, failed);
		},
	});
	draw(<OperationList manage />);
	await userEvent.click(await screen.findByRole("button", { name: /^Skip step/ }));
	await userEvent.type(screen.getByLabelText("Reason"), "no");
	await userEvent.click(screen.getByRole("button", { name: "Skip it" }));
	expect(screen.getByText("At least 3 characters.")).toBeTruthy();
	await userEvent.type(screen.getByLabelText("Reason"), "t needed");
	await userEvent.click(screen.getByRole("button", { name: "Skip it" }));
	await expect.poll(() => sent).toEqual([{ reason: "not needed", step: "readiness" }]);
});
