// SPDX-License-Identifier: Apache-2.0
/* The frame of every page behind the sign-in. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useNavigate, useParams, useRouter } from "@tanstack/react-router";

import { Button, buttonClass } from "@/components/button";
import { OneBox } from "@/components/one-box";
import { PageLink } from "@/components/page-link";
import { Remedy } from "@/components/remedy";
import { Shell } from "@/components/shell";
import type { Upload } from "@/features/apps/api/uploads";
import { UploadTray } from "@/features/apps/components/upload-tray";
import { accessQuery, meQuery, useOperator } from "@/features/auth/api/me";
import { StepUp } from "@/features/auth/components/step-up";
import { UserMenu } from "@/features/auth/components/user-menu";
import { TenantSwitcher } from "@/features/tenants/components/tenant-switcher";
import { openPage } from "@/lib/navigate";
import { endsMembership } from "@/lib/problem";
import { type Need, stepUp } from "@/lib/step-up";
import { accountNav, platformNav, workspaceNav } from "@/routes/nav";
import { NavSection } from "@/routes/nav-links";
import { address } from "@/routes/public/search";
import { enterTenant, lastTenant, startPage } from "@/routes/workspace/enter";

export default function Frame() {
	const { tenant } = useParams({ strict: false });

	return (
		<Remedy value={remedy}>
			<Shell switcher={<Switcher tenant={tenant} />} nav={<Navigation tenant={tenant} />} user={<User />}>
				<Uploads />
				<OneBox>
					<Outlet />
				</OneBox>
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

function Uploads() {
	const path = useLocation().pathname;
	const page = ({ tenant, app }: Upload) => `/tenants/${tenant}/apps/${app}/deploy`;

	return (
		<UploadTray
			shownBy={(upload) => path === page(upload)}
			link={({ tenant, app }) => (
				<Link to="/tenants/$tenant/apps/$app/deploy" params={{ tenant, app }}>
					{app}
				</Link>
			)}
		/>
	);
}

function SeePlans() {
	const { tenant } = useParams({ strict: false });

	if (tenant === undefined) return null;
	return (
		<Link to="/tenants/$tenant/plan" params={{ tenant }} className={buttonClass({ size: "sm" })}>
			See all plans
		</Link>
	);
}

function remedy(code: string) {
	if (code === "second_factor_required") return <Prove need="second_factor">Use your second factor</Prove>;
	if (code === "sso_required") return <ToProvider />;
	if (code === "not_entitled") return <SeePlans />;
	if (code === "fresh_login_required") return <Prove need="fresh">Confirm your identity</Prove>;
	return null;
}

function ToProvider() {
	const { tenant } = useParams({ strict: false });
	const next = useLocation().href;

	return (
		<PageLink href={address("/sso", { next, tenant })} className={buttonClass({ size: "sm" })}>
			Sign in with your organisation
		</PageLink>
	);
}

/** After a successful proof all queries are read again. */
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
	const client = useQueryClient();
	const operator = useOperator();

	async function enter(slug: string) {
		// A failure here occurs again on the page, which shows it.
		const access = await enterTenant(client, slug).catch(() => null);

		await navigate({ to: startPage(access?.permissions ?? []), params: { tenant: slug } });
	}
	return (
		<TenantSwitcher
			current={useKnownTenant(tenant)}
			onSwitch={(slug) => void enter(slug)}
			onAll={() => void navigate({ to: "/tenants" })}
			onCreate={operator ? null : () => void navigate({ to: "/create-tenant" })}
		/>
	);
}

/**
 * The tenant of the page, else this tab's last one, if the account belongs to
 * it.  The guard of the workspace asks, and knows which names are not a tenant.
 */
function useKnownTenant(tenant: string | undefined): string | null {
	const last = lastTenant(useQueryClient());
	const slug = tenant ?? last ?? "";
	const { data, error } = useQuery({ ...accessQuery(slug), enabled: false });

	return data && !endsMembership(error) ? slug : null;
}

function Navigation({ tenant }: { tenant: string | undefined }) {
	const slug = useKnownTenant(tenant);
	const grants = useQuery({ ...accessQuery(slug ?? ""), enabled: false }).data?.permissions ?? [];
	const own = useQuery(meQuery).data?.permissions ?? [];

	return (
		<>
			{slug !== null &&
				workspaceNav.map((table) => (
					<NavSection key={table.label} table={table} grants={grants} params={{ tenant: slug }} />
				))}
			<NavSection table={platformNav} grants={own} />
			<NavSection table={accountNav} grants={grants} />
		</>
	);
}

function User() {
	const navigate = useNavigate();
	const me = useQuery(meQuery).data;

	if (!me) return null;
	return (
		<UserMenu
			account={me.account}
			onSecurity={() => void navigate({ to: "/security" })}
			onSessions={() => void navigate({ to: "/sessions" })}
			onSignedOut={() => openPage("/sign-in")}
		/>
	);
}
