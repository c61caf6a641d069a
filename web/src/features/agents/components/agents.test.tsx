// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { AgentSetupCard } from "@/features/agents/components/agent-setup";
import { AgentTokens } from "@/features/agents/components/agent-tokens";
import { ServerTokenCard } from "@/features/agents/components/server-token";
import { everythingByName } from "@/lib/wanted";

import { fakeApi, json } from "@tests/fake-api";
import { draw } from "@tests/render";

const token = {
	id: "k1",
	name: "north",
	hint: "clb_abcd",
	replaced_by: null,
	created_at: "2026-01-01T00:00:00Z",
	expires_at: null,
	used_at: "2026-01-02T00:00:00Z",
	used_from: "192.0.2.7",
};
const page = (...items: unknown[]) => json(200, { items, next: null });
const list = { tenant: "demo", wanted: everythingByName, onWanted: vi.fn() };

test("a token without an end is made, and shown once", async () => {
	let items: unknown[] = [];
	const fake = fakeApi({
		"GET /api/tenants/bootstrap-tokens": () => page(...items),
		"POST /api/tenants/bootstrap-tokens": () => {
			items = [token];
			return json(201, { ...token, token: "clb_secret" });
		},
	});

	draw(<AgentTokens {...list} />);
	await userEvent.click(await screen.findByRole("button", { name: "New token" }));
	await userEvent.type(screen.getByLabelText("Name"), "north");
	await userEvent.click(screen.getByRole("button", { name: "Create token" }));
	expect((await screen.findByLabelText("Token")).textContent).toBe("clb_secret");
	expect(fake.calls.find(({ method }) => method === "POST")?.body).toEqual({ name: "north" });
	await userEvent.click(screen.getByRole("button", { name: "I have saved it" }));
	expect(screen.queryByText("clb_secret")).toBeNull();
	expect(await screen.findByText("192.0.2.7")).toBeTruthy();
});

test("a replaced token is not rotated again", async () => {
	fakeApi({ "GET /api/tenants/bootstrap-tokens": () => page(token, { ...token, id: "k0", name: "old", replaced_by: "k1" }) });
	draw(<AgentTokens {...list} />);
	expect(await screen.findByRole("button", { name: "Rotate north" })).toBeTruthy();
	expect(screen.queryByRole("button", { name: "Rotate old" })).toBeNull();
	expect(screen.getByText("Replaced")).toBeTruthy();
});

test("each tool has its own lines", async () => {
	fakeApi({
		"GET /api/tenants/agent-setup": () =>
			json(200, {
				endpoint: "https://example.test/t/demo",
				tools: [
					{ name: "java", title: "Java, by hand", text: "java -javaagent" },
					{ name: "docker", title: "Docker", text: "docker run" },
				],
			}),
	});
	draw(<AgentSetupCard tenant="demo" />);
	expect(await screen.findByText("java -javaagent")).toBeTruthy();
	await userEvent.click(screen.getByRole("button", { name: "Docker" }));
	expect(screen.getByText("docker run")).toBeTruthy();
	expect(screen.queryByText("java -javaagent")).toBeNull();
	expect(screen.getByRole("button", { name: "Copy the lines for Docker" })).toBeTruthy();
});

test("the server's token is replaced with an overlap", async () => {
	const never = { overlap_hours: 0, asked_at: null, rotated_at: null, ends_at: null, ended_at: null };
	let shown = { ...never } as Record<string, unknown>;
	const fake = fakeApi({
		"GET /api/tenants/server-token": () => json(200, shown),
		"POST /api/tenants/server-token/rotate": () => {
			shown = { ...never, overlap_hours: 24, asked_at: "2026-01-01T00:00:00Z" };
			return json(202, { operation: "o1" });
		},
	});

	draw(<ServerTokenCard tenant="demo" />);
	expect(await screen.findByText("It was never replaced.")).toBeTruthy();
	await userEvent.click(screen.getByRole("button", { name: "Replace" }));
	await userEvent.click(screen.getByRole("button", { name: "Replace it" }));
	expect(await screen.findByText("It is being replaced.")).toBeTruthy();
	expect(fake.calls.find(({ method }) => method === "POST")?.body).toEqual({ overlap_hours: 24 });
});
