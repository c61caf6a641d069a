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
				title="Nothing is here"
				action={
					<Link to="/" className={buttonClass({ kind: "primary" })}>
						To the start
					</Link>
				}
			>
				The address is wrong, or what it named is gone or not yours to see.
			</Empty>
		</Page>
	);
}
