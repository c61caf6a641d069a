// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { Form } from "@/components/form";
import { type Finding, SearchSelect } from "@/components/search-select";
import { type Provider, providerQuery, useEnforce } from "@/features/sso/api/provider";

import css from "./sso.module.css";

type Owner = { id: string; name: string };

type Props = { tenant: string; owners: Owner[]; finding: Finding };

/** Nothing is shown before a provider is set up. */
export function EnforceCard({ tenant, owners, finding }: Props) {
	const provider = useQuery(providerQuery(tenant)).data;

	return provider ? <Enforcement tenant={tenant} provider={provider} owners={owners} finding={finding} /> : null;
}

function Enforcement({ tenant, provider, owners, finding }: Props & { provider: Provider }) {
	const enforce = useEnforce(tenant);
	const { enforced, break_glass, proven_at } = provider;

	return (
		<Card
			title="Require the identity provider"
			aside={<Badge tone={enforced ? "ok" : "idle"}>{enforced ? "Required" : "Not required"}</Badge>}
		>
			<div className={css.stack}>
				<p>
					{enforced
						? "Members must sign in with the provider. One owner can still use a password or passkey."
						: "Members can sign in with the provider, a password or a passkey."}
				</p>
				{!enforced && !proven_at && <p>Someone must sign in with the provider once before it can be required.</p>}
				<Form
					label="Require the identity provider"
					submit={enforced ? "Allow passwords again" : "Require it"}
					fields={["break_glass"]}
					busy={enforce.isPending}
					error={enforce.error}
					onSubmit={({ break_glass: owner = "" }) =>
						enforce.mutate(enforced ? { enforced: false } : { enforced: true, break_glass: owner })
					}
				>
					{enforced ? (
						<p>
							Emergency access: <strong>{owners.find(({ id }) => id === break_glass)?.name ?? break_glass}</strong> can
							sign in without the provider.
						</p>
					) : (
						<SearchSelect
							name="break_glass"
							label="Owner who can sign in without it"
							hint="For emergencies when the provider is unavailable."
							things={owners.map(({ id, name }) => ({ id, title: name }))}
							finding={finding}
						/>
					)}
				</Form>
			</div>
		</Card>
	);
}
