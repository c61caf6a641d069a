// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { Loaded } from "@/components/states";
import { type ServerToken, serverTokenQuery, useRotateServerToken } from "@/features/agents/api/agent";
import { moment } from "@/lib/format";

function says(token: ServerToken): string {
	if (!token.asked_at) return "It was never replaced.";
	if (!token.rotated_at || !token.ends_at) return "It is being replaced.";
	if (token.ended_at) return `It was replaced ${moment(token.rotated_at)}; the one before it has ended.`;
	return `It was replaced ${moment(token.rotated_at)}. The one before it is taken until ${moment(token.ends_at)}.`;
}

/** The token of the tenant's own server, which the platform's applications have. */
export function ServerTokenCard({ tenant }: { tenant: string }) {
	const [rotating, setRotating] = useState(false);

	return (
		<Card
			title="Token of the server"
			aside={
				<Button icon={<RefreshCw aria-hidden="true" />} onClick={() => setRotating(true)}>
					Replace
				</Button>
			}
		>
			<p>The applications that run here have a token of their own, which nobody sees.</p>
			<Loaded query={useQuery(serverTokenQuery(tenant))} label="token">
				{(token) => <p>{says(token)}</p>}
			</Loaded>
			{rotating && <Replace tenant={tenant} onEnd={() => setRotating(false)} />}
		</Card>
	);
}

function Replace({ tenant, onEnd }: { tenant: string; onEnd: () => void }) {
	const rotate = useRotateServerToken(tenant);

	return (
		<Dialog title="Replace the token of the server" onClose={onEnd}>
			<Form
				label="Replace the token"
				submit="Replace it"
				fields={["overlap_hours"]}
				busy={rotate.isPending}
				error={rotate.error}
				cancel={{ label: "Cancel", onCancel: onEnd }}
				onSubmit={({ overlap_hours = "24" }) => rotate.mutate(Number(overlap_hours), { onSuccess: onEnd })}
			>
				<p>The server is restarted now and when the overlap ends. Running applications get the new token without a gap.</p>
				<Field
					name="overlap_hours"
					label="Hours of the overlap"
					hint="1 to 168. Until then both tokens work."
					type="number"
					min={1}
					max={168}
					defaultValue={24}
					required
				/>
			</Form>
		</Dialog>
	);
}
