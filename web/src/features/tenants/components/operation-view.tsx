// SPDX-License-Identifier: Apache-2.0
import { Check, Circle, X } from "lucide-react";

import { Alert } from "@/components/alert";
import { Badge, type Tone } from "@/components/badge";
import { Card } from "@/components/card";
import { CopyButton } from "@/components/copy-button";
import { useNow } from "@/components/relative-time";
import { isFinal, type Operation, operationTitle, type Step } from "@/features/tenants/api/operation";
import { duration, words } from "@/lib/format";

import css from "./operation-view.module.css";

const tones: Record<Operation["state"], Tone> = {
	queued: "busy",
	running: "busy",
	done: "ok",
	failed: "bad",
};

/** One operation, step by step, while the platform works on it. */
export function OperationView({ operation }: { operation: Operation }) {
	const done = operation.steps.filter((step) => step.state === "done").length;
	const failed = operation.steps.find((step) => step.state === "failed");
	const total = operation.steps.length;

	return (
		<Card
			title={operationTitle(operation)}
			aside={
				<span className={css.aside}>
					{total > 0 && (
						<span className={css.count}>
							{done} of {total} steps
						</span>
					)}
					<Badge tone={tones[operation.state]}>{words(operation.state)}</Badge>
				</span>
			}
		>
			<p className="visually-hidden" role="status">
				{isFinal(operation)
					? `${operationTitle(operation)}: ${operation.state}`
					: `${operationTitle(operation)}: ${done} of ${total} steps done`}
			</p>
			{operation.state === "failed" && <Failure operation={operation} step={failed} />}
			<ol className={css.steps} aria-label="Steps">
				{operation.steps.map((step) => (
					<StepRow key={step.name} step={step} />
				))}
			</ol>
		</Card>
	);
}

const icons = { pending: Circle, running: Circle, done: Check, failed: X };

function StepRow({ step }: { step: Step }) {
	const Icon = icons[step.state];

	return (
		<li className={css.step} data-state={step.state}>
			<span className={css.mark} aria-hidden="true">
				<Icon />
			</span>
			<div className={css.text}>
				<p className={css.name}>
					{words(step.name)}
					<span className="visually-hidden">: {step.state}</span>
				</p>
				{step.detail && <p className={css.detail}>{step.detail}</p>}
			</div>
			<StepTime step={step} />
		</li>
	);
}

function StepTime({ step }: { step: Step }) {
	const now = useNow(step.state === "running" ? 500 : 60_000);

	if (!step.started_at) return null;
	return <span className={css.time}>{duration(step.started_at, step.finished_at ?? now)}</span>;
}

function Failure({ operation, step }: { operation: Operation; step: Step | undefined }) {
	return (
		<div className={css.failure}>
			<Alert tone="bad" title={step ? `“${words(step.name)}” failed` : "The operation failed"}>
				<p>{operation.error ?? step?.detail ?? "The platform gave no reason."}</p>
				<p>
					Nothing was lost: finished steps stay finished, and an operator of the platform can run the rest
					again. Tell them this number:
				</p>
				<p className={css.reference}>
					<code>{operation.id}</code>
					<CopyButton label="Copy the operation's number" text={() => operation.id} />
				</p>
			</Alert>
		</div>
	);
}
