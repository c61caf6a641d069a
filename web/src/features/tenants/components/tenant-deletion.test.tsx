// SPDX-License-Identifier: Apache-2.0
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { DeleteTenant } from "@/features/tenants/components/delete-tenant";
import { TenantLeaving } from "@/features/tenants/components/tenant-leaving";
import * as save from "@/lib/download";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const acme = { slug: "acme", name: "Acme Logistics" };
const deletion = {
	asked_by: "a1",
	asked_at: "2026-03-02T09:15:00Z",
	ends_at: "2026-03-09T09:15:00Z",
	before: "active",
};

test("a tenant is deleted once its name is typed", async () => {
	const fake = fakeApi({ "DELETE /api/tenants/current": () => json(202, {}) });

	draw(<DeleteTenant tenant={acme} />);
	await userEvent.click(screen.getByRole("button", { name: "Delete the tenant" }));
	const dialog = within(screen.getByRole("dialog"));
	const box = dialog.getByLabelText("Type acme to confirm");

	await userEvent.type(box, "acm");
	await userEvent.click(dialog.getByRole("button", { name: "Delete the tenant" }));
	expect(dialog.getByText("Type acme, exactly.")).toBeTruthy();
	expect(fake.count("DELETE", "/api/tenants/current")).toBe(0);
	await userEvent.type(box, "e");
	await userEvent.click(dialog.getByRole("button", { name: "Delete the tenant" }));
	await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
	expect(fake.count("DELETE", "/api/tenants/current")).toBe(1);
});

test("a refusal stays in the dialog", async () => {
	fakeApi({
		"DELETE /api/tenants/current": () => problemAnswer(409, { code: "tenant_leaving", title: "It is leaving" }),
	});
	draw(<DeleteTenant tenant={acme} />);
	await userEvent.click(screen.getByRole("button", { name: "Delete the tenant" }));
	const dialog = within(screen.getByRole("dialog"));

	await userEvent.type(dialog.getByLabelText("Type acme to confirm"), "acme");
	await userEvent.click(dialog.getByRole("button", { name: "Delete the tenant" }));
	expect(await dialog.findByText("It is leaving")).toBeTruthy();
});

test("until when it can stay, and an owner keeps it", async () => {
	const fake = fakeApi({
		"GET /api/tenants/deletion": () => json(200, deletion),
		"DELETE /api/tenants/deletion": () => json(202, {}),
	});

	draw(<TenantLeaving tenant="acme" />);
	expect(await screen.findByText(/This tenant is removed on .*2026/)).toBeTruthy();
	await userEvent.click(screen.getByRole("button", { name: "Keep the tenant" }));
	await vi.waitFor(() => expect(fake.count("DELETE", "/api/tenants/deletion")).toBe(1));
});

test("a member reads that an owner can keep it", async () => {
	fakeApi({ "GET /api/tenants/deletion": () => json(200, deletion) });
	draw(<TenantLeaving tenant="acme" />, []);
	expect(await screen.findByText(/An owner can take that back/)).toBeTruthy();
	expect(screen.queryByRole("button")).toBeNull();
});

test("an owner downloads what there is of the tenant", async () => {
	const fake = fakeApi({ "GET /api/tenants/data": () => json(200, { tenant: {} }) });
	const saved = vi.spyOn(save, "downloadText").mockReturnValue();

	draw(<DeleteTenant tenant={acme} />);
	await userEvent.click(screen.getByRole("button", { name: "Download its data" }));
	await vi.waitFor(() => expect(saved).toHaveBeenCalledOnce());
	expect(saved.mock.calls[0]).toEqual(["acme.json", "application/json", '{"tenant":{}}']);
	expect(fake.count("GET", "/api/tenants/data")).toBe(1);
});
