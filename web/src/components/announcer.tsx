// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, createContext, use, useCallback, useState } from "react";

const Announce = createContext<(message: string) => void>(() => undefined);

/** The page's only polite live region, for changes that are only visible. */
export function Announcer({ children }: { children: ReactNode }) {
	const [message, setMessage] = useState({ text: "", turn: 0 });
	const announce = useCallback((text: string) => {
		setMessage((last) => ({ text, turn: last.turn + 1 }));
	}, []);

	return (
		<Announce value={announce}>
			{children}
			<div className="visually-hidden" role="status" aria-live="polite">
				<span key={message.turn}>{message.text}</span>
			</div>
		</Announce>
	);
}

export function useAnnounce() {
	return use(Announce);
}
