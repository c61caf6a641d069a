// SPDX-License-Identifier: Apache-2.0
import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { UploadBox } from "@/features/apps/components/upload-box";
import type { Grant } from "@/lib/permission";

import { fakeApi, json } from "@tests/fake-api";
import { fakeXhr } from "@tests/fake-xhr";
import { granted } from "@tests/grants";
import { draw } from "@tests/render";

const jar = new File(["PK-and-some-more"], "orders-1.0.jar", { type: "application/java-archive" });

type Facts = { environments?: string[]; releases?: object[]; grants?: Grant[] };

function box({ environments = ["dev", "prod"], releases = [], grants }: Facts = {}) {
	fakeApi({
		"GET /api/apps/environments": () => json(200, { items: environments.map((name) => ({ name })) }),
		"GET /api/apps/orders/releases": () => json(200, { items: releases, next: null }),
		"GET /api/apps/limits": () => json(200, { jar_bytes: 1024, java_levels: "17" }),
		"POST /api/apps/orders/findings": () => json(201, {}),
	});
	const sent = fakeXhr();

	draw(<UploadBox tenant="demo" app="orders" />, grants);
	return sent;
}

async function choose(file: File, facts: Facts = {}) {
	const sent = box(facts);

	if (!facts.grants) await screen.findByLabelText("When its image is ready");
	await userEvent.setup({ applyAccept: false }).upload(screen.getByLabelText("Choose a JAR"), file);
	return sent;
}

test("shows how much has left, by bytes and by share", async () => {
	const sent = await choose(jar);

	act(() => sent[0]?.progress(8));
	expect(await screen.findByText("8 B of 16 B · 50 %")).toBeTruthy();
	const bar = screen.getByRole("progressbar", { name: "Uploading orders-1.0.jar" });
	expect(bar.getAttribute("value")).toBe("8");
	expect(bar.getAttribute("max")).toBe("16");
});

test("tells the number of the release that was made", async () => {
	const sent = await choose(jar);

	await act(async () => {
		sent[0]?.answer(202, { release: { id: "r", number: 7, state: "uploaded" }, operation: "o" });
		await Promise.resolve();
	});
	expect(await screen.findByText("Release 7 was accepted")).toBeTruthy();
	expect(sent[0]?.target).toBe("POST /api/apps/orders/releases");
});

test("a refusal names the field and the reason, and another try is possible", async () => {
	const sent = await choose(jar);

	await act(async () => {
		sent[0]?.answer(422, {
			title: "The JAR was refused",
			detail: "It has no manifest.",
			request_id: "req-3",
			errors: [{ field: "META-INF/MANIFEST.MF", detail: "is missing" }],
		});
		await Promise.resolve();
	});
	const alert = await screen.findByRole("alert");
	for (const part of ["The JAR was refused", "It has no manifest.", "META-INF/MANIFEST.MF: is missing", "req-3"])
		expect(alert.textContent).toContain(part);
	expect(screen.getByLabelText("Choose a JAR")).toBeTruthy();
});

test("can be cancelled, which is not a failure", async () => {
	const sent = await choose(jar);

	await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
	expect(sent[0]?.aborted).toBe(true);
	expect(await screen.findByText("The upload was cancelled. Nothing was stored.")).toBeTruthy();
	expect(screen.queryByRole("alert")).toBeNull();
});

test.each([
	[new File(["x"], "notes.txt"), "This is not a JAR"],
	[new File([], "empty.jar"), "The file is empty"],
])("spares the upload of what can only be refused", async (file, title) => {
	const sent = await choose(file);

	expect(screen.getByRole("alert").textContent).toContain(title);
	expect(sent).toHaveLength(0);
});

test("takes a file that is dropped", async () => {
	const sent = box();

	fireEvent.drop(screen.getByText("or drop it here", { exact: false }), { dataTransfer: { files: [jar] } });
	expect(await screen.findByRole("progressbar")).toBeTruthy();
	expect(sent).toHaveLength(1);
});

test("uploads without deploying where the first environment is not theirs", async () => {
	const sent = await choose(jar, { grants: granted("app.deploy@prod") });

	expect(sent[0]?.target).toBe("POST /api/apps/orders/releases?deploy=false");
});

test("a JAR that the plan does not take is refused before a byte is sent", async () => {
	const sent = box();

	await screen.findByLabelText("Choose a JAR");
	await new Promise((resolve) => setTimeout(resolve, 50));
	await userEvent
		.setup()
		.upload(screen.getByLabelText("Choose a JAR"), new File([new Uint8Array(1025)], "large.jar"));
	expect((await screen.findByRole("alert")).textContent).toContain("up to 1.0 KiB");
	expect(sent).toHaveLength(0);
});

test("an owner keeps a credential that the JAR was refused for", async () => {
	const sent = await choose(jar);
	const user = userEvent.setup();

	await act(async () => {
		sent[0]?.answer(422, {
			title: "There are credentials in the JAR",
			code: "jar_secrets",
			errors: [{ field: "a/test.pem", detail: `line 1: private key; fingerprint ${"0f".repeat(16)}` }],
		});
		await Promise.resolve();
	});
	await user.click(await screen.findByRole("button", { name: "Keep the credential in a/test.pem" }));
	await user.type(screen.getByLabelText("Why may it stay?"), "a key for tests");
	await user.click(screen.getByRole("button", { name: "Keep it" }));
	expect(await screen.findByText("It may stay. Upload the JAR again.")).toBeTruthy();
});

test("on a plan with prod alone it is only kept, unless one wants to deploy and says so twice", async () => {
	const user = userEvent.setup();
	const sent = await choose(jar, { environments: ["prod"] });

	expect(sent[0]?.target).toBe("POST /api/apps/orders/releases?deploy=false");
	await user.click(screen.getByRole("button", { name: "Cancel" }));
	await user.selectOptions(await screen.findByLabelText("When its image is ready"), "Deploy it to prod");
	await user.upload(screen.getByLabelText("Choose a JAR"), jar);
	expect(screen.getByRole("dialog").textContent).toContain("takes the place of what runs in prod");
	await user.click(screen.getByRole("button", { name: "Cancel" }));
	expect(sent).toHaveLength(1);
	await user.upload(screen.getByLabelText("Choose a JAR"), jar);
	await user.click(screen.getByRole("button", { name: "Upload and deploy" }));
	expect(sent[1]?.target).toBe("POST /api/apps/orders/releases");
});

test.each([
	[true, "609d7667142112545bef7560ad2aac857a28bb7f629186e931fbda727a06c9e1"],
	[false, "0".repeat(64)],
])("the same bytes again are told before they are sent: %s", async (same, jar_sha256) => {
	const sent = box({ releases: [{ id: "r3", number: 3, state: "ready", jar_size: jar.size, jar_sha256 }] });
	const user = userEvent.setup();

	await screen.findByLabelText("When its image is ready");
	await user.upload(screen.getByLabelText("Choose a JAR"), jar);
	if (same) {
		expect(await screen.findByRole("heading", { name: "This JAR is release 3 already" })).toBeTruthy();
		expect(sent).toHaveLength(0);
		await user.click(screen.getByRole("button", { name: "Upload it again" }));
	}
	await vi.waitFor(() => expect(sent).toHaveLength(1));
});
