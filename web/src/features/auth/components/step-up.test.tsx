// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { StepUp } from "@/features/auth/components/step-up";
import { api } from "@/lib/api";
import { stepUp } from "@/lib/step-up";
import { nothing } from "@/lib/schema";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

const setUp = (close: () => void) => <button onClick={close}>Set one up</button>;

function platform(totp: boolean, more: Parameters<typeof fakeApi>[0] = {}) {
	let fresh = false;

	return fakeApi({
		"GET /api/auth/factors": () => json(200, { totp, recovery_left: totp ? 10 : 0, passkeys: 0 }),
		"DELETE /api/danger": () => (fresh ? json(204, null) : problemAnswer(403, { code: "fresh_login_required" })),
		"POST /api/auth/step-up": ({ body }) => {
			const { password, code, recovery_code } = body as Record<string, string | undefined>;
			if (password !== "right" && code !== "123456" && recovery_code !== "abcd-efgh")
				return problemAnswer(422, { code: "wrong_password", detail: "the password is wrong" });
			fresh = true;
			return json(204, null);
		},
		...more,
	});
}

const danger = () => api(nothing, { method: "DELETE", path: "/api/danger" });

test("a dangerous request waits for the password, and then goes through", async () => {
	const user = userEvent.setup();
	const fake = platform(false);

	draw(<StepUp setUp={setUp} />);
	const done = danger();
	await user.type(await screen.findByLabelText("Your password"), "right{Enter}");
	await expect(done).resolves.toBeNull();
	expect(fake.count("DELETE", "/api/danger")).toBe(2);
	expect(screen.queryByRole("dialog")).toBeNull();
});

test("a wrong password is told, signs nobody out, and may be typed again", async () => {
	const user = userEvent.setup();
	const fake = platform(false);

	draw(<StepUp setUp={setUp} />);
	const done = danger();
	await user.type(await screen.findByLabelText("Your password"), "wrong{Enter}");
	expect((await screen.findByRole("alert")).textContent).toContain("the password is wrong");
	expect(fake.count("POST", "/api/auth/refresh")).toBe(0);
	await user.clear(screen.getByLabelText("Your password"));
	await user.type(screen.getByLabelText("Your password"), "right{Enter}");
	await expect(done).resolves.toBeNull();
});

test("who has an app is asked for a code, blanks or not, and may use a recovery code", async () => {
	const user = userEvent.setup();
	const fake = platform(true);

	draw(<StepUp setUp={setUp} />);
	const done = danger();
	await user.type(await screen.findByLabelText("Code"), "123 456{Enter}");
	await expect(done).resolves.toBeNull();
	expect(fake.calls.find(({ path }) => path === "/api/auth/step-up")?.body).toEqual({ code: "123456" });

	const again = stepUp("fresh");
	await user.click(await screen.findByRole("button", { name: "Use a recovery code" }));
	await user.type(screen.getByLabelText("Recovery code"), " abcd-efgh{Enter}");
	expect(await again).toBe(true);
	expect(fake.calls.at(-1)?.body).toEqual({ recovery_code: "abcd-efgh" });
});

test("cancelling leaves the refusal", async () => {
	const user = userEvent.setup();

	platform(false);
	draw(<StepUp setUp={setUp} />);
	const done = danger();
	const caught = expect(done).rejects.toMatchObject({ code: "fresh_login_required" });
	await screen.findByLabelText("Your password");
	await user.click(screen.getByRole("button", { name: "Cancel" }));
	await caught;
});

test("who has a second factor is not asked for the password, which would not do", async () => {
	platform(true);
	draw(<StepUp setUp={setUp} />);
	void stepUp("fresh");
	expect(await screen.findByLabelText("Code")).toBeTruthy();
	expect(screen.queryByLabelText("Your password")).toBeNull();
});

test("who has no second factor is led to where it is set up", async () => {
	const user = userEvent.setup();

	platform(false);
	draw(<StepUp setUp={setUp} />);
	const answer = vi.fn();
	void stepUp("second_factor").then(answer);
	await user.click(await screen.findByRole("button", { name: "Set one up" }));
	await vi.waitFor(() => expect(answer).toHaveBeenCalledWith(false));
	expect(screen.queryByRole("dialog")).toBeNull();
});

test("Cancel stands beside Confirm, once, and there is a way back to the code", async () => {
	const user = userEvent.setup();

	platform(true);
	draw(<StepUp setUp={setUp} />);
	void stepUp("fresh");
	for (const label of ["Code", "Recovery code", "Code"]) {
		await screen.findByLabelText(label);
		const [cancel, ...more] = screen.getAllByRole("button", { name: "Cancel" });

		expect(more).toEqual([]);
		expect(cancel?.previousElementSibling).toBe(screen.getByRole("button", { name: "Confirm" }));
		await user.click(screen.getByRole("button", { name: label === "Code" ? "Use a recovery code" : "Use a code from the app" }));
	}
});
