// SPDX-License-Identifier: Apache-2.0
/*
 * Everything below /tenants/{tenant}: each request of these pages names that
 * tenant.  Before a page loads, the access that its row declares is checked.
 */
import { createRoute, lazyRouteComponent, notFound, redirect } from "@tanstack/react-router";

import { appQuery } from "@/features/apps/api/app";
import { ApiError } from "@/lib/problem";
import { z } from "@/lib/schema";
import { checkAccess } from "@/routes/access";
import { accountRoute } from "@/routes/account/guard";
import { wantedSearch } from "@/routes/wanted";
import { enterTenant } from "@/routes/workspace/enter";

export const workspaceRoute = createRoute({
	getParentRoute: () => accountRoute,
	path: "tenants/$tenant",
	staticData: { access: "member" },
	beforeLoad: async ({ context, params, matches }) => {
		const access = await enterTenant(context.queryClient, params.tenant);

		checkAccess(matches, access.permissions);
		return { access };
	},
	component: lazyRouteComponent(() => import("@/routes/workspace/layout")),
	errorComponent: lazyRouteComponent(() => import("@/routes/workspace/failed")),
});

export const tenantStatusRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "/",
	staticData: { access: "tenant.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/tenant-status")),
});

export const licenseRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "license",
	staticData: { access: "license.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/license")),
});

export const planRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "plan",
	staticData: { access: "tenant.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/plan")),
});

export const isolationRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "isolation",
	staticData: { access: "tenant.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/isolation")),
});

export const appsRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "apps",
	staticData: { access: "app.read" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/workspace/apps")),
});

export const createAppRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "create-app",
	staticData: { access: "app.manage" },
	component: lazyRouteComponent(() => import("@/routes/workspace/create-app")),
});

export const appRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "apps/$app",
	staticData: { access: "app.read" },
	loader: async ({ context, params }) => {
		try {
			await context.queryClient.query({ ...appQuery(params.tenant, params.app), staleTime: 5_000 });
		} catch (error) {
			if (error instanceof ApiError && error.status === 404) throw notFound();
			throw error;
		}
	},
	component: lazyRouteComponent(() => import("@/routes/workspace/app-layout")),
});

const appIndexRoute = createRoute({
	getParentRoute: () => appRoute,
	path: "/",
	staticData: { access: "app.read" },
	beforeLoad: ({ params }) => {
		throw redirect({ to: "/tenants/$tenant/apps/$app/deploy", params });
	},
});

export const appDeployRoute = createRoute({
	getParentRoute: () => appRoute,
	path: "deploy",
	staticData: { access: "app.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/app-deploy")),
});

export const appLogsRoute = createRoute({
	getParentRoute: () => appRoute,
	path: "logs",
	staticData: { access: "log.read" },
	validateSearch: z.object({ environment: z.catch(z.optional(z.string()), undefined) }),
	component: lazyRouteComponent(() => import("@/routes/workspace/app-logs")),
});

export const appVersionsRoute = createRoute({
	getParentRoute: () => appRoute,
	path: "versions",
	staticData: { access: "app.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/app-versions")),
});

export const teamRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "team",
	staticData: { access: "member.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/team-layout")),
});

const teamIndexRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "/",
	staticData: { access: "member.read" },
	beforeLoad: ({ params }) => {
		throw redirect({ to: "/tenants/$tenant/team/members", params });
	},
});

export const teamMembersRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "members",
	staticData: { access: "member.read" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/workspace/team-members")),
});

export const teamInvitationsRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "invitations",
	staticData: { access: "member.read" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/workspace/team-invitations")),
});

export const teamTeamsRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "teams",
	staticData: { access: "member.read" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/workspace/team-teams")),
});

export const teamRolesRoute = createRoute({
	getParentRoute: () => teamRoute,
	path: "roles",
	staticData: { access: "member.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/team-roles")),
});

export const oneTeamRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "teams/$team",
	staticData: { access: "member.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/one-team")),
});

export const signInRulesRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "sign-in",
	staticData: { access: "sso.manage" },
	component: lazyRouteComponent(() => import("@/routes/workspace/sign-in-rules")),
});

export const tokensRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "tokens",
	staticData: { access: "tenant.read" },
	component: lazyRouteComponent(() => import("@/routes/workspace/tokens-layout")),
});

const tokensIndexRoute = createRoute({
	getParentRoute: () => tokensRoute,
	path: "/",
	staticData: { access: "tenant.read" },
	beforeLoad: ({ params }) => {
		throw redirect({ to: "/tenants/$tenant/tokens/mine", params });
	},
});

export const myTokensRoute = createRoute({
	getParentRoute: () => tokensRoute,
	path: "mine",
	staticData: { access: "tenant.read" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/workspace/my-tokens")),
});

export const servicesRoute = createRoute({
	getParentRoute: () => tokensRoute,
	path: "services",
	staticData: { access: "token.manage" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/workspace/services")),
});

export const serviceTokensRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "services/$service",
	staticData: { access: "token.manage" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/workspace/service-tokens")),
});

export const agentsRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "agents",
	staticData: { access: "agent.connect" },
	validateSearch: wantedSearch,
	component: lazyRouteComponent(() => import("@/routes/workspace/agents")),
});

const word = z.catch(z.optional(z.string().check(z.maxLength(128))), undefined);

export const auditRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "audit",
	staticData: { access: "audit.read" },
	// In the address, so that a view of the log can be shared.
	validateSearch: z.object({
		action: word,
		actor: word,
		subject_type: word,
		subject_id: word,
		result: word,
		environment: word,
		from: word,
		to: word,
		request_id: word,
	}),
	component: lazyRouteComponent(() => import("@/routes/workspace/audit")),
});

export const workspaceRoutes = [
	tenantStatusRoute,
	licenseRoute,
	planRoute,
	isolationRoute,
	appsRoute,
	createAppRoute,
	teamRoute.addChildren([
		teamIndexRoute,
		teamMembersRoute,
		teamInvitationsRoute,
		teamTeamsRoute,
		teamRolesRoute,
	]),
	oneTeamRoute,
	signInRulesRoute,
	tokensRoute.addChildren([tokensIndexRoute, myTokensRoute, servicesRoute]),
	serviceTokensRoute,
	agentsRoute,
	auditRoute,
	appRoute.addChildren([appIndexRoute, appDeployRoute, appLogsRoute, appVersionsRoute]),
] as const;
