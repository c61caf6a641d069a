// SPDX-License-Identifier: Apache-2.0
/*
 * The guard and the frame of every page behind the sign-in.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createRoute, Link, Outlet, redirect, useLocation, useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { Activity, Boxes, Building2, KeyRound, LogIn, ScrollText, MonitorSmartphone, ShieldCheck, UsersRound } from "lucide-react";

import { Button, buttonClass } from "@/components/button";
import { Remedy } from "@/components/remedy";
import { NavGroup, navItem, Shell } from "@/components/shell";
import { meQuery } from "@/features/auth/api/me";
import { StepUp } from "@/features/auth/components/step-up";
import { UserMenu } from "@/features/auth/components/user-menu";
import { TenantSwitcher } from "@/features/tenants/components/tenant-switcher";
import { ApiError } from "@/lib/problem";
import { type Need, stepUp } from "@/lib/step-up";
import { mayAdminister } from "@/lib/roles";
import { useMeHere } from "@/routes/workspace/role-here";
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
		<Remedy value={remedy}>
			<Shell switcher={<Switcher tenant={tenant} />} nav={<Navigation tenant={tenant} />} user={<User />}>
				<Outlet />
				<StepUp
					setUp={(close) => (
						<Link to="/security" onClick={close} className={buttonClass({ kind: "primary" })}>
							Set one up
						</Link>
					)}
				/>
			</Shell>
		</Remedy>
	);
}

function remedy(code: string) {
	if (code === "second_factor_required") return <Prove need="second_factor">Show your second factor</Prove>;
	if (code === "sso_required") return <ToProvider />;
	if (code === "fresh_login_required") return <Prove need="fresh">Confirm that it is you</Prove>;
	return null;
}

function ToProvider() {
	const { tenant } = useParams({ strict: false });
	const next = useLocation().href;

	return (
		<Link to="/sso" search={{ next, ...(tenant ? { tenant } : {}) }} className={buttonClass({ size: "sm" })}>
			Sign in with your organisation
		</Link>
	);
}

/** What was refused for want of a proof is asked for again after one. */
function Prove({ need, children }: { need: Need; children: string }) {
	const client = useQueryClient();
	const router = useRouter();

	async function go() {
		if (!(await stepUp(need))) return;
		await client.invalidateQueries();
		await router.invalidate();
	}
	return (
		<Button size="sm" onClick={() => void go()}>
			{children}
		</Button>
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
			{slug && <Workspace tenant={slug} />}
			<NavGroup label="Account">
				<li>
					<Link to="/tenants" activeOptions={{ exact: true }} className={navItem}>
						<Building2 aria-hidden="true" />
						Tenants
					</Link>
				</li>
				<li>
					<Link to="/security" className={navItem}>
						<ShieldCheck aria-hidden="true" />
						Security
					</Link>
				</li>
				<li>
					<Link to="/sessions" className={navItem}>
						<MonitorSmartphone aria-hidden="true" />
						Sessions
					</Link>
				</li>
			</NavGroup>
		</>
	);
}

function Workspace({ tenant }: { tenant: string }) {
	const params = { tenant };
	const { role } = useMeHere(tenant);

	return (
		<>
			<NavGroup label="Workspace">
				<li>
					<Link to="/tenants/$tenant/apps" params={params} className={navItem}>
						<Boxes aria-hidden="true" />
						Applications
					</Link>
				</li>
				<li>
					<Link to="/tenants/$tenant" params={params} activeOptions={{ exact: true }} className={navItem}>
						<Activity aria-hidden="true" />
						Tenant status
					</Link>
				</li>
				<li>
					<Link to="/tenants/$tenant/tokens" params={params} className={navItem}>
						<KeyRound aria-hidden="true" />
						Tokens
					</Link>
				</li>
			</NavGroup>
			{mayAdminister(role) && (
				<NavGroup label="Administration">
					<li>
						<Link to="/tenants/$tenant/team" params={params} className={navItem}>
							<UsersRound aria-hidden="true" />
							Team
						</Link>
					</li>
					<li>
						<Link to="/tenants/$tenant/sign-in" params={params} className={navItem}>
							<LogIn aria-hidden="true" />
							Sign-in
						</Link>
					</li>
					<li>
						<Link to="/tenants/$tenant/audit" params={params} className={navItem}>
							<ScrollText aria-hidden="true" />
							Audit log
						</Link>
					</li>
				</NavGroup>
			)}
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
			onSecurity={() => void navigate({ to: "/security" })}
			onSessions={() => void navigate({ to: "/sessions" })}
			onSignedOut={() => {
				void navigate({ to: "/sign-in" }).then(() => client.clear());
			}}
		/>
	);
}
