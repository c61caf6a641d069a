// SPDX-License-Identifier: Apache-2.0
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { SecondFactors } from "@/features/auth/components/second-factors";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const codes = Array.from({ length: 10 }, (_, index) => `code-${index}`);

function platform(more: Parameters<typeof fakeApi>[0] = {}) {
	let totp = false;

	return fakeApi({
		"GET /api/auth/factors": () => json(200, { totp, recovery_left: totp ? 10 : 0, passkeys: 0 }),
		"POST /api/auth/factors/totp": () =>
			json(200, { secret: "JBSWY3DPEHPK3PXP", uri: "otpauth://totp/x", qr: "<svg xmlns='x'>#</svg>" }),
		"POST /api/auth/factors/totp/confirm": ({ body }) => {
			if ((body as { code: string }).code !== "123456")
				return problemAnswer(422, { errors: [{ field: "code", detail: "is not the present one" }] });
			totp = true;
			return json(200, { recovery_codes: codes });
		},
		"DELETE /api/auth/factors/totp": () => {
			totp = false;
			return json(204, null);
		},
		...more,
	});
}

test("an app is set up: key, QR code, a code that proves it, and recovery codes", async () => {
	const user = userEvent.setup();

	platform();
	draw(<SecondFactors />);
	await user.click(await screen.findByRole("button", { name: "Set up the app" }));
	expect((await screen.findByLabelText("Key")).textContent).toBe("JBSWY3DPEHPK3PXP");
	// An image cannot run scripts, whatever the SVG contains.
	expect(screen.getByRole("img").getAttribute("src")).toBe(
		`data:image/svg+xml;charset=utf-8,${encodeURIComponent("<svg xmlns='x'>#</svg>")}`,
	);

	const code = screen.getByLabelText("Current code in the app");
	await user.type(code, "000 000{Enter}");
	expect(await screen.findByText("is not the present one")).toBeTruthy();
	await user.clear(code);
	await user.type(code, "123 456{Enter}");
	const list = await screen.findByRole("list", { name: "Recovery codes" });
	expect(within(list).getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(codes);
	expect(await screen.findByText("On")).toBeTruthy();
	expect(screen.queryByText("JBSWY3DPEHPK3PXP")).toBeNull();

	await user.click(screen.getByRole("button", { name: "I have saved them" }));
	expect(screen.queryByText("code-0")).toBeNull();
	expect(screen.getByText("10 left")).toBeTruthy();
});

test("removing the app asks first; a tenant's rule is explained", async () => {
	const user = userEvent.setup();
	const fake = platform({
		"GET /api/auth/factors": () => json(200, { totp: true, recovery_left: 1, passkeys: 0 }),
		"DELETE /api/auth/factors/totp": () =>
			problemAnswer(409, { code: "factor_required", detail: "tenant acme asks for a second factor" }),
	});

	draw(<SecondFactors />);
	await user.click(await screen.findByRole("button", { name: "Remove" }));
	await user.click(screen.getByRole("button", { name: "Cancel" }));
	expect(fake.count("DELETE", "/api/auth/factors/totp")).toBe(0);
	await user.click(screen.getByRole("button", { name: "Remove" }));
	await user.click(screen.getByRole("button", { name: "Remove the app" }));
	expect((await screen.findByRole("alert")).textContent).toContain("tenant acme asks for a second factor");
	expect(screen.getByText("1 left")).toBeTruthy();
});

test("new recovery codes are shown once, can be copied and saved", async () => {
	const user = userEvent.setup();
	const copied = vi.fn<(text: string) => Promise<void>>(() => Promise.resolve());

	platform({
		"GET /api/auth/factors": () => json(200, { totp: true, recovery_left: 0, passkeys: 0 }),
		"POST /api/auth/factors/recovery-codes": () => json(200, { recovery_codes: codes }),
	});
	draw(<SecondFactors />);
	await user.click(await screen.findByRole("button", { name: "Create new codes" }));
	vi.spyOn(navigator.clipboard, "writeText").mockImplementation(copied);
	await user.click(await screen.findByRole("button", { name: "Copy" }));
	expect(copied).toHaveBeenCalledWith(codes.join("\n"));
});

test("a platform that does not answer is told, with a way to try again", async () => {
	fakeApi({ "GET /api/auth/factors": () => problemAnswer(500, { title: "It broke" }) });
	draw(<SecondFactors />);
	expect((await screen.findByRole("alert")).textContent).toContain("It broke");
	expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});
