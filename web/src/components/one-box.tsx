// SPDX-License-Identifier: Apache-2.0
/*
 * Several queries of a page often fail for one reason.  The first of them shows
 * the box, the others show nothing.
 */
import { createContext, type ReactNode, use, useEffect, useId, useLayoutEffect, useRef, useState } from "react";

type Box = { id: string; reason: string; retry: () => void };

type Boxes = { list: readonly Box[]; add: (box: Box) => () => void };

const Shared = createContext<Boxes | null>(null);

export function OneBox({ children }: { children: ReactNode }) {
	const [list, setList] = useState<readonly Box[]>([]);
	const [add] = useState(() => (box: Box) => {
		setList((boxes) => [...boxes, box]);
		return () => setList((boxes) => boxes.filter((other) => other !== box));
	});

	return <Shared value={{ list, add }}>{children}</Shared>;
}

/** Is the box of this reason mine to show?  Its retry serves all who share it. */
export function useOneBox(reason: string, retry: () => void) {
	const shared = use(Shared);
	const add = shared?.add;
	const id = useId();
	const latest = useRef(retry);

	useEffect(() => {
		latest.current = retry;
	});
	useLayoutEffect(() => add?.({ id, reason, retry: () => latest.current() }), [add, id, reason]);
	if (!shared) return { mine: true, retry };

	const alike = shared.list.filter((box) => box.reason === reason);
	return {
		mine: alike[0]?.id === id,
		retry: () => {
			for (const box of alike) box.retry();
		},
	};
}
