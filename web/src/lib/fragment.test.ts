// SPDX-License-Identifier: Apache-2.0
import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import { useFragment } from "@/lib/fragment";

beforeEach(() => window.history.replaceState(null, "", "/reset"));

test("the token is read and leaves the address bar", () => {
	window.history.replaceState(null, "", "/reset?lang=en#token=s3cret");
	const { result } = renderHook(() => useFragment("token"));

	expect(result.current).toBe("s3cret");
	expect(window.location.href).toBe("https://localhost/reset?lang=en");
});

test("without a fragment there is no token", () => {
	expect(renderHook(() => useFragment("token")).result.current).toBeNull();
});

test("a newer link over an old page counts", () => {
	window.history.replaceState(null, "", "/reset#token=old");
	const { result } = renderHook(() => useFragment("token"));

	window.history.replaceState(null, "", "/reset#token=new");
	act(() => {
		window.dispatchEvent(new HashChangeEvent("hashchange"));
	});
	expect(result.current).toBe("new");
	expect(window.location.hash).toBe("");
});
