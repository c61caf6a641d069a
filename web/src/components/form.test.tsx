// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Field, PasswordField } from "@/components/field";
import { Form } from "@/components/form";
import { ApiError } from "@/lib/problem";

import { draw } from "@tests/render";

function sample(error: unknown, onSubmit = vi.fn(), busy = false) {
	draw(
		<Form label="Sample" submit="Send" busy={busy} error={error} fields={["email", "password"]} onSubmit={onSubmit}>
			<Field name="email" label="E-mail" hint="Yours" />
			<PasswordField name="password" label="Password" />
		</Form>,
	);
	return onSubmit;
}

const refused = new ApiError({
	status: 422,
	code: "validation",
	title: "Not valid",
	requestId: "req-1",
	errors: [
		{ field: "password", detail: "is too short" },
		{ field: "captcha", detail: "is missing" },
	],
});

test("hands over what was typed", async () => {
	const user = userEvent.setup();
	const onSubmit = sample(null);

	await user.type(screen.getByLabelText("E-mail"), "a@b.example");
	await user.type(screen.getByLabelText("Password"), "pass phrase");
	await user.click(screen.getByRole("button", { name: "Send" }));
	expect(onSubmit).toHaveBeenCalledWith({ email: "a@b.example", password: "pass phrase" });
});

test("a field's error stands at the field, which gets the focus", () => {
	sample(refused);
	const password = screen.getByLabelText("Password");

	expect(password.getAttribute("aria-invalid")).toBe("true");
	expect(document.getElementById(password.getAttribute("aria-describedby") ?? "")?.textContent).toBe("is too short");
	expect(document.activeElement).toBe(password);
	expect(screen.getByLabelText("E-mail").getAttribute("aria-invalid")).toBeNull();
});

test("an error of no field here is told on top, with the request's number", () => {
	sample(refused);
	const alert = screen.getByRole("alert");

	expect(alert.textContent).toContain("captcha: is missing");
	expect(alert.textContent).toContain("req-1");
	expect(alert.textContent).not.toContain("is too short");
});

test("asks for what is empty before anything is sent", async () => {
	const onSubmit = vi.fn();

	draw(
		<Form label="Try" submit="Send" fields={["email", "password"]} busy={false} error={null} onSubmit={onSubmit}>
			<Field name="email" label="E-mail" required />
			<PasswordField name="password" label="Password" required />
		</Form>,
	);
	await userEvent.click(screen.getByRole("button", { name: "Send" }));
	expect(screen.getAllByText("Please fill this in.")).toHaveLength(2);
	expect(document.activeElement).toBe(screen.getByLabelText("E-mail"));
	await userEvent.type(screen.getByLabelText("E-mail"), "o@example.test{Enter}");
	expect(screen.getAllByText("Please fill this in.")).toHaveLength(1);
	expect(document.activeElement).toBe(screen.getByLabelText("Password"));
	expect(onSubmit).not.toHaveBeenCalled();
	await userEvent.type(screen.getByLabelText("Password"), "correct horse{Enter}");
	expect(onSubmit).toHaveBeenCalledWith({ email: "o@example.test", password: "correct horse" });
});

test("does not send twice while it is busy", async () => {
	const user = userEvent.setup();
	const onSubmit = sample(null, vi.fn(), true);

	await user.type(screen.getByLabelText("E-mail"), "a{Enter}");
	await user.click(screen.getByRole("button", { name: "Send" }));
	expect(onSubmit).not.toHaveBeenCalled();
});

test("a password can be shown and hidden", async () => {
	const user = userEvent.setup();

	sample(null);
	expect(screen.getByLabelText("Password").getAttribute("type")).toBe("password");
	await user.click(screen.getByRole("button", { name: "Show password" }));
	expect(screen.getByLabelText("Password").getAttribute("type")).toBe("text");
	await user.click(screen.getByRole("button", { name: "Hide password" }));
	expect(screen.getByLabelText("Password").getAttribute("type")).toBe("password");
});

test.each([
	["email", "olive", "Enter an address such as name@example.com."],
	["url", "acme.example", "Enter a whole address, with https:// before it."],
])("a %s that cannot be one is not sent: %s", async (type, typed, complaint) => {
	const onSubmit = vi.fn();

	draw(
		<Form label="Sample" submit="Send" busy={false} error={null} fields={["at"]} onSubmit={onSubmit}>
			<Field name="at" label="Where" type={type} />
		</Form>,
	);
	await userEvent.type(screen.getByLabelText("Where"), `${typed}{Enter}`);
	expect(screen.getByText(complaint)).toBeTruthy();
	expect(onSubmit).not.toHaveBeenCalled();
	await userEvent.clear(screen.getByLabelText("Where"));
	await userEvent.type(screen.getByLabelText("Where"), `${type === "url" ? "https://acme.example" : "olive@acme.example"}{Enter}`);
	expect(onSubmit).toHaveBeenCalledTimes(1);
});
