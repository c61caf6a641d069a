// SPDX-License-Identifier: Apache-2.0

import { ReleaseList } from "@/features/apps/components/release-list";
import { appVersionsRoute } from "@/routes/workspace/routes";

export default function Versions() {
	const { tenant, app } = appVersionsRoute.useParams();

	return <ReleaseList tenant={tenant} app={app} />;
}
