// SPDX-License-Identifier: Apache-2.0
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { type ReactNode, use } from "react";

import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { PublicPage } from "@/components/public-page";
import { InShell } from "@/components/shell";
import { Empty, Failed } from "@/components/states";

type FramedProps = { title: string; children: ReactNode };

/** Where the shell itself is missing, the frame of the public pages stands in. */
function Framed({ title, children }: FramedProps) {
	if (!use(InShell)) return <PublicPage title={title}>{children}</PublicPage>;
	return (
		<Page title={title} narrow>
			{children}
		</Page>
	);
}

export function FailedPage({ error }: ErrorComponentProps) {
	const router = useRouter();

	return (
		<Framed title="Something went wrong">
			<Failed error={error} retry={() => void router.invalidate()} />
		</Framed>
	);
}

export function MissingPage() {
	return (
		<Framed title="Not found">
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
		</Framed>
	);
}
