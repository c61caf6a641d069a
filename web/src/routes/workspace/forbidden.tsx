// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Lock, RotateCw } from "lucide-react";

import { Button, buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";
import { accessQuery } from "@/features/auth/api/me";
import { permissionsQuery } from "@/features/team/api/role";
import { useTenant } from "@/features/tenants/api/tenant";
import { giverOf, type Permission } from "@/lib/permission";
import { useCurrentAccess } from "@/routes/workspace/current-access";

/** 403: which permission is missing, and who can give it. */
export function ForbiddenPage({ permission }: { permission: Permission }) {
	const { tenant = "" } = useParams({ strict: false });
	const client = useQueryClient();
	const here = useTenant(tenant);
	const about = useQuery(permissionsQuery(tenant)).data?.items.find(({ name }) => name === permission)?.about;

	useCurrentAccess(tenant);
	return (
		<Page title="You cannot open this page" narrow>
			<Empty
				icon={<Lock />}
				title={`The permission ${permission} is missing`}
				action={
					<>
						<Link to="/tenants/$tenant" params={{ tenant }} className={buttonClass({ kind: "primary" })}>
							Go to the tenant's status
						</Link>{" "}
						<Button
							icon={<RotateCw aria-hidden="true" />}
							onClick={() => void client.refetchQueries(accessQuery(tenant))}
						>
							Check again
						</Button>
					</>
				}
			>
				{about && <>It allows: {about} </>}
				{here?.role && <>Your role in {here.name}, {here.role}, does not include it. </>}
				<Giver permission={permission} tenant={here?.name ?? tenant} />
			</Empty>
		</Page>
	);
}

/** Who can give a permission. */
export function Giver({ permission, tenant }: { permission: Permission; tenant: string }) {
	switch (giverOf(permission)) {
		case "operator":
			return <>Only operators of the platform can have it; whoever runs the platform gives it to them.</>;
		case "owner":
			return <>Ask an owner of {tenant} for a role that includes it.</>;
		case "owner or admin":
			return <>Ask an owner or admin of {tenant} for a role that includes it.</>;
	}
}
