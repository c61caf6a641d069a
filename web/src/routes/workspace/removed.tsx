// SPDX-License-Identifier: Apache-2.0
import { Link } from "@tanstack/react-router";
import { DoorOpen } from "lucide-react";

import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";

/** Shown in place of a page of a tenant that somebody was removed from. */
export function RemovedPage({ tenant }: { tenant: string }) {
	return (
		<Page title="You are no longer a member" narrow>
			<Empty
				icon={<DoorOpen />}
				title={`You no longer belong to ${tenant}`}
				action={
					<Link to="/tenants" className={buttonClass({ kind: "primary" })}>
						Go to your tenants
					</Link>
				}
			>
				Somebody removed you, or the tenant was deleted. What you did last may not have been saved. An owner or
				admin can invite you again.
			</Empty>
		</Page>
	);
}
