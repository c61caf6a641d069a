// SPDX-License-Identifier: Apache-2.0
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Compass } from "lucide-react";

import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { Empty, Failed } from "@/components/states";

export function FailedPage({ error }: ErrorComponentProps) {
	const router = useRouter();

	return (
		<Page title="Something went wrong" narrow>
			<Failed error={error} retry={() => void router.invalidate()} />
		</Page>
	);
}

export function MissingPage() {
	return (
		<Page title="Not found" narrow>
			<Empty
				icon={<Compass />}
				title="This page does not exist"
				action={
					<Link to="/" className={buttonClass({ kind: "primary" })}>
						Go to the start page
					</Link>
				}
			>
				The address is wrong, the page no longer exists, or you do not have access to it.
			</Empty>
		</Page>
	);
}
