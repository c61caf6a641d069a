// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { StoreCard } from "@/features/stores/components/store-card";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const store = { kind: "postgres", renewing: false, renewed_at: null as string | null };

function platform(changes: Partial<typeof store>, more: Parameters<typeof fakeApi>[0] = {}) {
	return fakeApi({
		"GET /api/tenants/stores": () => json(200, { items: [{ ...store, ...changes }], next: null }),
		...more,
	});
}

test.each([
	[{}, "that of the first day"],
	[{ renewed_at: "2026-03-01T09:00:00Z" }, "got a new password"],
	[{ renewing: true }, "Being renewed"],
])("says of %o how old the password is", async (changes, words) => {
	platform(changes);
	draw(<StoreCard tenant="acme" manage />);
	expect(await screen.findByText(new RegExp(words))).toBeTruthy();
});

test("asks before it renews, and says why it was refused", async () => {
	const fake = platform({}, { "POST /api/tenants/stores/renew": () => problemAnswer(409, { code: "store_renewing" }) });

	draw(<StoreCard tenant="acme" manage />);
	await userEvent.click(await screen.findByRole("button", { name: "Renew passwords" }));
	expect(fake.calls.some(({ method }) => method === "POST")).toBe(false);
	await userEvent.click(screen.getByRole("button", { name: "Renew them" }));
	expect(await screen.findByRole("alert")).toBeTruthy();
	expect(fake.calls.filter(({ method }) => method === "POST").map(({ path }) => path)).toEqual([
		"/api/tenants/stores/renew",
	]);
});

test("who may not renew sees no button", async () => {
	platform({});
	draw(<StoreCard tenant="acme" manage={false} />);
	expect(await screen.findByText("PostgreSQL")).toBeTruthy();
	expect(screen.queryByRole("button", { name: "Renew passwords" })).toBeNull();
});
