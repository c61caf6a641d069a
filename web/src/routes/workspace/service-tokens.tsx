// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { rolesQuery } from "@/features/team/api/role";
import { servicesQuery } from "@/features/tokens/api/service";
import { TokenList } from "@/features/tokens/components/token-list";
import { useMay } from "@/lib/permission";
import { asking, wantedOf } from "@/routes/wanted";
import { serviceTokensRoute } from "@/routes/workspace/routes";
import { useScopes } from "@/routes/workspace/scopes";

export default function ServiceTokens() {
	const search = serviceTokensRoute.useSearch();
	const navigate = serviceTokensRoute.useNavigate();
	const { tenant, service } = serviceTokensRoute.useParams();
	const may = useMay();
	const account = useInfiniteQuery(servicesQuery(tenant)).data?.pages
		.flatMap(({ items }) => items)
		.find(({ id }) => id === service);
	const roles = useQuery({ ...rolesQuery(tenant), enabled: may("member.read") }).data?.items;
	const grants = roles?.find(({ name }) => name === account?.role)?.permissions;
	const scopes = useScopes(
		tenant,
		grants?.map((grant) => grant.replace(/@.*/, "")),
	);

	return (
		<Page
			title={account?.name ?? "Service account"}
			lead={account && `Has the role ${account.role}.`}
			trail={[
				<Link key="services" to="/tenants/$tenant/tokens/services" params={{ tenant }}>
					Service accounts
				</Link>,
			]}
		>
			<TokenList wanted={wantedOf(search, "newest")} onWanted={(next) => void navigate(asking(next, "newest"))} keeper={{ tenant, service }} title="Its tokens" scopes={scopes} />
		</Page>
	);
}
