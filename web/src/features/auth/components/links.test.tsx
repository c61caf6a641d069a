// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { ConfirmAddress } from "@/features/auth/components/confirm-address";
import { DeviceApproval } from "@/features/auth/components/device-approval";
import { InvitationView } from "@/features/auth/components/invitation-view";
import { RegisterForm } from "@/features/auth/components/register-form";
import { VerifyAccount } from "@/features/auth/components/verify-account";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const invitation = { tenant: "Demo", email: "new@example.test", role: "viewer", inviter: "Olive", account_exists: false };

function invited(facts: object, signedInAs: string | null, more: Parameters<typeof fakeApi>[0] = {}) {
	const onAccepted = vi.fn();
	const fake = fakeApi({
		"POST /api/auth/invitations/show": () => json(200, { ...invitation, ...facts }),
		"POST /api/auth/invitations/accept": () => json(200, {}),
		...more,
	});

	draw(<InvitationView token="t0k" signedInAs={signedInAs} signIn={<a href="/sign-in">Sign in</a>} onAccepted={onAccepted} />);
	return { ...fake, onAccepted };
}

test("who is new gets an account by accepting", async () => {
	const fake = invited({}, null);

	expect(await screen.findByText("Olive", { exact: false })).toBeTruthy();
	await userEvent.type(screen.getByLabelText("Your name"), "Nora");
	await userEvent.type(screen.getByLabelText("Password"), "a sentence to keep");
	await userEvent.click(screen.getByRole("button", { name: "Create account and accept" }));
	await vi.waitFor(() => expect(fake.onAccepted).toHaveBeenCalledWith(true));
	expect(fake.calls.at(-1)?.body).toEqual({ token: "t0k", name: "Nora", password: "a sentence to keep" });
});

test("a password that others know is refused at the field", async () => {
	invited({}, null, {
		"POST /api/auth/invitations/accept": () =>
			problemAnswer(422, { errors: [{ field: "password", detail: "is in a list of stolen passwords" }] }),
	});
	await userEvent.type(await screen.findByLabelText("Your name"), "Nora");
	await userEvent.type(screen.getByLabelText("Password"), "password12345678{Enter}");
	expect(await screen.findByText("is in a list of stolen passwords")).toBeTruthy();
});

test("who has an account signs in first, then accepts with one press", async () => {
	const fake = invited({ account_exists: true }, null);

	expect(await screen.findByText("Sign in as new@example.test to accept")).toBeTruthy();
	expect(screen.queryByRole("button", { name: "Accept" })).toBeNull();
	expect(fake.count("POST", "/api/auth/invitations/accept")).toBe(0);
});

test("the right one, signed in, accepts", async () => {
	const fake = invited({ account_exists: true }, "New@example.test");

	await userEvent.click(await screen.findByRole("button", { name: "Accept" }));
	await vi.waitFor(() => expect(fake.onAccepted).toHaveBeenCalledWith(false));
	expect(fake.calls.at(-1)?.body).toEqual({ token: "t0k" });
});

test("somebody else, signed in, is told so", async () => {
	invited({ account_exists: true }, "other@example.test");
	expect(await screen.findByText("You are signed in as other@example.test")).toBeTruthy();
	expect(screen.queryByRole("button", { name: "Accept" })).toBeNull();
});

test("a link that is spent says so", async () => {
	invited({}, null, {
		"POST /api/auth/invitations/show": () => problemAnswer(404, { detail: "this invitation was used or withdrawn" }),
	});
	expect((await screen.findByRole("alert")).textContent).toContain("this invitation was used or withdrawn");
});

test("who registers names an address, and nothing that would count", async () => {
	const onDone = vi.fn();
	const fake = fakeApi({ "POST /api/auth/register": () => json(202, { status: "check_your_mail" }) });

	draw(<RegisterForm onDone={onDone} />);
	expect(screen.queryByLabelText("Password")).toBeNull();
	await userEvent.type(screen.getByLabelText("E-mail"), "new@example.test{Enter}");
	await vi.waitFor(() => expect(onDone).toHaveBeenCalledWith("new@example.test"));
	expect(fake.calls.at(-1)?.body).toEqual({ email: "new@example.test" });
});

