// SPDX-License-Identifier: Apache-2.0
import { Dialog } from "@/components/dialog";
import { Field, SelectField } from "@/components/field";
import { Form } from "@/components/form";
import { type AgentToken, type MadeAgentToken, useMakeAgentToken, useRotateAgentToken } from "@/features/agents/api/agent";

const spans = [
	{ value: "0", title: "Never" },
	{ value: "30", title: "30 days" },
	{ value: "90", title: "90 days" },
	{ value: "366", title: "1 year" },
];

type Props = { tenant: string; onMade: (token: MadeAgentToken) => void; onCancel: () => void };

export function AgentTokenForm({ tenant, onMade, onCancel }: Props) {
	const make = useMakeAgentToken(tenant);

	return (
		<Dialog title="New token for agents" onClose={onCancel}>
			<Form
				label="Create a token for agents"
				submit="Create token"
				fields={["name", "expires_in_days"]}
				busy={make.isPending}
				error={make.error}
				cancel={{ label: "Cancel", onCancel }}
				onSubmit={({ name = "", expires_in_days = "0" }) => {
					const days = Number(expires_in_days);

					make.mutate(days === 0 ? { name } : { name, expires_in_days: days }, { onSuccess: onMade });
				}}
			>
				<Field
					name="name"
					label="Name"
					hint="Where its agents run, such as “data centre north”."
					autoComplete="off"
					maxLength={60}
					required
				/>
				<SelectField name="expires_in_days" label="Expires in" initial="0" options={spans} />
			</Form>
		</Dialog>
	);
}

export function AgentTokenRotate({ tenant, token, onMade, onCancel }: Props & { token: AgentToken }) {
	const rotate = useRotateAgentToken(tenant);

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
					label="Hours until the old token ends"
					hint="0 to 168. Until then agents may register with either."
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
