// SPDX-License-Identifier: Apache-2.0
import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";

import { UploadBox } from "@/features/apps/components/upload-box";
import { UploadTray } from "@/features/apps/components/upload-tray";

import { fakeApi, json } from "@tests/fake-api";
import { fakeXhr } from "@tests/fake-xhr";
import { draw } from "@tests/render";

const jar = new File(["PK-and-some-more"], "orders-1.0.jar", { type: "application/java-archive" });

/** A console with two pages. */
function Console() {
	const [here, setHere] = useState(true);

	return (
		<>
			<button onClick={() => setHere(!here)}>Walk</button>
			<UploadTray shownBy={() => here} link={({ app }) => <a href={`/${app}`}>{app}</a>} />
			{here && <UploadBox tenant="demo" app="orders" />}
		</>
	);
}

async function uploadAndWalkOn() {
	fakeApi({
		"GET /api/apps/environments": () => json(200, { items: [{ name: "dev" }] }),
		"GET /api/apps/limits": () => json(200, { jar_bytes: 1024, java_levels: "17" }),
		"GET /api/apps/orders/releases": () => json(200, { items: [], next: null }),
	});
	const sent = fakeXhr();
	const view = draw(<Console />);

	await screen.findByLabelText("When its image is ready");
	await userEvent.upload(screen.getByLabelText("Choose a JAR"), jar);
	await userEvent.click(screen.getByRole("button", { name: "Walk" }));
	return { xhr: sent[0], ...view };
}

/** True when the browser asks before it leaves. */
const leaveIsAsked = () => !fireEvent(window, new Event("beforeunload", { cancelable: true }));

test("an upload goes on in sight after its page was left, and ends in sight", async () => {
	const { xhr } = await uploadAndWalkOn();

	act(() => xhr?.progress(8));
	expect(await screen.findByText("8 B of 16 B · 50 %")).toBeTruthy();
	expect(leaveIsAsked()).toBe(true);
	await act(async () => {
		xhr?.answer(202, { release: { id: "r", number: 7, state: "uploaded" }, operation: "o" });
		await Promise.resolve();
	});
	expect(await screen.findByText("Release 7 was accepted")).toBeTruthy();
	expect(leaveIsAsked()).toBe(false);
	await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
	expect(screen.queryByText("Release 7 was accepted")).toBeNull();
});

test("its own page goes on where it was when one comes back", async () => {
	const { xhr } = await uploadAndWalkOn();

	act(() => xhr?.progress(8));
	await userEvent.click(screen.getByRole("button", { name: "Walk" }));
	expect(screen.getAllByRole("progressbar")).toHaveLength(1);
	expect(screen.getByText("8 B of 16 B · 50 %")).toBeTruthy();
});

test("a refusal is told wherever one is", async () => {
	const { xhr } = await uploadAndWalkOn();

	await act(async () => {
		xhr?.answer(422, { title: "The JAR was refused", detail: "It has no manifest." });
		await Promise.resolve();
	});
	expect((await screen.findByRole("alert")).textContent).toContain("It has no manifest.");
});

test("it can be cancelled from anywhere", async () => {
	const { xhr } = await uploadAndWalkOn();

	await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
	expect(xhr?.aborted).toBe(true);
	expect(screen.queryByRole("region", { name: "Uploads" })).toBeNull();
});

test("it ends with the console, as when one signs out", async () => {
	const { xhr, unmount } = await uploadAndWalkOn();

	unmount();
	expect(xhr?.aborted).toBe(true);
});
