// SPDX-License-Identifier: Apache-2.0
/*
 * The guard and the frame of every page behind the sign-in.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createRoute, Link, Outlet, redirect, useNavigate, useParams } from "@tanstack/react-router";
import { Activity, Boxes, Building2, KeyRound } from "lucide-react";

import { NavGroup, navItem, Shell } from "@/components/shell";
import { meQuery } from "@/features/auth/api/get-me";
import { UserMenu } from "@/features/auth/components/user-menu";
import { TenantSwitcher } from "@/features/tenants/components/tenant-switcher";
import { ApiError } from "@/lib/problem";
import { rootRoute } from "@/routes/root";

export const accountRoute = createRoute({
	getParentRoute: () => rootRoute,
	id: "account",
	beforeLoad: async ({ context, location }) => {
		try {
			return { me: await context.queryClient.query({ ...meQuery, staleTime: "static" }) };
		} catch (error) {
			if (!(error instanceof ApiError && error.status === 401)) throw error;
			const next = location.href === "/" ? undefined : location.href;
			throw redirect({ to: "/sign-in", search: next ? { next } : {} });
		}
	},
	component: Frame,
});

function Frame() {
	const { tenant } = useParams({ strict: false });

	return (
		<Shell switcher={<Switcher tenant={tenant} />} nav={<Navigation tenant={tenant} />} user={<User />}>
			<Outlet />
		</Shell>
	);
}

function Switcher({ tenant }: { tenant: string | undefined }) {
	const navigate = useNavigate();
	const me = useQuery(meQuery).data;

	return (
		<TenantSwitcher
			current={tenant ?? me?.tenant ?? null}
			onSwitch={(slug) => void navigate({ to: "/tenants/$tenant/apps", params: { tenant: slug } })}
			onAll={() => void navigate({ to: "/tenants" })}
			onCreate={() => void navigate({ to: "/create-tenant" })}
		/>
	);
}

function Navigation({ tenant }: { tenant: string | undefined }) {
	const me = useQuery(meQuery).data;
	const slug = tenant ?? me?.tenant;

	return (
		<>
			{slug && (
				<NavGroup label="Workspace">
					<li>
						<Link to="/tenants/$tenant/apps" params={{ tenant: slug }} className={navItem}>
							<Boxes aria-hidden="true" />
							Applications
						</Link>
					</li>
					<li>
						<Link
							to="/tenants/$tenant"
							params={{ tenant: slug }}
							activeOptions={{ exact: true }}
							className={navItem}
						>
							<Activity aria-hidden="true" />
							Tenant status
						</Link>
					</li>
				</NavGroup>
			)}
			<NavGroup label="Account">
				<li>
					<Link to="/tenants" activeOptions={{ exact: true }} className={navItem}>
						<Building2 aria-hidden="true" />
						Tenants
					</Link>
				</li>
				<li>
					<Link to="/sessions" className={navItem}>
						<KeyRound aria-hidden="true" />
						Sessions
					</Link>
				</li>
			</NavGroup>
		</>
	);
}

function User() {
	const client = useQueryClient();
	const navigate = useNavigate();
	const me = useQuery(meQuery).data;

	if (!me) return null;
	return (
		<UserMenu
			account={me.account}
			onSessions={() => void navigate({ to: "/sessions" })}
			onSignedOut={() => {
				void navigate({ to: "/sign-in" }).then(() => client.clear());
			}}
		/>
	);
}
