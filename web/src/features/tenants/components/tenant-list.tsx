// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Building2 } from "lucide-react";
import type { ReactNode } from "react";

import { Badge, Tag } from "@/components/badge";
import { Card } from "@/components/card";
import { Row, Rows } from "@/components/rows";
import { Empty, Loaded } from "@/components/states";
import { type Tenant, tenantsQuery, tenantTone } from "@/features/tenants/api/tenant";
import { tierName } from "@/features/tenants/components/tiers";
import { words } from "@/lib/format";

type Props = { link: (tenant: Tenant) => ReactNode; create: ReactNode };

export function TenantList({ link, create }: Props) {
	const tenants = useQuery(tenantsQuery);

	return (
		<Loaded query={tenants} label="tenants">
			{({ items }) =>
				items.length === 0 ? (
					<Empty icon={<Building2 />} title="No tenant yet" action={create}>
						A tenant contains your applications, their data and your team, separate from all others.
					</Empty>
				) : (
					<Card flush>
						<Rows label="Tenants">
							{items.map((tenant) => (
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
					</Card>
				)
			}
		</Loaded>
	);
}
