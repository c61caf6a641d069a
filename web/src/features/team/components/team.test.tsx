// SPDX-License-Identifier: Apache-2.0
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";

import { InvitationList, InviteForm } from "@/features/team/components/invitations";
import { MemberList } from "@/features/team/components/member-list";
import { PolicyForm } from "@/features/team/components/policy-form";
import { RoleList } from "@/features/team/components/role-list";
import { TeamList } from "@/features/team/components/team-list";
import { TeamView } from "@/features/team/components/team-view";
import { everythingByName } from "@/lib/wanted";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { everything, granted } from "@tests/grants";
import { draw } from "@tests/render";

const owner = { id: "m1", kind: "person", email: "o@example.test", name: "Olive", role: "owner", state: "active", version: 1 };
const viewer = { ...owner, id: "m2", email: "v@example.test", name: "Vera", role: "viewer", version: 4 };
const roles = [
	{ id: null, name: "owner", about: null, permissions: ["tenant.read", "member.manage"], version: null },
	{ id: null, name: "viewer", about: null, permissions: ["tenant.read"], version: null },
	{ id: "r1", name: "deployer", about: "Ships", permissions: ["app.deploy@dev"], version: 3 },
];
const page = (...items: unknown[]) => json(200, { items, next: null });

const list = { wanted: everythingByName, onWanted: vi.fn() };

type MembersProps = Omit<Parameters<typeof MemberList>[0], keyof typeof list>;

/** The address bar of the list. */
function Members(props: MembersProps) {
	const [wanted, onWanted] = useState(everythingByName);

	return <MemberList {...props} wanted={wanted} onWanted={onWanted} />;
}

function platform(more: Parameters<typeof fakeApi>[0] = {}) {
	return fakeApi({
		"GET /api/tenants/members": () => page(owner, viewer),
		"GET /api/tenants/roles": () => page(...roles),
		"GET /api/tenants/teams": () => page(),
		...more,
	});
}

function members(role = "owner", onLeft = vi.fn()) {
	draw(
		<Members tenant="demo" me={role === "owner" ? "m1" : "m2"} onLeft={onLeft} />,
		role === "owner" ? everything : granted("tenant.read", "member.read"),
	);
	return onLeft;
}

const open = async (name: string) =>
	userEvent.click(await screen.findByRole("button", { name: `Actions for ${name}` }));

test("a member gets another role, a tenant's own one too, at the version that was seen", async () => {
	const fake = platform({ "PATCH /api/tenants/members/m2": () => json(200, viewer) });

	members();
	await open("Vera");
	await userEvent.click(screen.getByRole("menuitem", { name: "Change role" }));
	await userEvent.selectOptions(await screen.findByLabelText("Role"), "deployer (custom)");
	await userEvent.click(screen.getByRole("button", { name: "Change role" }));
	await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
	const change = fake.calls.find(({ method }) => method === "PATCH");
	expect(change?.body).toEqual({ custom_role: "r1" });
	expect(change?.headers.get("If-Match")).toBe('"4"');
});

test("a role that one may not give is refused in the platform's words", async () => {
	platform({
		"PATCH /api/tenants/members/m2": () =>
			problemAnswer(403, { code: "role_above_yours", detail: "only an owner can give owner" }),
	});
	members();
	await open("Vera");
	await userEvent.click(screen.getByRole("menuitem", { name: "Change role" }));
	await userEvent.selectOptions(await screen.findByLabelText("Role"), "Owner");
	await userEvent.click(screen.getByRole("button", { name: "Change role" }));
	expect((await screen.findByRole("alert")).textContent).toContain("only an owner can give owner");
});

test("removing asks first; the last owner is told why not", async () => {
	const fake = platform({
		"DELETE /api/tenants/members/m1": () => problemAnswer(409, { code: "last_owner", detail: "make another owner" }),
	});
	const onLeft = members();

	await open("Olive");
	await userEvent.click(screen.getByRole("menuitem", { name: "Leave the tenant" }));
	expect(fake.count("DELETE", "/api/tenants/members/m1")).toBe(0);
	await userEvent.click(screen.getByRole("button", { name: "Leave" }));
	expect((await screen.findByRole("alert")).textContent).toContain("make another owner");
	expect(onLeft).not.toHaveBeenCalled();
});

test("who leaves is led out", async () => {
	platform({ "DELETE /api/tenants/members/m2": () => json(204, null) });
	const onLeft = members("viewer");

	await open("Vera");
	await userEvent.click(screen.getByRole("menuitem", { name: "Leave the tenant" }));
	await userEvent.click(screen.getByRole("button", { name: "Leave" }));
	await vi.waitFor(() => expect(onLeft).toHaveBeenCalledTimes(1));
});

