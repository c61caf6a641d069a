// SPDX-License-Identifier: Apache-2.0
import { onlineManager } from "@tanstack/react-query";
import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Deployment } from "@/features/apps/api/deployment-schema";
import { LogView } from "@/features/apps/components/log-view";

import { fakeApi, json, problemAnswer } from "@tests/fake-api";
import { draw } from "@tests/render";

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => vi.useRealTimers());

/** A log that has two lines and gets one more each time it is read. */
function growingLog() {
	let seq = 0;
	const line = () => {
		seq++;
		return {
			seq,
			time: "2026-01-01T10:00:00Z",
			stream: seq % 2 === 0 ? "stderr" : "stdout",
			line: `line ${seq}`,
		};
	};

	return fakeApi({
		"GET /api/apps/orders/logs": ({ query }) => {
			const items = query.get("after") === null ? [line(), line()] : [line()];
			return json(200, { items, next: String(seq) });
		},
	});
}

function view(deployment?: Deployment | null) {
	draw(
		<LogView
			tenant="demo"
			app="orders"
			environment="prod"
			environments={["dev", "prod"]}
			deployment={deployment}
			onEnvironment={vi.fn()}
		/>,
	);
}

const seconds = (count: number) => act(() => vi.advanceTimersByTimeAsync(count * 1000 + 50));
const texts = () => screen.getAllByRole("listitem").map((item) => item.textContent);

test("reads on each second, from where it was", async () => {
	const platform = growingLog();

	view();
	await screen.findByText("line 2");
	await seconds(2);
	expect(screen.getByText("line 4")).toBeTruthy();
	expect(platform.calls.map(({ query }) => query.get("after"))).toEqual([null, "2", "3"]);
	expect(platform.calls[0]?.query.get("environment")).toBe("prod");
});

test("asks nothing while it is paused, and goes on after", async () => {
	const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
	const platform = growingLog();

	view();
	await screen.findByText("line 2");
	await user.click(screen.getByRole("button", { name: "Pause" }));
	const before = platform.calls.length;
	await seconds(5);
	expect(platform.calls).toHaveLength(before);
	expect(screen.getByText("Paused")).toBeTruthy();
	await user.click(screen.getByRole("button", { name: "Resume" }));
	await seconds(1);
	expect(platform.calls.length).toBeGreaterThan(before);
});

test("shows one stream alone", async () => {
	const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });

	growingLog();
	view();
	await screen.findByText("line 2");
	await user.click(screen.getByRole("button", { name: "Pause" }));
	await user.selectOptions(screen.getByLabelText("Stream"), "stderr");
	expect(texts().every((text) => text.includes("stderr: "))).toBe(true);
	await user.selectOptions(screen.getByLabelText("Stream"), "stdout");
	expect(texts().some((text) => text.includes("stderr: "))).toBe(false);
	expect(texts().length).toBeGreaterThan(0);
});

test("copies the lines that it shows", async () => {
	const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });

	growingLog();
	view();
	await screen.findByText("line 2");
	await user.click(screen.getByRole("button", { name: "Pause" }));
	await user.selectOptions(screen.getByLabelText("Stream"), "stdout");
	await user.click(screen.getByRole("button", { name: "Copy the lines shown" }));
	expect(await navigator.clipboard.readText()).toMatch(/^2026-01-01T10:00:00Z stdout line 1(\n|$)/);
});

test("an interruption is told, and leaves what was read", async () => {
	let broken = false;

	fakeApi({
		"GET /api/apps/orders/logs": () =>
			broken
				? problemAnswer(503, { title: "Not ready" })
				: json(200, { items: [{ seq: 1, time: "2026-01-01T10:00:00Z", stream: "stdout", line: "kept" }], next: "1" }),
	});
	view();
	await screen.findByText("kept");
	broken = true;
	await seconds(1);
	expect((await screen.findByRole("alert")).textContent).toContain("Not ready");
	expect(screen.getByText("kept")).toBeTruthy();
});

test("follows the end until the reader scrolls away, and again from the end", async () => {
	growingLog();
	view();
	await screen.findByText("line 2");
	const pane = screen.getByRole("log");
	const scrollTo = (top: number) => {
		Object.defineProperty(pane, "scrollHeight", { value: 1000, configurable: true });
		Object.defineProperty(pane, "clientHeight", { value: 200, configurable: true });
		pane.scrollTop = top;
		fireEvent.scroll(pane);
	};
	const follow = () => screen.getByRole("button", { name: "Follow" }).getAttribute("aria-pressed");

	expect(follow()).toBe("true");
	scrollTo(300);
	expect(follow()).toBe("false");
	await seconds(2);
	expect(pane.scrollTop).toBe(300);
	scrollTo(800);
	expect(follow()).toBe("true");
	await seconds(2);
	expect(pane.scrollTop).toBe(1000);
});

const failed: Deployment = { environment: "prod", release: 2, state: "failed" };

test.each<[string, Deployment | null | undefined]>([
	["Live", undefined],
	["Live", { ...failed, state: "running" }],
	["Live", { ...failed, serving_release: 1 }],
	["Failed", failed],
	["Stopped", { ...failed, state: "stopped" }],
	["Nothing deployed", null],
])("is %s by what the deployment is", async (word, deployment) => {
	growingLog();
	view(deployment);
	await screen.findByText("line 2");
	expect(screen.getByText(word)).toBeTruthy();
	expect(screen.queryAllByText("Live")).toHaveLength(word === "Live" ? 1 : 0);
});

test("what cannot write any more is seldom asked", async () => {
	const platform = growingLog();

	view(failed);
	await screen.findByText("line 2");
	await seconds(5);
	expect(platform.calls).toHaveLength(1);
	await seconds(6);
	expect(platform.calls).toHaveLength(2);
});

test("says that the browser is offline, and goes on afterwards", async () => {
	growingLog();
	view();
	await screen.findByText("line 2");
	act(() => onlineManager.setOnline(false));
	await seconds(1);
	expect(await screen.findByText("Offline")).toBeTruthy();
	act(() => onlineManager.setOnline(true));
	await seconds(1);
	expect(await screen.findByText("Live")).toBeTruthy();
});

test("asks for a level and up, from the beginning", async () => {
	const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
	const platform = growingLog();

	view();
	await screen.findByText("line 2");
	await user.selectOptions(screen.getByLabelText("Level"), "warn");
	await seconds(1);
	const asked = platform.calls.filter(({ query }) => query.get("level") === "warn");
	expect(asked[0]?.query.get("after")).toBeNull();
	expect(platform.calls[0]?.query.get("level")).toBeNull();
	expect(screen.queryByText("line 1")).toBeNull();
});
