// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { isRequested } from "@/features/tenants/api/tenant";
import { TenantRequested } from "@/features/tenants/components/tenant-requested";

import { draw } from "@tests/render";

test("says whom the tenant waits for, and how the answer comes", () => {
	draw(<TenantRequested tenant={{ name: "Acme Logistics", tier: "business" }} />);

	expect(screen.getByRole("heading").textContent).toBe("Waits for the operator’s yes");
	expect(document.body.textContent).toContain("tenants with plan Business");
	expect(document.body.textContent).toContain("Nothing of Acme Logistics is set up before");
	expect(document.body.textContent).toContain("by mail");
});

test("only a requested tenant waits", () => {
	expect(["requested", "provisioning", "active"].map((state) => isRequested({ state }))).toEqual([true, false, false]);
});
