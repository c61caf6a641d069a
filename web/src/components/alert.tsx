// SPDX-License-Identifier: Apache-2.0
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { type ReactNode, use } from "react";

import { Remedy } from "@/components/remedy";
import type { ApiError } from "@/lib/problem";

import css from "./alert.module.css";

type Tone = "info" | "ok" | "warn" | "bad";

const icons = { info: Info, ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert };

type Props = {
	tone: Tone;
	title: string;
	children?: ReactNode;
	action?: ReactNode;
};

export function Alert({ tone, title, children, action }: Props) {
	const Icon = icons[tone];

	return (
		<div
			className={`${css.alert ?? ""} ${css[tone] ?? ""}`}
			role={tone === "bad" || tone === "warn" ? "alert" : "status"}
		>
			<Icon aria-hidden="true" />
			<div className={css.body}>
				<p className={css.title}>{title}</p>
				{children}
			</div>
			{action}
		</div>
	);
}

type ProblemProps = { error: ApiError; action?: ReactNode; children?: ReactNode };

/** A refusal or failure: what happened, why, and the request id for support. */
export function Problem({ error, action, children }: ProblemProps) {
	const remedy = use(Remedy)(error.code);

	return (
		<Alert tone="bad" title={error.title} action={remedy ?? action}>
			{error.detail && error.detail !== error.title && <p>{error.detail}</p>}
			{children}
			{error.requestId && (
				<p className={css.reference}>
					Reference <code>{error.requestId}</code>
				</p>
			)}
		</Alert>
	);
}
