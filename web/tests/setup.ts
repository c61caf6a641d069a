// SPDX-License-Identifier: Apache-2.0
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

// Pages are loaded when they are opened, which takes longer on a busy machine.
configure({ asyncUtilTimeout: 10_000 });

/** Adds what browsers have and jsdom lacks. */
function lend(target: object, parts: Record<string, unknown>) {
	for (const [name, value] of Object.entries(parts)) {
		if (typeof Reflect.get(target, name) !== "function") Object.defineProperty(target, name, { value, writable: true, configurable: true });
	}
}

const nothing = () => undefined;

if (typeof window !== "undefined") {
	lend(HTMLDialogElement.prototype, {
		showModal(this: HTMLDialogElement) {
			this.open = true;
		},
		close(this: HTMLDialogElement) {
			this.open = false;
		},
	});
	lend(Element.prototype, { hasPointerCapture: () => false, scrollIntoView: nothing });
	lend(window, {
		matchMedia: () => ({ matches: false, addEventListener: nothing, removeEventListener: nothing }),
		ResizeObserver: class {
			observe = nothing;
			unobserve = nothing;
			disconnect = nothing;
		},
	});
	window.scrollTo = nothing;
}
