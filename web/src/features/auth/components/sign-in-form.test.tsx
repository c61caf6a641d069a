// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { SecondStepForm } from "@/features/auth/components/second-step-form";
import { SignInForm } from "@/features/auth/components/sign-in-form";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { fakePasskeys } from "@tests/fake-passkeys";
import { draw } from "@tests/render";

const account = { id: "a1", email: "o@example.test", name: "Olive" };
const granted = () => json(200, { account, tenants: [], tenant: null, expires_in: 600 });
const asking = () => json(200, { challenge: "ask-1", options: { challenge: "AAEC", rpId: "localhost" } });

async function typePassword() {
	await userEvent.type(screen.getByLabelText("E-mail"), account.email);
	await userEvent.type(screen.getByLabelText("Password"), "correct horse{Enter}");
}

test("without a second factor the password is enough", async () => {
	const onDone = vi.fn();
	const onChallenge = vi.fn();

	fakeApi({ "POST /api/auth/login": granted });
	draw(<SignInForm onDone={onDone} onChallenge={onChallenge} />);
	await typePassword();
	await vi.waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
	expect(onChallenge).not.toHaveBeenCalled();
});

test("with one the platform's challenge leads to the second step", async () => {
	const onDone = vi.fn();
	const onChallenge = vi.fn();

	fakeApi({
		"POST /api/auth/login": () =>
			json(200, { second_factor: ["totp", "recovery", "of-tomorrow"], challenge: "c-1", account: null }),
	});
	draw(<SignInForm onDone={onDone} onChallenge={onChallenge} />);
	await typePassword();
	await vi.waitFor(() =>
		expect(onChallenge).toHaveBeenCalledWith({ second_factor: ["totp", "recovery"], challenge: "c-1" }),
	);
	expect(onDone).not.toHaveBeenCalled();
});

test("a passkey signs in by itself", async () => {
	const onDone = vi.fn();
	const fake = fakeApi({
		"POST /api/auth/login/passkey/options": asking,
		"POST /api/auth/login/passkey": granted,
	});

	fakePasskeys();
	draw(<SignInForm onDone={onDone} onChallenge={vi.fn()} />);
	await userEvent.click(screen.getByRole("button", { name: "Sign in with a passkey" }));
	await vi.waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
	expect(fake.calls[1]?.body).toMatchObject({ challenge: "ask-1", session: "cookie", response: { id: "Y3JlZA" } });
});

test("a closed passkey window is not a failure of the platform", async () => {
	const browser = fakePasskeys();

	fakeApi({ "POST /api/auth/login/passkey/options": asking });
	browser.get.mockRejectedValue(new DOMException("closed", "NotAllowedError"));
	draw(<SignInForm onDone={vi.fn()} onChallenge={vi.fn()} />);
	await userEvent.click(screen.getByRole("button", { name: "Sign in with a passkey" }));
	const alert = await screen.findByRole("alert");
	expect(alert.textContent).toContain("Try again");
	expect(alert.textContent).not.toContain("Reference");
});

test("where browsers suggest passkeys they are asked for at once, and quietly", async () => {
	const onDone = vi.fn();
	const browser = fakePasskeys({ autofill: true });

	fakeApi({ "POST /api/auth/login/passkey/options": asking, "POST /api/auth/login/passkey": granted });
	draw(<SignInForm onDone={onDone} onChallenge={vi.fn()} />);
	await vi.waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
	expect(browser.get.mock.calls[0]?.[0].mediation).toBe("conditional");
});

test("the second step takes a code, or a recovery code in its place", async () => {
	const onDone = vi.fn();
	const fake = fakeApi({
		"POST /api/auth/login/second": ({ body }) =>
			"code" in (body as object)
				? problemAnswer(401, { code: "wrong_code", detail: "the code is wrong" })
				: granted(),
	});

	draw(<SecondStepForm challenge={{ second_factor: ["totp", "recovery"], challenge: "c-1" }} onDone={onDone} />);
	await userEvent.type(screen.getByLabelText("Code"), "000 000{Enter}");
	expect((await screen.findByRole("alert")).textContent).toContain("the code is wrong");
	await userEvent.click(screen.getByRole("button", { name: "Use a recovery code" }));
	await userEvent.type(screen.getByLabelText("Recovery code"), " abcd-efgh {Enter}");
	await vi.waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
	expect(fake.calls.map(({ body }) => body)).toEqual([
		{ challenge: "c-1", code: "000000" },
		{ challenge: "c-1", recovery_code: "abcd-efgh" },
	]);
});

test("a passkey does as a second step, too", async () => {
	const onDone = vi.fn();

	fakePasskeys();
	fakeApi({ "POST /api/auth/login/passkey/options": asking, "POST /api/auth/login/passkey": granted });
	draw(<SecondStepForm challenge={{ second_factor: ["passkey"], challenge: "c-1" }} onDone={onDone} />);
	expect(screen.queryByLabelText("Code")).toBeNull();
	await userEvent.click(screen.getByRole("button", { name: "Use a passkey" }));
	await vi.waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
});

test.each([
	["", "", ["E-mail", "Password"]],
	["olive@example.test", "", ["Password"]],
	["olive", "a sentence to keep", ["E-mail"]],
	[" ", "a sentence to keep", ["E-mail"]],
])("address %j with password %j is not sent, and the field says what is missing", async (email, password, wrong) => {
	const fake = fakeApi({});
	const user = userEvent.setup();

	draw(<SignInForm onDone={vi.fn()} onChallenge={vi.fn()} />);
	if (email) await user.type(screen.getByLabelText("E-mail"), email);
	if (password) await user.type(screen.getByLabelText("Password"), password);
	await user.click(screen.getByRole("button", { name: "Sign in" }));
	for (const label of ["E-mail", "Password"])
		expect(screen.getByLabelText(label).getAttribute("aria-invalid")).toBe(wrong.includes(label) ? "true" : null);
	expect(document.activeElement).toBe(screen.getByLabelText(wrong[0] ?? ""));
	expect(fake.calls).toHaveLength(0);
});

test("a code that cannot be one is not sent", async () => {
	const fake = fakeApi({});

	draw(<SecondStepForm challenge={{ second_factor: ["totp"], challenge: "c-1" }} onDone={vi.fn()} />);
	await userEvent.type(screen.getByLabelText("Code"), "12 45{Enter}");
	expect(screen.getByText("Six digits.")).toBeTruthy();
	expect(fake.calls).toHaveLength(0);
});