test("without member.manage only leaving the tenant is offered", async () => {
	platform();
	members("viewer");
	await screen.findByText("Olive");
	await screen.findByRole("button", { name: "Actions for Vera" });
	expect(screen.queryByRole("button", { name: "Actions for Olive" })).toBeNull();
});

test("a locked member is shown as such and can be unlocked", async () => {
	const fake = platform({
		"GET /api/tenants/members": () => page(owner, { ...viewer, locked_until: "2126-01-01T00:00:00Z" }),
		"POST /api/tenants/members/m2/unlock": () => json(204, null),
	});

	members();
	expect(await screen.findByText("Locked")).toBeTruthy();
	await open("Vera");
	await userEvent.click(screen.getByRole("menuitem", { name: "Unlock" }));
	await vi.waitFor(() => expect(fake.count("POST", "/api/tenants/members/m2/unlock")).toBe(1));
});

test("ownership is handed over after a question", async () => {
	const fake = platform({ "POST /api/tenants/ownership": () => json(200, viewer) });

	members();
	await open("Vera");
	await userEvent.click(screen.getByRole("menuitem", { name: "Make owner" }));
	await userEvent.click(screen.getByRole("button", { name: "Transfer ownership" }));
	await vi.waitFor(() => expect(fake.count("POST", "/api/tenants/ownership")).toBe(1));
	expect(fake.calls.find(({ method }) => method === "POST")?.body).toEqual({ account: "m2" });
});

test("a role without the right to see members is told who can change that", async () => {
	platform({
		"GET /api/tenants/members": () =>
			problemAnswer(403, { title: "Not permitted", detail: "role viewer does not give member.read; an owner can give another role" }),
	});
	members("viewer");
	expect((await screen.findByRole("alert")).textContent).toContain("an owner can give another role");
});

test("an invitation names address and role, and then the form is empty again", async () => {
	const fake = platform({ "POST /api/tenants/invitations": () => json(201, {}) });

	draw(<InviteForm tenant="demo" />);
	await screen.findByLabelText("Role");
	await userEvent.type(screen.getByLabelText("E-mail"), "new@example.test");
	await userEvent.click(screen.getByRole("button", { name: "Send invitation" }));
	expect(await screen.findByText("An invitation is on its way to new@example.test")).toBeTruthy();
	expect(fake.calls.find(({ method }) => method === "POST")?.body).toEqual({ email: "new@example.test", role: "viewer" });
	expect(screen.getByLabelText<HTMLInputElement>("E-mail").value).toBe("");
});

test("an address that is a member already is told at the field", async () => {
	platform({
		"POST /api/tenants/invitations": () =>
			problemAnswer(422, { errors: [{ field: "email", detail: "is a member already" }] }),
	});
	draw(<InviteForm tenant="demo" />);
	await screen.findByLabelText("Role");
	await userEvent.type(screen.getByLabelText("E-mail"), "v@example.test{Enter}");
	expect(await screen.findByText("is a member already")).toBeTruthy();
	expect(screen.getByLabelText<HTMLInputElement>("E-mail").value).toBe("v@example.test");
});

test("open invitations can be sent again and withdrawn", async () => {
	const invitation = { id: "i1", email: "new@example.test", role: "viewer", inviter: "Olive", sent_at: "2020-01-01T00:00:00Z", expired: true };
	let open = true;
	const fake = platform({
		"GET /api/tenants/invitations": () => (open ? page(invitation) : page()),
		"POST /api/tenants/invitations/i1/resend": () => json(200, invitation),
		"DELETE /api/tenants/invitations/i1": () => {
			open = false;
			return json(204, null);
		},
	});

	draw(<InvitationList {...list} tenant="demo" />);
	expect(await screen.findByText("Expired")).toBeTruthy();
	await userEvent.click(screen.getByRole("button", { name: "Send again: the invitation to new@example.test" }));
	expect(await screen.findByText("Sent again")).toBeTruthy();
	await userEvent.click(screen.getByRole("button", { name: "Withdraw the invitation to new@example.test" }));
	expect(fake.count("DELETE", "/api/tenants/invitations/i1")).toBe(0);
	await userEvent.click(screen.getByRole("button", { name: "Withdraw" }));
	expect(await screen.findByText("No open invitation")).toBeTruthy();
});

