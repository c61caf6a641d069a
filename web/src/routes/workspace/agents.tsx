// SPDX-License-Identifier: Apache-2.0
import { Page } from "@/components/page";
import { AgentSetupCard } from "@/features/agents/components/agent-setup";
import { AgentTokens } from "@/features/agents/components/agent-tokens";
import { ServerTokenCard } from "@/features/agents/components/server-token";
import { asking, wantedOf } from "@/routes/wanted";
import { agentsRoute } from "@/routes/workspace/routes";

export default function Agents() {
	const search = agentsRoute.useSearch();
	const navigate = agentsRoute.useNavigate();
	const { tenant } = agentsRoute.useParams();

	return (
		<Page title="Agents" lead="Applications that run elsewhere report to this tenant, too.">
			<AgentSetupCard tenant={tenant} />
			<AgentTokens tenant={tenant} wanted={wantedOf(search)} onWanted={(next) => void navigate(asking(next))} />
			<ServerTokenCard tenant={tenant} />
		</Page>
	);
}
