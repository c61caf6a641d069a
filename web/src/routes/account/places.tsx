// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Page } from "@/components/page";
import { meQuery } from "@/features/auth/api/me";
import { PlaceList } from "@/features/places/components/place-list";
import { mayWith } from "@/lib/permission";

export default function Places() {
	const grants = useQuery(meQuery).data?.permissions ?? [];

	return (
		<Page title="Places" lead="Where tenants run, and how much of each place is promised to them.">
			<PlaceList manage={mayWith(grants)("platform.place.manage")} />
		</Page>
	);
}
