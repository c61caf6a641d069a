// SPDX-License-Identifier: Apache-2.0
/*
 * The two halves of the console: public pages, and the pages behind the
 * sign-in, which are loaded when they are needed.
 */
import { Component, lazy, type ReactNode, Suspense, useEffect, useRef } from "react";

import { Announcer, useAnnounce } from "@/components/announcer";
import { PublicPage } from "@/components/public-page";
import { Failed } from "@/components/states";
import { useAddress } from "@/lib/navigate";
import { publicPages } from "@/routes/public/pages";

const Console = lazy(() => import("@/console"));

export function App() {
	const path = useAddress().replace(/\?.*/, "").replace(/(.)\/$/, "$1");
	const Page = publicPages[path];

	return (
		<Announcer>
			<Boundary key={Page ? path : "console"}>
				<Suspense fallback={null}>
					{Page ? (
						<Announced path={path}>
							<Page />
						</Announced>
					) : (
						<Console />
					)}
				</Suspense>
			</Boundary>
		</Announcer>
	);
}

let shown: string | null = null;

/** Announces a new page to screen readers, and moves lost focus to it. */
function Announced({ path, children }: { path: string; children: ReactNode }) {
	const announce = useAnnounce();
	const first = useRef(shown === null);

	useEffect(() => {
		shown = path;
		if (first.current) return;
		announce(document.title);
		if (document.activeElement === document.body) document.getElementById("main")?.focus();
	}, [path, announce]);
	return children;
}

/**
 * Shown when a part of the console cannot be loaded, as after a new release.
 */
class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
	override state: { error: unknown } = { error: null };

	static getDerivedStateFromError(error: unknown) {
		return { error };
	}

	override render() {
		if (this.state.error === null) return this.props.children;
		return (
			<PublicPage title="The console could not be loaded">
				<Failed error={this.state.error} retry={() => window.location.reload()} />
			</PublicPage>
		);
	}
}
