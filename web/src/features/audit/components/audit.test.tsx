// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";

import type { Filters } from "@/features/audit/api/events";
import { AuditLog } from "@/features/audit/components/audit-log";
import * as save from "@/lib/download";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const event = {
	id: "e1",
	at: "2026-01-01T12:00:00Z",
	actor: "m1",
	actor_kind: "person",
	action: "member.edit",
	subject_type: "account",
	subject_id: "m2",
	environment: null,
	client_ip: "192.0.2.7",
	result: "done",
	code: null,
	facts: { role: "admin" },
	person: null,
	request_id: "req-1",
};
const page = (...items: unknown[]) => json(200, { items, next: null });

const people = [{ id: "m1", name: "Olive" }];
const finding = { q: "", onQ: vi.fn(), more: false };

function Log({ initial = {} }: { initial?: Filters }) {
	const [filters, setFilters] = useState<Filters>(initial);

	return <AuditLog tenant="demo" actors={people} found={people} finding={finding} filters={filters} onFilters={setFilters} />;
}

function platform(more: Parameters<typeof fakeApi>[0] = {}) {
	return fakeApi({
		"GET /api/tenants/audit": () => page(event),
		"GET /api/actions.json": () => page({ action: "member.edit", about: "" }, { action: "session.open", about: "" }),
		...more,
	});
}

test("an event tells who did what, and more when asked", async () => {
	platform();
	draw(<Log />);
	expect(await screen.findByText("Olive", { selector: "span" })).toBeTruthy();
	expect(screen.queryByText("192.0.2.7")).toBeNull();
	await userEvent.click(screen.getByRole("button", { name: "More" }));
	expect(screen.getByText("192.0.2.7")).toBeTruthy();
	expect(screen.getByText("req-1")).toBeTruthy();
});

test.each([
	[{ subject_id: "m1" }, "Account Olive"],
	[{ facts: { name: "orders" }, subject_type: "app" }, "App orders"],
	[{ facts: {}, subject_type: "release", subject_id: "0198c4e2-5a10-7c3e-9f21-6b7d40a1c011" }, "Release 6b7d40a1c011"],
	[{ facts: {}, subject_type: "team", subject_id: null }, "Team"],
])("a row names its subject without a press: %j", async (part, name) => {
	platform({ "GET /api/tenants/audit": () => page({ ...event, ...part }) });
	draw(<Log />);
	expect(await screen.findByText(name, { selector: "span" })).toBeTruthy();
});

test("filters go to the platform, times in its own form, and can be dropped", async () => {
	const fake = platform();

	draw(<Log />);
	await screen.findByRole("option", { name: "session.open" });
	await userEvent.selectOptions(screen.getByLabelText("Action"), "session.open");
	await userEvent.selectOptions(screen.getByLabelText("Result"), "Refused");
	const from = screen.getByLabelText("From");
	await userEvent.type(from, "2026-01-01T12:30");
	await userEvent.click(screen.getByRole("button", { name: "Filter" }));
	await vi.waitFor(() => expect(fake.calls.at(-1)?.query.get("action")).toBe("session.open"));
	const { query } = fake.calls.at(-1) ?? { query: new URLSearchParams() };
	expect(query.get("result")).toBe("refused");
	expect(query.get("from")).toBe(new Date("2026-01-01T12:30").toISOString().replace(".000", ""));
	expect(query.has("subject_id")).toBe(false);
	const [drop] = screen.getAllByRole("button", { name: "Clear the filters" });
	if (drop) await userEvent.click(drop);
	expect(screen.getByLabelText<HTMLSelectElement>("Result").value).toBe("");
});

test("the history of a subject is one press away", async () => {
	const fake = platform();

	draw(<Log />);
	await userEvent.click(await screen.findByRole("button", { name: "More" }));
	await userEvent.click(screen.getByRole("button", { name: "Show its history" }));
	await vi.waitFor(() => expect(fake.calls.at(-1)?.query.get("subject_id")).toBe("m2"));
	expect(fake.calls.at(-1)?.query.get("subject_type")).toBe("account");
});

test("nothing that passes the filters is said to be so", async () => {
	platform({ "GET /api/tenants/audit": () => page() });
	draw(<Log initial={{ result: "refused" }} />);
	expect(await screen.findByText("No event matches these filters")).toBeTruthy();
});

test("an export is put together from its pages and saved", async () => {
	const saved = vi.spyOn(save, "downloadText").mockReturnValue();
	const fake = platform({
		"GET /api/tenants/audit/export": ({ query }) =>
			query.get("after") === null
				? new Response("a\n1\n", { headers: { "X-Cameleer-Next": "e1" } })
				: new Response("2\n"),
	});

	draw(<Log initial={{ action: "member.edit" }} />);
	await userEvent.click(await screen.findByRole("button", { name: "Export as CSV" }));
	await vi.waitFor(() => expect(saved).toHaveBeenCalledWith("audit-demo.csv", "text/csv", "a\n1\n2\n"));
	const asked = fake.calls.filter(({ path }) => path.endsWith("/export"));
	expect(asked.map(({ query }) => query.get("after"))).toEqual([null, "e1"]);
	expect(asked[0]?.query.get("action")).toBe("member.edit");
});

test("an export that is refused says why", async () => {
	platform({ "GET /api/tenants/audit/export": () => problemAnswer(403, { detail: "role viewer does not give audit.export" }) });
	draw(<Log />);
	await userEvent.click(await screen.findByRole("button", { name: "Export the signed log" }));
	expect((await screen.findByRole("alert")).textContent).toContain("audit.export");
});
