// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { DriftCard } from "@/features/drift/components/drift-card";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const memory = {
	tenant: "t1",
	slug: "acme",
	object: "container cameleer-server-acme",
	field: "memory",
	wanted: "384",
	live: "128",
	since: "2026-01-01T00:00:00Z",
	restoring: false,
	changed_at: "2026-01-01T00:00:00Z",
	changed_by: "Ada",
};
const list = (...items: unknown[]) => json(200, { items, next: null });

test("a difference says what is wanted, what is there, and who wanted it", async () => {
	fakeApi({ "GET /api/tenants/drift": () => list(memory) });
	draw(<DriftCard scope="acme" manage={false} />);
	expect(await screen.findByText(/memory: wanted 384, is 128/)).toBeTruthy();
	expect(screen.getByText(/Wanted by Ada/)).toBeTruthy();
	expect(screen.queryByRole("button")).toBeNull();
});

test("without a difference all is well", async () => {
	fakeApi({ "GET /api/tenants/drift": () => list() });
	draw(<DriftCard scope="acme" manage />);
	expect(await screen.findByText("Everything is as the platform made it.")).toBeTruthy();
});

test("an operator restores with a reason, and a refusal is said", async () => {
	const fake = fakeApi({
		"GET /api/auth/platform/drift": () => list(memory),
		"POST /api/auth/platform/tenants/t1/drift/restore": () => problemAnswer(404, { code: "no_such_drift" }),
	});

	draw(<DriftCard scope={null} manage />);
	await userEvent.click(await screen.findByRole("button", { name: "Restore container cameleer-server-acme" }));
	await userEvent.type(screen.getByLabelText("Why is it restored?"), "changed by hand");
	await userEvent.click(screen.getByRole("button", { name: "Restore it" }));
	await vi.waitFor(() => expect(fake.count("POST", "/api/auth/platform/tenants/t1/drift/restore")).toBe(1));
	expect(await screen.findByRole("alert")).toBeTruthy();
});

test("what is being restored is not restored again", async () => {
	fakeApi({ "GET /api/tenants/drift": () => list({ ...memory, restoring: true }) });
	draw(<DriftCard scope="acme" manage />);
	expect(await screen.findByText("Being restored")).toBeTruthy();
	expect(screen.queryByRole("button")).toBeNull();
});
