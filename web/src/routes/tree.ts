// SPDX-License-Identifier: Apache-2.0
import { accountRoute } from "@/routes/account/account";
import { appIndexRoute, appRoute } from "@/routes/workspace/app";
import { appDeployRoute } from "@/routes/workspace/app-deploy";
import { appLogsRoute } from "@/routes/workspace/app-logs";
import { appVersionsRoute } from "@/routes/workspace/app-versions";
import { appsRoute } from "@/routes/workspace/apps";
import { createAppRoute } from "@/routes/workspace/create-app";
import { auditRoute } from "@/routes/workspace/audit";
import { deviceRoute } from "@/routes/account/device";
import { homeRoute } from "@/routes/account/home";
import { invitationRoute } from "@/routes/public/invitation";
import { recoverRoute } from "@/routes/public/recover";
import { registerRoute } from "@/routes/public/register";
import { resetRoute } from "@/routes/public/reset";
import { rootRoute } from "@/routes/root";
import { securityRoute } from "@/routes/account/security";
import { sessionsRoute } from "@/routes/account/sessions";
import { signInRoute } from "@/routes/public/sign-in";
import { oneTeamRoute } from "@/routes/workspace/one-team";
import { signInRulesRoute } from "@/routes/workspace/sign-in-rules";
import { teamIndexRoute, teamRoute } from "@/routes/workspace/team";
import { teamInvitationsRoute } from "@/routes/workspace/team-invitations";
import { teamMembersRoute } from "@/routes/workspace/team-members";
import { teamRolesRoute } from "@/routes/workspace/team-roles";
import { teamTeamsRoute } from "@/routes/workspace/team-teams";
import { tenantStatusRoute } from "@/routes/workspace/tenant-status";
import { tenantsRoute } from "@/routes/account/tenants";
import { createTenantRoute } from "@/routes/account/create-tenant";
import { myTokensRoute, serviceTokensRoute, servicesRoute, tokensIndexRoute, tokensRoute } from "@/routes/workspace/tokens";
import { ssoRoute } from "@/routes/public/sso";
import { verifyRoute } from "@/routes/public/verify";
import { workspaceRoute } from "@/routes/workspace/workspace";

export const routeTree = rootRoute.addChildren([
	signInRoute,
	registerRoute,
	verifyRoute,
	recoverRoute,
	resetRoute,
	ssoRoute,
	invitationRoute,
	accountRoute.addChildren([
		homeRoute,
		tenantsRoute,
		createTenantRoute,
		securityRoute,
		sessionsRoute,
		deviceRoute,
		workspaceRoute.addChildren([
			tenantStatusRoute,
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
			auditRoute,
			appRoute.addChildren([appIndexRoute, appDeployRoute, appLogsRoute, appVersionsRoute]),
		]),
	]),
]);
