// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";

import { device } from "@/features/auth/components/device";

test.each([
	["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
	["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0", "Edge on Windows"],
	["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604.1", "Safari on iOS"],
	["curl/7.88.1", "curl"],
	["", "A program"],
	[null, "A program"],
])("reads %s as %s", (agent, name) => {
	expect(device(agent)).toBe(name);
});
