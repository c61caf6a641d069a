// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { tenantsQuery } from "@/features/tenants/api/list-tenants";
import { tenantSchema } from "@/features/tenants/api/tenant";
import { api } from "@/lib/api";
import { z } from "@/lib/schema";

const createdSchema = z.object({ tenant: tenantSchema, operation: z.string() });

type NewTenant = { slug: string; name: string; tier: string };

function createTenant(body: NewTenant) {
	return api(createdSchema, { method: "POST", path: "/api/tenants", body });
}

export function useCreateTenant() {
	const client = useQueryClient();

	return useMutation({
		mutationFn: createTenant,
		onSuccess: () => client.invalidateQueries({ queryKey: tenantsQuery.queryKey }),
	});
}
