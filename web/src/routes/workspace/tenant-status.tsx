// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";
import { Boxes, FileBadge } from "lucide-react";

import { Badge, Tag } from "@/components/badge";
import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { StoreCard } from "@/features/stores/components/store-card";
import { isDeletable, isLeaving, isRequested, tenantTone, useTenant } from "@/features/tenants/api/tenant";
import { DeleteTenant } from "@/features/tenants/components/delete-tenant";
import { ServerTold } from "@/features/tenants/components/server-told";
import { TenantLeaving } from "@/features/tenants/components/tenant-leaving";
import { TenantRequested } from "@/features/tenants/components/tenant-requested";
import { TenantStatus } from "@/features/tenants/components/tenant-status";
import { tierName } from "@/features/tenants/components/tiers";
import { words } from "@/lib/format";
import { useMay } from "@/lib/permission";
import { tenantStatusRoute } from "@/routes/workspace/routes";

export default function Status() {
	const { tenant: slug } = tenantStatusRoute.useParams();
	const may = useMay();
	const tenant = useTenant(slug);

	return (
		<Page
			title={tenant?.name ?? slug}
			trail={[
				<Link key="tenants" to="/tenants">
					Tenants
				</Link>,
			]}
			lead={<code>/t/{slug}/</code>}
			aside={
				tenant && (
					<>
						{tenant.tier && <Tag>{tierName(tenant.tier)}</Tag>}
						<Badge tone={tenantTone(tenant.state)}>{words(tenant.state)}</Badge>
						{!isRequested(tenant) && may("license.read") && (
							<Link to="/tenants/$tenant/license" params={{ tenant: slug }} className={buttonClass({})}>
								<FileBadge aria-hidden="true" />
								Licence
							</Link>
						)}
						{tenant.state === "active" && may("app.read") && (
							<Link
								to="/tenants/$tenant/apps"
								params={{ tenant: slug }}
								className={buttonClass({ kind: "primary" })}
							>
								<Boxes aria-hidden="true" />
								Applications
							</Link>
						)}
					</>
				)
			}
		>
			{tenant && isLeaving(tenant) && <TenantLeaving tenant={slug} />}
			{tenant && isRequested(tenant) ? <TenantRequested tenant={tenant} /> : <TenantStatus tenant={slug} />}
			{tenant?.state === "active" && <StoreCard tenant={slug} manage={may("tenant.manage")} />}
			{tenant && isDeletable(tenant) && may("tenant.delete") && <DeleteTenant tenant={tenant} />}
			{tenant && !isRequested(tenant) && <ServerTold tenant={slug} />}
		</Page>
	);
}
