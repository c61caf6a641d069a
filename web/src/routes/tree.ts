// SPDX-License-Identifier: Apache-2.0
import { accountRoute } from "@/routes/account";
import { appIndexRoute, appRoute } from "@/routes/app";
import { appDeployRoute } from "@/routes/app-deploy";
import { appLogsRoute } from "@/routes/app-logs";
import { appVersionsRoute } from "@/routes/app-versions";
import { appsRoute } from "@/routes/apps";
import { createAppRoute } from "@/routes/create-app";
import { auditRoute } from "@/routes/audit";
import { deviceRoute } from "@/routes/device";
import { homeRoute } from "@/routes/home";
import { invitationRoute } from "@/routes/invitation";
import { recoverRoute } from "@/routes/recover";
import { registerRoute } from "@/routes/register";
import { resetRoute } from "@/routes/reset";
import { rootRoute } from "@/routes/root";
import { securityRoute } from "@/routes/security";
import { sessionsRoute } from "@/routes/sessions";
import { signInRoute } from "@/routes/sign-in";
import { oneTeamRoute } from "@/routes/one-team";
import { signInRulesRoute } from "@/routes/sign-in-rules";
import { teamIndexRoute, teamRoute } from "@/routes/team";
import { teamInvitationsRoute } from "@/routes/team-invitations";
import { teamMembersRoute } from "@/routes/team-members";
import { teamRolesRoute } from "@/routes/team-roles";
import { teamTeamsRoute } from "@/routes/team-teams";
import { tenantStatusRoute } from "@/routes/tenant-status";
import { tenantsRoute } from "@/routes/tenants";
import { createTenantRoute } from "@/routes/create-tenant";
import { myTokensRoute, serviceTokensRoute, servicesRoute, tokensIndexRoute, tokensRoute } from "@/routes/tokens";
import { ssoRoute } from "@/routes/sso";
import { verifyRoute } from "@/routes/verify";
import { workspaceRoute } from "@/routes/workspace";

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
