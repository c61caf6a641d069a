// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Globe } from "lucide-react";
import { useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { Row, Rows } from "@/components/rows";
import { Secret } from "@/components/secret";
import { Loaded } from "@/components/states";
import { type Domain, domainsQuery, useAddDomain, useRemoveDomain, useVerifyDomain } from "@/features/sso/api/domain";
import { toApiError } from "@/lib/problem";

import css from "./sso.module.css";

export function DomainCard({ tenant }: { tenant: string }) {
	const domains = useQuery(domainsQuery(tenant));
	const add = useAddDomain(tenant);
	const [turn, setTurn] = useState(0);

	return (
		<Card title="Domains">
			<div className={css.stack}>
				<p>The provider can sign in people with addresses in these domains, once a DNS record confirms each domain.</p>
				<Loaded query={domains} label="domains">
					{({ items }) =>
						items.length > 0 && (
							<Rows label="Domains">
								{items.map((domain) => (
									<DomainRow key={domain.domain} tenant={tenant} domain={domain} />
								))}
							</Rows>
						)
					}
				</Loaded>
				<Form
					key={turn}
					label="Add a domain"
					submit="Add domain"
					fields={["domain"]}
					busy={add.isPending}
					error={add.error}
					onSubmit={({ domain = "" }) =>
						add.mutate(domain.trim().toLowerCase(), { onSuccess: () => setTurn((last) => last + 1) })
					}
				>
					<Field
						name="domain"
						label="Domain"
						hint="For example example.com."
						autoComplete="off"
						autoCapitalize="none"
						spellCheck={false}
						required
					/>
				</Form>
			</div>
		</Card>
	);
}

function DomainRow({ tenant, domain }: { tenant: string; domain: Domain }) {
	const verify = useVerifyDomain(tenant);
	const remove = useRemoveDomain(tenant);
	const error = verify.error ?? remove.error;
	const proven = Boolean(domain.verified_at);

	return (
		<Row icon={<Globe />} title={domain.domain} detail={proven ? undefined : <Record domain={domain} />}>
			<Badge tone={proven ? "ok" : "warn"}>{proven ? "Confirmed" : "Not confirmed"}</Badge>
			{!proven && (
				<Button
					size="sm"
					busy={verify.isPending}
					aria-label={`Check now: the record of ${domain.domain}`}
					onClick={() => verify.mutate(domain.domain)}
				>
					Check now
				</Button>
			)}
			<ConfirmButton
				label={`Remove ${domain.domain}`}
				busy={remove.isPending}
				question={`Remove ${domain.domain}?`}
				confirm="Remove"
				consequence={<p>New people with addresses in that domain can no longer sign in with the provider.</p>}
				onConfirm={() => remove.mutate(domain.domain)}
			>
				Remove
			</ConfirmButton>
			{verify.data?.problem && (
				<Alert tone="warn" title="The record was not found">
					<p>{verify.data.problem}</p>
				</Alert>
			)}
			{error && <Problem error={toApiError(error)} />}
		</Row>
	);
}

function Record({ domain }: { domain: Domain }) {
	return (
		<div className={css.stack}>
			<p>Create this TXT record in the domain's DNS, then check it.</p>
			<Secret label={`Name of the record of ${domain.domain}`} value={domain.txt_name} />
			<Secret label={`Value of the record of ${domain.domain}`} value={domain.txt_value} />
		</div>
	);
}
