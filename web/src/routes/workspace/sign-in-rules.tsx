// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Page } from "@/components/page";
import { DomainCard } from "@/features/sso/components/domain-card";
import { EnforceCard } from "@/features/sso/components/enforce-card";
import { ProviderCard } from "@/features/sso/components/provider-card";
import { membersQuery } from "@/features/team/api/member";
import { rolesQuery } from "@/features/team/api/role";
import { PolicyForm } from "@/features/team/components/policy-form";
import { useMay } from "@/lib/permission";
import { presets } from "@/routes/workspace/presets";
import { signInRulesRoute } from "@/routes/workspace/routes";

export default function SignInRules() {
	const { tenant } = signInRulesRoute.useParams();
	const enabled = useMay()("member.read");
	const roles = useQuery({ ...rolesQuery(tenant), enabled }).data?.items.map(({ name }) => name) ?? presets;
	const [q, setQ] = useState("");
	const found = useInfiniteQuery({ ...membersQuery(tenant, { q, sort: "name" }), enabled });
	const members = found.data?.pages.flatMap(({ items }) => items) ?? [];

	return (
		<Page title="Sign-in" lead="How members of this tenant sign in." narrow>
			{enabled && <PolicyForm tenant={tenant} />}
			<ProviderCard tenant={tenant} roles={roles} />
			<DomainCard tenant={tenant} />
			<EnforceCard
				tenant={tenant}
				owners={members.filter(({ role }) => role === "owner")}
				finding={{ q, onQ: setQ, more: found.hasNextPage }}
			/>
		</Page>
	);
}
