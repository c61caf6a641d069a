// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "react";

type State<I, O> = {
	isPending: boolean;
	isSuccess: boolean;
	error: unknown;
	data: O | undefined;
	variables: I | undefined;
};

const idle = { isPending: false, isSuccess: false, error: null, data: undefined, variables: undefined };

type Callbacks<O> = { onSuccess?: (output: O) => void };

/**
 * A write on a public page: like useMutation, without the cache.  A callback is
 * not called after its component was removed.
 */
export function useAction<I, O>(run: (input: I) => Promise<O>) {
	const [state, setState] = useState<State<I, O>>(idle);
	const here = useRef(false);

	useEffect(() => {
		here.current = true;
		return () => {
			here.current = false;
		};
	}, []);

	function mutate(input: I, { onSuccess }: Callbacks<O> = {}): void {
		setState({ ...idle, isPending: true, variables: input });
		run(input).then(
			(data) => {
				if (!here.current) return;
				setState({ ...idle, isSuccess: true, data, variables: input });
				onSuccess?.(data);
			},
			(error: unknown) => {
				if (here.current) setState({ ...idle, error, variables: input });
			},
		);
	}
	return { ...state, mutate };
}

type Loaded<T> = { data: T | undefined; error: unknown };

/** Loads once for a key; aborts when the component is removed. */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
	const [loaded, setLoaded] = useState<Loaded<T>>({ data: undefined, error: null });

	useEffect(() => {
		const leaving = new AbortController();
		const settle = (next: Loaded<T>) => {
			if (!leaving.signal.aborted) setLoaded(next);
		};

		load(leaving.signal).then(
			(data) => settle({ data, error: null }),
			(error: unknown) => settle({ data: undefined, error }),
		);
		return () => leaving.abort();
		// The key says what is loaded; the function is new on every render.
		// eslint-disable-next-line react-hooks/exhaustive-deps
	}, [key]);
	return loaded;
}
