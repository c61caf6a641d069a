// SPDX-License-Identifier: Apache-2.0
import { createRoute } from "@tanstack/react-router";

import { Page } from "@/components/page";
import { PolicyForm } from "@/features/team/components/policy-form";
import { workspaceRoute } from "@/routes/workspace";

export const signInRulesRoute = createRoute({
	getParentRoute: () => workspaceRoute,
	path: "sign-in",
	component: SignInRules,
});

function SignInRules() {
	const { tenant } = signInRulesRoute.useParams();

	return (
		<Page title="Sign-in" lead="What this tenant asks of those who come in." narrow>
			<PolicyForm tenant={tenant} />
		</Page>
	);
}