test("name and password are chosen behind the link", async () => {
	const fake = fakeApi({ "POST /api/auth/verify": () => json(200, {}) });

	draw(<VerifyAccount token="t0k" signIn={<a href="/sign-in">Sign in</a>} />);
	await userEvent.type(screen.getByLabelText("Your name"), "Nora");
	await userEvent.type(screen.getByLabelText("Password"), "a sentence to keep");
	await userEvent.click(screen.getByRole("button", { name: "Create account" }));
	expect(await screen.findByText("Your account is ready")).toBeTruthy();
	expect(fake.calls.at(-1)?.body).toEqual({ token: "t0k", name: "Nora", password: "a sentence to keep" });
});

const mine = { id: "a1", email: "o@example.test", name: "Olive" };

function confirming(signedInAs: string | null, email: string) {
	const fake = fakeApi({ "POST /api/auth/me/email/confirm": () => json(200, { ...mine, email, verified: true }) });

	draw(<ConfirmAddress token="t0k" signedInAs={signedInAs} signIn={<a href="/sign-in">Sign in</a>} />);
	return fake;
}

test("a change of address is confirmed signed in only", async () => {
	const fake = confirming(null, mine.email);

	expect(await screen.findByText("Sign in to the account whose address changes")).toBeTruthy();
	expect(screen.queryByRole("button")).toBeNull();
	expect(fake.count("POST", "/api/auth/me/email/confirm")).toBe(0);
});

test("the first of both links waits for the other", async () => {
	confirming(mine.email, mine.email);
	await userEvent.click(screen.getByRole("button", { name: "Confirm the new address" }));
	expect(await screen.findByText("You have confirmed the change")).toBeTruthy();
});

test("the second changes the address", async () => {
	confirming(mine.email, "new@example.test");
	await userEvent.click(screen.getByRole("button", { name: "Confirm the new address" }));
	expect(await screen.findByText("Your address is now new@example.test")).toBeTruthy();
});

const device = { client_name: "cameleerctl on laptop", client_ip: "192.0.2.7", created_at: "2026-01-01T00:00:00Z" };

test("a program is let in by its code, however it is typed", async () => {
	const fake = fakeApi({
		"GET /api/auth/device/WXYZ-BCDF": () => json(200, device),
		"POST /api/auth/device/approve": () => json(204, null),
	});

	draw(<DeviceApproval initial="" />);
	await userEvent.type(screen.getByLabelText("Code"), "wxyz bcdf{Enter}");
	expect(await screen.findByText("Sign in “cameleerctl on laptop”?")).toBeTruthy();
	expect(screen.getByRole("alert").textContent).toContain("WXYZ-BCDF");
	await userEvent.click(screen.getByRole("button", { name: "Sign it in" }));
	expect(await screen.findByText("The program is signed in")).toBeTruthy();
	expect(fake.calls.at(-1)?.body).toEqual({ user_code: "WXYZ-BCDF", approve: true });
});

test("opening a link lets nobody in; turning away is one press", async () => {
	const fake = fakeApi({
		"GET /api/auth/device/WXYZ-BCDF": () => json(200, device),
		"POST /api/auth/device/approve": () => json(204, null),
	});

	draw(<DeviceApproval initial="WXYZ-BCDF" />);
	await screen.findByRole("button", { name: "Sign it in" });
	expect(fake.count("POST", "/api/auth/device/approve")).toBe(0);
	await userEvent.click(screen.getByRole("button", { name: "Refuse" }));
	expect(await screen.findByText("The sign-in of the program was refused")).toBeTruthy();
	expect(fake.calls.at(-1)?.body).toEqual({ user_code: "WXYZ-BCDF", approve: false });
});

test("a code that nobody waits for can be typed again", async () => {
	fakeApi({ "GET /api/auth/device/AAAA-BBBB": () => problemAnswer(404, { detail: "no program waits with this code" }) });
	draw(<DeviceApproval initial="AAAABBBB" />);
	expect((await screen.findByRole("alert")).textContent).toContain("no program waits with this code");
	await userEvent.click(screen.getByRole("button", { name: "Enter another code" }));
	expect(screen.getByLabelText("Code")).toBeTruthy();
});
