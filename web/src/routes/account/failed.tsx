// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Lock, RotateCw } from "lucide-react";

import { Button, buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";
import { meQuery } from "@/features/auth/api/me";
import type { Permission } from "@/lib/permission";
import { Forbidden } from "@/routes/access";
import { FailedPage } from "@/routes/failed";
import { Giver } from "@/routes/workspace/forbidden";

export default function AccountFailed(props: ErrorComponentProps) {
	const { error } = props;

	return error instanceof Forbidden ? <OperatorsOnly permission={error.permission} /> : <FailedPage {...props} />;
}

/** 403 outside of a tenant: only operators have permissions there. */
function OperatorsOnly({ permission }: { permission: Permission }) {
	const client = useQueryClient();
	const router = useRouter();

	async function again() {
		await client.refetchQueries(meQuery);
		await router.invalidate();
	}
	return (
		<Page title="You cannot open this page" narrow>
			<Empty
				icon={<Lock />}
				title={`The permission ${permission} is missing`}
				action={
					<>
						<Link to="/" className={buttonClass({ kind: "primary" })}>
							Go to the start page
						</Link>{" "}
						<Button icon={<RotateCw aria-hidden="true" />} onClick={() => void again()}>
							Check again
						</Button>
					</>
				}
			>
				<Giver permission={permission} tenant="" />
			</Empty>
		</Page>
	);
}
