// SPDX-License-Identifier: Apache-2.0
import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";

import { Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { useOneBox } from "@/components/one-box";
import { toApiError } from "@/lib/problem";

import css from "./states.module.css";

export function Loading({ label }: { label: string }) {
	return (
		<div role="status" className={css.loading}>
			<span className="visually-hidden">Loading {label}…</span>
			<span className={css.bone} aria-hidden="true" />
			<span className={css.bone} aria-hidden="true" />
			<span className={css.bone} aria-hidden="true" />
		</div>
	);
}

/** One box for all parts of a page that fail alike; its button tries all. */
export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
	const failure = toApiError(error);
	const box = useOneBox(`${failure.status} ${failure.code} ${failure.message}`, retry);

	if (!box.mine) return null;
	return (
		<Problem
			error={failure}
			action={
				failure.lasting ? undefined : (
					<Button size="sm" icon={<RotateCw aria-hidden="true" />} onClick={box.retry}>
						Try again
					</Button>
				)
			}
		/>
	);
}

type EmptyProps = { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode };

export function Empty({ icon, title, children, action }: EmptyProps) {
	return (
		<div className={css.empty}>
			<span className={css.emptyIcon} aria-hidden="true">
				{icon}
			</span>
			<h2 className={css.emptyTitle}>{title}</h2>
			<p>{children}</p>
			{action}
		</div>
	);
}

type Query<T> = {
	data: T | undefined;
	error: unknown;
	refetch: () => Promise<unknown>;
};

type LoadedProps<T> = { query: Query<T>; label: string; children: (data: T) => ReactNode };

/**
 * Shows loading, a failure with a retry button, or the data; marks old data.
 */
export function Loaded<T>({ query, label, children }: LoadedProps<T>) {
	const failed = query.error ? <Failed error={query.error} retry={() => void query.refetch()} /> : null;

	if (query.data === undefined) return failed ?? <Loading label={label} />;
	return (
		<>
			{failed}
			{children(query.data)}
		</>
	);
}

type MoreProps = { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> } };

export function More({ query }: MoreProps) {
	if (!query.hasNextPage) return null;
	return (
		<p className={css.more}>
			<Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
				Show more
			</Button>
		</p>
	);
}
