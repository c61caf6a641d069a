// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound, Plus, RefreshCw } from "lucide-react";
import { useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { GivenName } from "@/components/given-name";
import { Row, Rows } from "@/components/rows";
import { Secret } from "@/components/secret";
import { Searched } from "@/components/searched";
import { Empty } from "@/components/states";
import { RelativeTime, useNow } from "@/components/relative-time";
import {
	type Keeper,
	type MadeToken,
	type Token,
	tokensQuery,
	useRevokeToken,
	useRotateToken,
} from "@/features/tokens/api/token";
import { type Scope, TokenForm } from "@/features/tokens/components/token-form";
import { moment } from "@/lib/format";
import { toApiError } from "@/lib/problem";
import type { Wanted } from "@/lib/wanted";

type Props = {
	keeper: Keeper;
	title: string;
	scopes: Scope[];
	wanted: Wanted;
	onWanted: (wanted: Wanted) => void;
};

export function TokenList({ keeper, title, scopes, wanted, onWanted }: Props) {
	const tokens = useInfiniteQuery(tokensQuery(keeper, wanted));
	const [making, setMaking] = useState(false);
	const [made, setMade] = useState<MadeToken | null>(null);
	const make = (
		<Button kind="primary" icon={<Plus aria-hidden="true" />} onClick={() => setMaking(true)}>
			New token
		</Button>
	);

	return (
		<>
			{made && (
				<Alert
					tone="warn"
					title={`Save “${made.name}” now: it is not shown again`}
					action={
						<Button size="sm" onClick={() => setMade(null)}>
							I have saved it
						</Button>
					}
				>
					<Secret label="Token" value={made.token} />
				</Alert>
			)}
			<Searched
				query={tokens}
				label="tokens"
				wanted={wanted}
				onWanted={onWanted}
				empty={
					<Empty icon={<KeyRound />} title="No token yet" action={make}>
						A token lets a program work in this tenant within the scopes that you choose.
					</Empty>
				}
			>
				{(items, more) => (
					<Card flush title={title} aside={make}>
						<Rows label={title}>
							{items.map((token) => (
								<TokenRow key={token.id} keeper={keeper} token={token} onMade={setMade} />
							))}
						</Rows>
						{more}
					</Card>
				)}
			</Searched>
			{making && (
				<TokenForm
					keeper={keeper}
					scopes={scopes}
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

type RowProps = { keeper: Keeper; token: Token; onMade: (token: MadeToken) => void };

function TokenRow({ keeper, token, onMade }: RowProps) {
	const revoke = useRevokeToken(keeper);
	const [rotating, setRotating] = useState(false);
	const now = useNow(60_000);
	const expired = Date.parse(token.expires_at) < now;

	return (
		<Row
			icon={<KeyRound />}
			title={
				<>
					<GivenName>{token.name}</GivenName> <code>{token.hint}…</code>
				</>
			}
			detail={
				<>
					<p>{token.scopes.join(" · ")}</p>
					<p>
						expires {moment(token.expires_at)} · {token.used_at ? <>used <RelativeTime time={token.used_at} /></> : "never used"}
					</p>
				</>
			}
		>
			{expired && <Badge tone="idle">Expired</Badge>}
			{token.replaced_by && !expired && <Badge tone="warn">Replaced</Badge>}
			{!expired && !token.replaced_by && (
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
				consequence={<p>Programs that use it are refused from their next request on.</p>}
				onConfirm={() => revoke.mutate(token.id)}
			>
				Revoke
			</ConfirmButton>
			{revoke.error && <Problem error={toApiError(revoke.error)} />}
			{rotating && (
				<Rotate
					keeper={keeper}
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

type RotateProps = RowProps & { onCancel: () => void };

function Rotate({ keeper, token, onMade, onCancel }: RotateProps) {
	const rotate = useRotateToken(keeper);

	return (
		<Dialog title={`Rotate “${token.name}”`} onClose={onCancel}>
			<Form
				label="Rotate the token"
				submit="Create the new token"
				fields={["overlap_hours"]}
				busy={rotate.isPending}
				error={rotate.error}
				cancel={{ label: "Cancel", onCancel }}
				onSubmit={({ overlap_hours = "0" }) =>
					rotate.mutate({ id: token.id, overlap_hours: Number(overlap_hours) }, { onSuccess: onMade })
				}
			>
				<Field
					name="overlap_hours"
					label="Hours until the old token expires"
					hint="0 to 168. Until then both tokens work."
					type="number"
					min={0}
					max={168}
					defaultValue={24}
					required
				/>
			</Form>
		</Dialog>
	);
}