test("a role of one's own is made of permissions, in one environment only where that goes", async () => {
	const fake = platform({
		"GET /api/tenants/permissions": () =>
			page(
				{ name: "tenant.read", about: "See the tenant.", scope: "tenant" },
				{ name: "app.deploy", about: "Deploy.", scope: "environment" },
			),
		"POST /api/tenants/roles": () => json(201, {}),
	});

	draw(<RoleList tenant="demo" environments={["dev", "prod"]} />);
	await userEvent.click(await screen.findByRole("button", { name: "New role" }));
	await userEvent.type(screen.getByLabelText("Name"), "shipper");
	await userEvent.click(await screen.findByLabelText("app.deploy in dev only"));
	expect(screen.queryByLabelText("tenant.read in dev only")).toBeNull();
	await userEvent.click(screen.getByRole("button", { name: "Create role" }));
	await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
	expect(fake.calls.find(({ method }) => method === "POST")?.body).toEqual({
		name: "shipper",
		about: "",
		permissions: ["tenant.read", "app.deploy@dev"],
	});
});

test("presets cannot be edited; a role in use is kept, with the reason", async () => {
	platform({ "DELETE /api/tenants/roles/r1": () => problemAnswer(409, { detail: "2 members have it" }) });
	draw(<RoleList tenant="demo" environments={[]} />);
	await userEvent.click(await screen.findByRole("button", { name: "Delete deployer" }));
	await userEvent.click(screen.getByRole("button", { name: "Delete" }));
	expect((await screen.findByRole("alert")).textContent).toContain("2 members have it");
	expect(screen.queryByRole("button", { name: "Edit owner" })).toBeNull();
});

test("a tier that has one team only says so", async () => {
	platform({
		"POST /api/tenants/teams": () => problemAnswer(403, { code: "not_entitled", detail: "plan Low has one team" }),
	});
	draw(<TeamList {...list} tenant="demo" link={(team) => team.name} />);
	await userEvent.click(await screen.findByRole("button", { name: "New team" }));
	await userEvent.type(screen.getByLabelText("Name"), "Billing");
	await screen.findByLabelText("Role");
	await userEvent.click(screen.getByRole("button", { name: "Create team" }));
	expect((await screen.findByRole("alert")).textContent).toContain("plan Low has one team");
});

test("members and applications come into a team and go", async () => {
	let inside = [{ id: "m1", name: "Olive", email: null }];
	const fake = platform({
		"GET /api/tenants/teams/t1": () =>
			json(200, { id: "t1", name: "Billing", role: "developer", version: 1, members: inside, applications: [] }),
		"PUT /api/tenants/teams/t1/members/m2": () => {
			inside = [...inside, { id: "m2", name: "Vera", email: null }];
			return json(204, null);
		},
		"DELETE /api/tenants/teams/t1/members/m1": () => json(204, null),
		"PUT /api/tenants/teams/t1/applications/orders": () => json(204, null),
	});

	draw(<TeamView tenant="demo" id="t1" applications={{ things: [{ id: "orders", title: "Orders" }], finding: { q: "", onQ: vi.fn(), more: false } }} onRemoved={vi.fn()} />);
	const add = await screen.findByLabelText("Member to add");
	expect(within(add).getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["Vera (v@example.test)"]);
	const [addMember] = screen.getAllByRole("button", { name: "Add" });
	if (addMember) await userEvent.click(addMember);
	expect(await screen.findByRole("button", { name: "Remove Vera from the team" })).toBeTruthy();
	await userEvent.click(screen.getByRole("button", { name: "Remove Olive from the team" }));
	await vi.waitFor(() => expect(fake.count("DELETE", "/api/tenants/teams/t1/members/m1")).toBe(1));
	await userEvent.click(screen.getByRole("button", { name: "Add" }));
	await vi.waitFor(() => expect(fake.count("PUT", "/api/tenants/teams/t1/applications/orders")).toBe(1));
});

