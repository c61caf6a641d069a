// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Alert } from "@/components/alert";
import { Card } from "@/components/card";
import { CheckboxGroup } from "@/components/field";
import { Form } from "@/components/form";
import { Loaded } from "@/components/states";
import { type Policy, policyQuery, useSavePolicy } from "@/features/team/api/policy";
import { type Role, rolesQuery } from "@/features/team/api/role";
import { words } from "@/lib/format";

export function PolicyForm({ tenant }: { tenant: string }) {
	const policy = useQuery(policyQuery(tenant));
	const roles = useQuery(rolesQuery(tenant));

	return (
		<Card title="Second factor">
			<Loaded query={policy} label="the sign-in policy">
				{(rules) => (
					<Loaded query={roles} label="roles">
						{({ items }) => <Rules tenant={tenant} policy={rules} roles={items} />}
					</Loaded>
				)}
			</Loaded>
		</Card>
	);
}

function Rules({ tenant, policy, roles }: { tenant: string; policy: Policy; roles: Role[] }) {
	const save = useSavePolicy(tenant, policy);
	const [chosen, setChosen] = useState(policy.second_factor);
	const everybody = chosen.includes("*");

	return (
		<>
			{save.isSuccess && <Alert tone="ok" title="The policy is in effect" />}
			<Form
				label="Second factor"
				submit="Save"
				fields={["second_factor"]}
				busy={save.isPending}
				error={save.error}
				onSubmit={() => save.mutate({ second_factor: everybody ? ["*"] : chosen })}
			>
				<CheckboxGroup
					name="second_factor"
					label="Who must use a second factor"
					hint="An authenticator app or a passkey. Takes effect within seconds, also in open sessions."
					choices={[
						{ value: "*", title: "Everyone" },
						...(everybody
							? []
							: roles.map(({ id, name }) => ({ value: name, title: id ? name : words(name) }))),
					]}
					chosen={chosen}
					onChange={setChosen}
				/>
			</Form>
		</>
	);
}
