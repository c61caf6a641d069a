// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { createRoute, Link, Outlet, redirect } from "@tanstack/react-router";
import { Bot, KeyRound } from "lucide-react";

import { Page } from "@/components/page";
import { rowLink } from "@/components/rows";
import { TabNav, tabLink } from "@/components/tab-nav";
import { permissionsQuery, rolesQuery } from "@/features/team/api/role";
import { servicesQuery } from "@/features/tokens/api/service";
import { ServiceList } from "@/features/tokens/components/service-list";
import { TokenList } from "@/features/tokens/components/token-list";
import { useMeHere } from "@/routes/workspace/role-here";
import { workspaceRoute } from "@/routes/workspace/workspace";

export const tokensRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "tokens",
	component: Tokens,
});

export const tokensIndexRoute = createRoute({
	getParentRoute: () => tokensRoute,
	path: "/",
	beforeLoad: ({ params }) => {
		throw redirect({ to: "/tenants/$tenant/tokens/mine", params });
	},
});

export const myTokensRoute = createRoute({
	getParentRoute: () => tokensRoute,
	path: "mine",
	component: MyTokens,
});

export const servicesRoute = createRoute({
	getParentRoute: () => tokensRoute,
	path: "services",
	component: Services,
});

export const serviceTokensRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "services/$service",
	component: ServiceTokens,
});

function Tokens() {
	const params = tokensRoute.useParams();

	return (
		<Page title="Tokens" lead="For programs that work in this tenant: scoped, and good for a time.">
			<TabNav label="Tokens">
				<Link to="/tenants/$tenant/tokens/mine" params={params} className={tabLink}>
					<KeyRound aria-hidden="true" />
					Mine
				</Link>
				<Link to="/tenants/$tenant/tokens/services" params={params} className={tabLink}>
					<Bot aria-hidden="true" />
					Service accounts
				</Link>
			</TabNav>
			<Outlet />
		</Page>
	);
}

/** The permissions of a role, as far as one may read them; else all. */
function useScopes(tenant: string, role: string | null | undefined) {
	const all = useQuery(permissionsQuery(tenant)).data?.items ?? [];
	const grants = useQuery(rolesQuery(tenant)).data?.items.find(({ name }) => name === role)?.permissions;
	const names = grants?.map((grant) => grant.replace(/@.*/, ""));

	return names ? all.filter(({ name }) => names.includes(name)) : all;
}

function MyTokens() {
	const { tenant } = myTokensRoute.useParams();
	const scopes = useScopes(tenant, useMeHere(tenant).role);

	return <TokenList keeper={{ tenant, service: null }} title="Your tokens" scopes={scopes} />;
}

function Services() {
	const { tenant } = servicesRoute.useParams();
	const roles = useQuery(rolesQuery(tenant)).data?.items.map(({ name }) => name) ?? [];

	return (
		<ServiceList
			tenant={tenant}
			roles={roles.filter((name) => name !== "owner")}
			link={({ id, name }) => (
				<Link to="/tenants/$tenant/services/$service" params={{ tenant, service: id }} className={rowLink}>
					{name}
				</Link>
			)}
		/>
	);
}

function ServiceTokens() {
	const { tenant, service } = serviceTokensRoute.useParams();
	const account = useQuery(servicesQuery(tenant)).data?.items.find(({ id }) => id === service);
	const scopes = useScopes(tenant, account?.role);

	return (
		<Page
			title={account?.name ?? "Service account"}
			lead={account && `Acts as ${account.role}.`}
			trail={[
				<Link key="services" to="/tenants/$tenant/tokens/services" params={{ tenant }}>
					Service accounts
				</Link>,
			]}
		>
			<TokenList keeper={{ tenant, service }} title="Its tokens" scopes={scopes} />
		</Page>
	);
}