test("the policy asks roles, or everybody, for a second factor", async () => {
	const policy = { second_factor: ["owner"], sso_enforced: false, break_glass: null, version: 2 };
	const fake = platform({
		"GET /api/tenants/sign-in-policy": () => json(200, policy),
		"PATCH /api/tenants/sign-in-policy": () => json(200, policy),
	});

	draw(<PolicyForm tenant="demo" />);
	expect((await screen.findByLabelText<HTMLInputElement>("Owner")).checked).toBe(true);
	await userEvent.click(screen.getByLabelText("deployer"));
	await userEvent.click(screen.getByRole("button", { name: "Save" }));
	expect(await screen.findByText("The policy is in effect")).toBeTruthy();
	await userEvent.click(screen.getByLabelText("Everyone"));
	expect(screen.queryByLabelText("deployer")).toBeNull();
	await userEvent.click(screen.getByRole("button", { name: "Save" }));
	await vi.waitFor(() => expect(fake.count("PATCH", "/api/tenants/sign-in-policy")).toBe(2));
	const changes = fake.calls.filter(({ method }) => method === "PATCH");
	expect(changes.map(({ body }) => body)).toEqual([{ second_factor: ["owner", "deployer"] }, { second_factor: ["*"] }]);
	expect(changes[0]?.headers.get("If-Match")).toBe('"2"');
});

test("members are searched, sorted and counted by the platform", async () => {
	const fake = platform({
		"GET /api/tenants/members": ({ query }) =>
			json(200, query.get("q") === "ver" ? { items: [viewer], next: null, total: 1 } : { items: [owner, viewer], next: "x", total: 7 }),
	});

	members();
	expect(await screen.findByText("2 of 7")).toBeTruthy();
	await userEvent.type(screen.getByLabelText("Search members"), "ver");
	expect(await screen.findByText("1 of 1")).toBeTruthy();
	expect(screen.queryByText("Olive")).toBeNull();
	await userEvent.selectOptions(screen.getByLabelText("Sort by"), "Newest first");
	await vi.waitFor(() => expect(fake.calls.at(-1)?.query.toString()).toBe("q=ver&sort=newest"));
	// one request for the word, not one for each key
	expect(fake.count("GET", "/api/tenants/members")).toBe(3);
});

test("a search that finds nobody says so", async () => {
	platform({
		"GET /api/tenants/members": ({ query }) =>
			json(200, query.get("q") ? { items: [], next: null, total: 0 } : { items: [owner], next: null, total: 1 }),
	});
	members();
	await userEvent.type(await screen.findByLabelText("Search members"), "zz");
	expect(await screen.findByText("No members found")).toBeTruthy();
	expect(screen.getByText("0 of 0")).toBeTruthy();
});

test("who is not among the first members is found by words, by the platform", async () => {
	const zoe = { ...viewer, id: "m201", email: "z@example.test", name: "Zoe" };
	const fake = platform({
		"GET /api/tenants/members": ({ query }) =>
			query.get("q") === "zo"
				? json(200, { items: [zoe], next: null, total: 1 })
				: json(200, { items: [owner, viewer], next: "c2", total: 201 }),
		"GET /api/tenants/teams/t1": () =>
			json(200, { id: "t1", name: "Billing", role: "developer", version: 1, members: [], applications: [] }),
		"PUT /api/tenants/teams/t1/members/m201": () => json(204, null),
	});
	const none = { things: [], finding: { q: "", onQ: vi.fn(), more: false } };

	draw(<TeamView tenant="demo" id="t1" applications={none} onRemoved={vi.fn()} />);
	expect(await screen.findByText(/The first 2 are listed/)).toBeTruthy();
	await userEvent.type(screen.getByLabelText("Search: Member to add"), "zo");
	await userEvent.selectOptions(
		await screen.findByLabelText("Member to add"),
		await screen.findByRole("option", { name: "Zoe (z@example.test)" }),
	);
	await userEvent.click(screen.getByRole("button", { name: "Add" }));
	await vi.waitFor(() => expect(fake.count("PUT", "/api/tenants/teams/t1/members/m201")).toBe(1));
});

test("a choice stays chosen while other words are searched", async () => {
	const fake = platform({
		"GET /api/tenants/teams": ({ query }) =>
			json(200, {
				items: query.has("q") ? [] : [{ id: "t1", name: "Billing", role: "viewer" }],
				next: query.has("q") ? null : "c2",
			}),
		"POST /api/tenants/invitations": () => json(201, {}),
	});

	draw(<InviteForm tenant="demo" />);
	await userEvent.type(await screen.findByLabelText("E-mail"), "n@example.test");
	await userEvent.selectOptions(await screen.findByLabelText("Team"), "Billing");
	await userEvent.type(screen.getByLabelText("Search: Team"), "xyz");
	await vi.waitFor(() => expect(fake.calls.at(-1)?.query.get("q")).toBe("xyz"));
	await userEvent.click(screen.getByRole("button", { name: "Send invitation" }));
	await vi.waitFor(() =>
		expect(fake.calls.find(({ method }) => method === "POST")?.body).toMatchObject({ team: "t1" }),
	);
});
