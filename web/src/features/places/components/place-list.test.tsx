// SPDX-License-Identifier: Apache-2.0
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { PlaceList } from "@/features/places/components/place-list";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const east = {
	id: "p1",
	name: "east",
	kind: "engine",
	state: "ready",
	tenant: null,
	endpoint: "https://east.example:2376",
	tenants: 2,
	max_tenants: 4,
	applications: 3,
	cpu_used: 5000,
	cpu_most: 8000,
	memory_used: 3072,
	memory_most: 4096,
	checking: false,
	checked_at: "2026-01-01T00:00:00Z",
	error: null,
	warning: null,
	version: "4.3.1",
};
const list = (...items: unknown[]) => json(200, { items, next: null });

test("a place shows its room and its last check", async () => {
	fakeApi({ "GET /api/auth/platform/places": () => list(east) });
	draw(<PlaceList manage={false} />);
	const bar = await screen.findByRole("progressbar", { name: "Memory of east" });

	expect([bar.getAttribute("value"), bar.getAttribute("max")]).toEqual(["3072", "4096"]);
	expect(screen.getByRole("progressbar", { name: "Tenants of east" }).getAttribute("value")).toBe("2");
	expect(screen.getByText("Ready")).toBeTruthy();
	expect(screen.getByText(/: good\./)).toBeTruthy();
	expect(screen.queryByRole("button")).toBeNull();
});

test("one that does not answer says why, and has no bar for what is unknown", async () => {
	fakeApi({
		"GET /api/auth/platform/places": () =>
			list({ ...east, error: "its certificate has expired", memory_most: null, cpu_most: null, max_tenants: null }),
	});
	draw(<PlaceList manage={false} />);
	expect(await screen.findByText("Not usable")).toBeTruthy();
	expect(screen.getByText(/its certificate has expired/)).toBeTruthy();
	expect(screen.queryByRole("progressbar")).toBeNull();
});

test("a cluster says so, and what its account may do too much", async () => {
	fakeApi({
		"GET /api/auth/platform/places": () => list({ ...east, kind: "kubernetes", warning: "its account may do more than read (create pods)" }),
	});
	draw(<PlaceList manage={false} />);
	expect(await screen.findByText("Look at it")).toBeTruthy();
	expect(screen.getByText(/Kubernetes at/)).toBeTruthy();
	expect(screen.getByText(/more than read \(create pods\)/)).toBeTruthy();
});

test("it is drained after a question, and undrained", async () => {
	let state = "ready";
	const fake = fakeApi({
		"GET /api/auth/platform/places": () => list({ ...east, state }),
		"POST /api/auth/platform/places/p1/drain": () => {
			state = "draining";
			return json(200, east);
		},
		"POST /api/auth/platform/places/p1/undrain": () => json(200, east),
	});

	draw(<PlaceList manage />);
	await userEvent.click(await screen.findByRole("button", { name: "Drain east" }));
	expect(fake.count("POST", "/api/auth/platform/places/p1/drain")).toBe(0);
	await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Drain it" }));
	await userEvent.click(await screen.findByRole("button", { name: "Undrain east" }));
	await vi.waitFor(() => expect(fake.count("POST", "/api/auth/platform/places/p1/undrain")).toBe(1));
});

test("only an empty one is removed, and a refusal is said", async () => {
	fakeApi({
		"GET /api/auth/platform/places": () => list(east, { ...east, id: "p2", name: "west", tenants: 0 }),
		"DELETE /api/auth/platform/places/p2": () =>
			problemAnswer(409, { code: "place_occupied", detail: "1 tenant is at place 'west': acme" }),
	});
	draw(<PlaceList manage />);
	await userEvent.click(await screen.findByRole("button", { name: "Remove west" }));
	expect(screen.queryByRole("button", { name: "Remove east" })).toBeNull();
	await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove it" }));
	expect((await screen.findByRole("alert")).textContent).toContain("is at place 'west': acme");
});
