// SPDX-License-Identifier: Apache-2.0
import { use } from "react";

import { TokenList } from "@/features/tokens/components/token-list";
import { Grants } from "@/lib/permission";
import { myTokensRoute } from "@/routes/workspace/routes";
import { useScopes } from "@/routes/workspace/scopes";

export default function MyTokens() {
	const { tenant } = myTokensRoute.useParams();
	const grants = use(Grants);
	const scopes = useScopes(
		tenant,
		grants.map(({ name }) => name),
	);

	return <TokenList keeper={{ tenant, service: null }} title="Your tokens" scopes={scopes} />;
}
