// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Building2 } from "lucide-react";
import type { ReactNode } from "react";

import { Badge, Tag } from "@/components/badge";
import { Card } from "@/components/card";
import { Row, Rows } from "@/components/rows";
import { Searched } from "@/components/searched";
import { Empty } from "@/components/states";
import { type Tenant, tenantsSearch, tenantTone } from "@/features/tenants/api/tenant";
import { tierName } from "@/features/tenants/components/tiers";
import { words } from "@/lib/format";
import type { Wanted } from "@/lib/wanted";

type Props = {
	wanted: Wanted;
	onWanted: (wanted: Wanted) => void;
	link: (tenant: Tenant) => ReactNode;
	create: ReactNode;
};

export function TenantList({ wanted, onWanted, link, create }: Props) {
	return (
		<Searched
			query={useInfiniteQuery(tenantsSearch(wanted))}
			label="tenants"
			wanted={wanted}
			onWanted={onWanted}
			empty={
				<Empty icon={<Building2 />} title="No tenant yet" action={create}>
					A tenant contains your applications, their data and your team, separate from all others.
				</Empty>
			}
		>
			{(tenants, more) => (
				<Card flush>
					<Rows label="Tenants">
						{tenants.map((tenant) => (
							<Row
								key={tenant.id}
								icon={tenant.name.charAt(0).toUpperCase()}
								title={link(tenant)}
								detail={<code>/t/{tenant.slug}/</code>}
							>
								{tenant.tier && <Tag>{tierName(tenant.tier)}</Tag>}
								{tenant.role && <Tag>{words(tenant.role)}</Tag>}
								<Badge tone={tenantTone(tenant.state)}>{words(tenant.state)}</Badge>
							</Row>
						))}
					</Rows>
					{more}
				</Card>
			)}
		</Searched>
	);
}
