// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { OneBox } from "@/components/one-box";
import { Failed, Loaded } from "@/components/states";
import { ApiError } from "@/lib/problem";

import { draw } from "@tests/render";

function failure(status: number, code: string) {
	return new ApiError({ status, code, title: `${code} happened` });
}

test.each([400, 401, 403, 404, 422])("a refusal with %i offers no other try, which would not help", (status) => {
	draw(<Failed error={failure(status, "refused")} retry={vi.fn()} />);
	expect(screen.getByRole("alert").textContent).toContain("refused happened");
	expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});

test.each([0, 408, 429, 500, 503])("a failure with %i can be tried again", async (status) => {
	const retry = vi.fn();

	draw(<Failed error={failure(status, "failed")} retry={retry} />);
	await userEvent.click(screen.getByRole("button", { name: "Try again" }));
	expect(retry).toHaveBeenCalledTimes(1);
});

function part(error: ApiError | null) {
	return { data: error ? undefined : "fine", error, refetch: vi.fn(() => Promise.resolve()) };
}

test("parts of a page that fail alike share one box, whose button tries all", async () => {
	const parts = [part(failure(503, "busy")), part(failure(503, "busy")), part(failure(403, "other")), part(null)];

	draw(
		<OneBox>
			{parts.map((query, index) => (
				<Loaded key={index} query={query} label="part">
					{(text) => text}
				</Loaded>
			))}
		</OneBox>,
	);
	expect(screen.getAllByRole("alert").map(({ textContent }) => textContent)).toEqual([
		expect.stringContaining("busy happened"),
		expect.stringContaining("other happened"),
	]);
	await userEvent.click(screen.getByRole("button", { name: "Try again" }));
	expect(parts.map(({ refetch }) => refetch.mock.calls.length)).toEqual([1, 1, 0, 0]);
});

test("another part shows the box when the first one has recovered", () => {
	const [first, second] = [part(failure(503, "busy")), part(failure(503, "busy"))];
	const page = (one: typeof first) => (
		<OneBox>
			<Loaded query={one} label="first">{(text) => text}</Loaded>
			<Loaded query={second} label="second">{(text) => text}</Loaded>
		</OneBox>
	);
	const { rerender } = draw(page(first));

	rerender(page(part(null)));
	expect(screen.getAllByRole("alert")).toHaveLength(1);
});
