// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Cable, Plus, RefreshCw } from "lucide-react";
import { useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { GivenName } from "@/components/given-name";
import { RelativeTime } from "@/components/relative-time";
import { Row, Rows } from "@/components/rows";
import { Searched } from "@/components/searched";
import { Secret } from "@/components/secret";
import { Empty } from "@/components/states";
import { type AgentToken, agentTokensQuery, type MadeAgentToken, useRevokeAgentToken } from "@/features/agents/api/agent";
import { AgentTokenForm, AgentTokenRotate } from "@/features/agents/components/agent-token-form";
import { moment } from "@/lib/format";
import { toApiError } from "@/lib/problem";
import type { Wanted } from "@/lib/wanted";

type Props = { tenant: string; wanted: Wanted; onWanted: (wanted: Wanted) => void };

/** The tokens with which agents outside of the platform register. */
export function AgentTokens({ tenant, wanted, onWanted }: Props) {
	const tokens = useInfiniteQuery(agentTokensQuery(tenant, wanted));
	const [making, setMaking] = useState(false);
	const [made, setMade] = useState<MadeAgentToken | null>(null);
	const make = (
		<Button kind="primary" icon={<Plus aria-hidden="true" />} onClick={() => setMaking(true)}>
			New token
		</Button>
	);

	return (
		<>
			{made && <Made made={made} onSaved={() => setMade(null)} />}
			<Searched
				query={tokens}
				label="tokens"
				wanted={wanted}
				onWanted={onWanted}
				empty={
					<Empty icon={<Cable />} title="No token for agents yet" action={make}>
						With a token, applications that run elsewhere report to this tenant.
					</Empty>
				}
			>
				{(items, more) => (
					<Card flush title="Tokens for agents" aside={make}>
						<Rows label="Tokens for agents">
							{items.map((token) => (
								<TokenRow key={token.id} tenant={tenant} token={token} onMade={setMade} />
							))}
						</Rows>
						{more}
					</Card>
				)}
			</Searched>
			{making && (
				<AgentTokenForm
					tenant={tenant}
					onMade={(token) => {
						setMaking(false);
						setMade(token);
					}}
					onCancel={() => setMaking(false)}
				/>
			)}
		</>
	);
}

function Made({ made, onSaved }: { made: MadeAgentToken; onSaved: () => void }) {
	return (
		<Alert
			tone="warn"
			title={`Save “${made.name}” now: it is not shown again`}
			action={
				<Button size="sm" onClick={onSaved}>
					I have saved it
				</Button>
			}
		>
			<Secret label="Token" value={made.token} />
		</Alert>
	);
}

type RowProps = { tenant: string; token: AgentToken; onMade: (token: MadeAgentToken) => void };

function TokenRow({ tenant, token, onMade }: RowProps) {
	const revoke = useRevokeAgentToken(tenant);
	const [rotating, setRotating] = useState(false);

	return (
		<Row
			icon={<Cable />}
			title={
				<>
					<GivenName>{token.name}</GivenName> <code>{token.hint}…</code>
				</>
			}
			detail={
				<p>
					{token.expires_at ? `ends ${moment(token.expires_at)}` : "ends when it is revoked"} ·{" "}
					{token.used_at ? (
						<>
							used <RelativeTime time={token.used_at} /> from <code>{token.used_from}</code>
						</>
					) : (
						"never used"
					)}
				</p>
			}
		>
			{token.replaced_by ? (
				<Badge tone="warn">Replaced</Badge>
			) : (
				<Button
					size="sm"
					icon={<RefreshCw aria-hidden="true" />}
					aria-label={`Rotate ${token.name}`}
					onClick={() => setRotating(true)}
				>
					Rotate
				</Button>
			)}
			<ConfirmButton
				label={`Revoke ${token.name}`}
				busy={revoke.isPending}
				question={`Revoke “${token.name}”?`}
				confirm="Revoke"
				consequence={
					<p>Agents that registered with it are refused at once. All other agents outside of the platform register again by themselves.</p>
				}
				onConfirm={() => revoke.mutate(token.id)}
			>
				Revoke
			</ConfirmButton>
			{revoke.error && <Problem error={toApiError(revoke.error)} />}
			{rotating && (
				<AgentTokenRotate
					tenant={tenant}
					token={token}
					onMade={(made) => {
						setRotating(false);
						onMade(made);
					}}
					onCancel={() => setRotating(false)}
				/>
			)}
		</Row>
	);
}
