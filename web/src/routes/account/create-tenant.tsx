// SPDX-License-Identifier: Apache-2.0
import { Link, useNavigate } from "@tanstack/react-router";

import { Card } from "@/components/card";
import { Page } from "@/components/page";
import { CreateTenantForm } from "@/features/tenants/components/create-tenant-form";

export default function CreateTenant() {
	const navigate = useNavigate();

	return (
		<Page
			title="New tenant"
			lead="The platform sets it up in a few minutes while you watch."
			trail={[
				<Link key="tenants" to="/tenants">
					Tenants
				</Link>,
			]}
			narrow
		>
			<Card>
				<CreateTenantForm
					onDone={(tenant) => void navigate({ to: "/tenants/$tenant", params: { tenant } })}
				/>
			</Card>
		</Page>
	);
}
