// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { SelectField } from "@/components/field";
import { Form } from "@/components/form";
import { type Provider, providerQuery, useEnforce } from "@/features/sso/api/provider";

import css from "./sso.module.css";

type Owner = { id: string; name: string };

type Props = { tenant: string; owners: Owner[] };

/** Nothing to say before there is a provider. */
export function EnforceCard({ tenant, owners }: Props) {
	const provider = useQuery(providerQuery(tenant)).data;

	return provider ? <Enforcement tenant={tenant} provider={provider} owners={owners} /> : null;
}

function Enforcement({ tenant, provider, owners }: Props & { provider: Provider }) {
	const enforce = useEnforce(tenant);
	const { enforced, break_glass, proven_at } = provider;

	return (
		<Card
			title="Sign-in by the provider only"
			aside={<Badge tone={enforced ? "ok" : "idle"}>{enforced ? "Enforced" : "Not enforced"}</Badge>}
		>
			<div className={css.stack}>
				<p>
					{enforced
						? "Passwords and passkeys open nothing in this tenant, but for one owner."
						: "Members may use the provider, or their password and passkeys."}
				</p>
				{!enforced && !proven_at && <p>Somebody has to come in by the provider once before it can be enforced.</p>}
				<Form
					label="Sign-in by the provider only"
					submit={enforced ? "Let passwords in again" : "Enforce it"}
					fields={["break_glass"]}
					busy={enforce.isPending}
					error={enforce.error}
					onSubmit={({ break_glass: owner = "" }) =>
						enforce.mutate(enforced ? { enforced: false } : { enforced: true, break_glass: owner })
					}
				>
					{enforced ? (
						<p>
							Break glass: <strong>{owners.find(({ id }) => id === break_glass)?.name ?? break_glass}</strong> may
							come in without the provider.
						</p>
					) : (
						<SelectField
							name="break_glass"
							label="Owner who may come in without it"
							hint="For the day when the provider is down."
							options={owners.map(({ id, name }) => ({ value: id, title: name }))}
						/>
					)}
				</Form>
			</div>
		</Card>
	);
}
