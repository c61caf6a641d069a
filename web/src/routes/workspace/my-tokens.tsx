// SPDX-License-Identifier: Apache-2.0
import { use } from "react";

import { TokenList } from "@/features/tokens/components/token-list";
import { Grants } from "@/lib/permission";
import { asking, wantedOf } from "@/routes/wanted";
import { myTokensRoute } from "@/routes/workspace/routes";
import { useScopes } from "@/routes/workspace/scopes";

export default function MyTokens() {
	const search = myTokensRoute.useSearch();
	const navigate = myTokensRoute.useNavigate();
	const { tenant } = myTokensRoute.useParams();
	const grants = use(Grants);
	const scopes = useScopes(
		tenant,
		grants.map(({ name }) => name),
	);

	return <TokenList wanted={wantedOf(search, "newest")} onWanted={(next) => void navigate(asking(next, "newest"))} keeper={{ tenant, service: null }} title="Your tokens" scopes={scopes} />;
}
