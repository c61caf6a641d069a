// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { DomainCard } from "@/features/sso/components/domain-card";
import { EnforceCard } from "@/features/sso/components/enforce-card";
import { ProviderCard } from "@/features/sso/components/provider-card";
import { membersQuery } from "@/features/team/api/member";
import { rolesQuery } from "@/features/team/api/role";
import { PolicyForm } from "@/features/team/components/policy-form";
import { workspaceRoute } from "@/routes/workspace/workspace";

export const signInRulesRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "sign-in",
	component: SignInRules,
});

function SignInRules() {
	const { tenant } = signInRulesRoute.useParams();
	const roles = useQuery(rolesQuery(tenant)).data?.items.map(({ name }) => name) ?? [];
	const members = useInfiniteQuery(membersQuery(tenant)).data?.pages.flatMap(({ items }) => items) ?? [];

	return (
		<Page title="Sign-in" lead="What this tenant asks of those who come in." narrow>
			<PolicyForm tenant={tenant} />
			<ProviderCard tenant={tenant} roles={roles} />
			<DomainCard tenant={tenant} />
			<EnforceCard tenant={tenant} owners={members.filter(({ role }) => role === "owner")} />
		</Page>
	);
}
