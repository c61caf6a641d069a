// SPDX-License-Identifier: Apache-2.0
import type { ComponentProps } from "react";

import { openPage } from "@/lib/navigate";

type Props = ComponentProps<"a"> & { href: string };

/** A link to a page of the console that also works outside of the router. */
export function PageLink({ href, onClick, ...rest }: Props) {
	return (
		<a
			{...rest}
			href={href}
			onClick={(event) => {
				onClick?.(event);
				if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
				event.preventDefault();
				openPage(href);
			}}
		/>
	);
}
