// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Field, PasswordField, SelectField } from "@/components/field";
import { Form } from "@/components/form";
import { Secret } from "@/components/secret";
import { Loaded } from "@/components/states";
import {
	type Provider,
	providerQuery,
	useRemoveProvider,
	useSaveProvider,
	useTestProvider,
} from "@/features/sso/api/provider";
import { type GroupRole, GroupRoles } from "@/features/sso/components/group-roles";
import { ProviderGuides } from "@/features/sso/components/provider-guides";
import { words } from "@/lib/format";
import { toApiError } from "@/lib/problem";

import css from "./sso.module.css";

type Props = { tenant: string; roles: string[] };

export function ProviderCard({ tenant, roles }: Props) {
	const provider = useQuery(providerQuery(tenant));

	return (
		<Loaded query={provider} label="the provider">
			{(data) => (
				<Card
					title="OpenID provider"
					aside={<Badge tone={data ? "ok" : "idle"}>{data ? "Set up" : "None"}</Badge>}
				>
					<div className={css.stack}>
						<Addresses tenant={tenant} provider={data} />
						<ProviderGuides />
						<ProviderForm key={data?.version ?? "none"} tenant={tenant} provider={data} roles={roles} />
						{data && <Checks tenant={tenant} />}
					</div>
				</Card>
			)}
		</Loaded>
	);
}

/** The provider wants to know them first: they are the same before it is set up. */
function Addresses({ tenant, provider }: { tenant: string; provider: Provider | null }) {
	const at = (what: string) => `${window.location.origin}/api/sso/${what}/${tenant}`;

	return (
		<>
			<p>Register these addresses with the provider, for sign-in and sign-out.</p>
			<Secret label="Redirect address" value={provider?.redirect_uri ?? at("callback")} />
			<Secret label="Back-channel logout address" value={provider?.logout_uri ?? at("logout")} />
		</>
	);
}

type FormProps = Props & { provider: Provider | null };

function ProviderForm({ tenant, provider, roles }: FormProps) {
	const save = useSaveProvider(tenant);
	const [groups, setGroups] = useState<GroupRole[]>(
		Object.entries(provider?.group_roles ?? {}).map(([group, role]) => ({ group, role })),
	);
	const given = roles.filter((role) => role !== "owner");

	return (
		<Form
			label="OpenID provider"
			submit={provider ? "Save" : "Set up"}
			fields={["issuer", "metadata_url", "client_id", "client_secret", "default_role", "group_claim", "group_roles"]}
			busy={save.isPending}
			error={save.error}
			onSubmit={({
				issuer = "",
				metadata_url = "",
				client_id = "",
				client_secret = "",
				default_role = "",
				group_claim = "",
			}) =>
				save.mutate({
					issuer,
					...(metadata_url === "" ? {} : { metadata_url }),
					client_id,
					default_role,
					...(client_secret === "" ? {} : { client_secret }),
					...(group_claim === "" ? {} : { group_claim }),
					group_roles: Object.fromEntries(
						groups.filter(({ group }) => group !== "").map(({ group, role }) => [group, role]),
					),
				})
			}
		>
			<Field
				name="issuer"
				label="Issuer"
				hint="Exactly as the provider writes it, such as https://login.acme.example/realms/main."
				type="url"
				autoComplete="off"
				defaultValue={provider?.issuer}
				required
			/>
			<Field
				name="metadata_url"
				label="Metadata address"
				hint="Only when the provider's metadata does not lie below the issuer, as with Azure AD B2C. Changing it needs the client secret."
				type="url"
				autoComplete="off"
				defaultValue={provider?.metadata_url ?? ""}
			/>
			<Field name="client_id" label="Client ID" autoComplete="off" defaultValue={provider?.client_id} required />
			<PasswordField
				name="client_secret"
				label="Client secret"
				autoComplete="off"
				hint={provider ? "Stored encrypted and never shown. Leave empty to keep it." : "Stored encrypted and never shown again."}
				required={!provider}
			/>
			<SelectField
				name="default_role"
				label="Role at the first sign-in"
				initial={provider?.default_role ?? "viewer"}
				options={given.map((role) => ({ value: role, title: words(role) }))}
			/>
			<Field
				name="group_claim"
				label="Claim with the groups"
				hint="Leave empty to ignore groups."
				autoComplete="off"
				defaultValue={provider?.group_claim ?? ""}
			/>
			<GroupRoles roles={given} value={groups} onChange={setGroups} />
		</Form>
	);
}

function Checks({ tenant }: { tenant: string }) {
	const test = useTestProvider(tenant);
	const remove = useRemoveProvider(tenant);
	const error = test.error ?? remove.error;

	return (
		<>
			{error && <Problem error={toApiError(error)} />}
			{test.data &&
				(test.data.good ? (
					<Alert tone="ok" title="The provider works">
						<p>
							{test.data.keys} keys{test.data.algorithms && <>, {test.data.algorithms}</>}
						</p>
						{test.data.advice && <p>{test.data.advice}</p>}
					</Alert>
				) : (
					<Alert tone="bad" title="The provider cannot be used">
						<p>{test.data.problem}</p>
					</Alert>
				))}
			<div className={css.actions}>
				<Button busy={test.isPending} onClick={() => test.mutate(undefined)}>
					Test
				</Button>
				<ConfirmButton
					busy={remove.isPending}
					question="Remove the provider?"
					confirm="Remove the provider"
					consequence={<p>Nobody can sign in with it any more. People without a password must set one by e-mail.</p>}
					onConfirm={() => remove.mutate(undefined)}
				>
					Remove
				</ConfirmButton>
			</div>
		</>
	);
}
