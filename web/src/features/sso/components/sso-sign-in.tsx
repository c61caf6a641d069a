// SPDX-License-Identifier: Apache-2.0
import { Building2 } from "lucide-react";
import { useState } from "react";

import { Alert } from "@/components/alert";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { startAddress, useDiscover } from "@/features/sso/api/discover";
import { leaveConsole } from "@/lib/navigate";

type Props = { tenant: string | undefined; back: string };

/** Finds the identity provider for an address and opens its page. */
export function SsoSignIn({ tenant, back }: Props) {
	const discover = useDiscover();
	const [unknown, setUnknown] = useState(false);

	if (tenant) {
		return (
			<Button
				kind="primary"
				icon={<Building2 aria-hidden="true" />}
				onClick={() => leaveConsole(startAddress(tenant, back))}
			>
				{`Sign in with the provider of ${tenant}`}
			</Button>
		);
	}
	return (
		<>
			{unknown && (
				<Alert tone="warn" title="No organisation uses that domain to sign in">
					<p>Sign in with your password or a passkey, or ask an owner of your organisation's tenant.</p>
				</Alert>
			)}
			<Form
				label="Sign in with your organisation"
				submit="Continue"
				fields={["email"]}
				busy={discover.isPending}
				error={discover.error}
				onSubmit={({ email = "" }) =>
					discover.mutate(email, {
						onSuccess: (found) => {
							setUnknown(found.tenant === null);
							if (found.tenant !== null) leaveConsole(startAddress(found.tenant, back));
						},
					})
				}
			>
				<Field name="email" label="E-mail" type="email" autoComplete="username" required />
			</Form>
		</>
	);
}
