// SPDX-License-Identifier: Apache-2.0
import { Check, Circle, SkipForward, Undo2, X } from "lucide-react";

import { Alert } from "@/components/alert";
import { Badge, type Tone } from "@/components/badge";
import { Card } from "@/components/card";
import { CopyButton } from "@/components/copy-button";
import { RelativeTime, useNow } from "@/components/relative-time";
import { isFinal, type Operation, type OperationEvent, operationTitle, type Step } from "@/features/tenants/api/operation";
import { duration, lasting, words } from "@/lib/format";

import css from "./operation-view.module.css";

const tones: Record<Operation["state"], Tone> = {
	queued: "busy",
	running: "busy",
	done: "ok",
	failed: "bad",
};

/** One operation, step by step, while the platform works on it. */
export function OperationView({ operation }: { operation: Operation }) {
	const done = operation.steps.filter(({ state }) => state === "done" || state === "skipped").length;
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
			{!isFinal(operation) && <Outlook operation={operation} />}
			<ol className={css.steps} aria-label="Steps">
				{operation.steps.map((step) => (
					<StepRow key={step.name} step={step} />
				))}
			</ol>
			{operation.events.length > 0 && <Events events={operation.events} />}
		</Card>
	);
}

/** When it will be done, or since when it takes longer; never a guess. */
function Outlook({ operation }: { operation: Operation }) {
	const now = useNow(1000);

	if (operation.late_since)
		return (
			<p className={css.outlook}>
				It takes longer than usual, since <RelativeTime time={operation.late_since} />. It goes on by itself; if it
				fails, operators of the platform are told.
			</p>
		);
	if (!operation.eta_at) return <p className={css.outlook}>How long it will take is not known yet at this place.</p>;
	return (
		<p className={css.outlook}>
			It will usually be done in {lasting(Date.parse(operation.eta_at) - now)}.
		</p>
	);
}

function Events({ events }: { events: readonly OperationEvent[] }) {
	return (
		<details className={css.events}>
			<summary>What happened</summary>
			<ol>
				{events.map((event, index) => (
					<li key={index}>
						<RelativeTime time={event.at} />: {event.step ? `${words(event.step)} ` : ""}
						{event.what}
						{event.by === "operator" ? " by an operator" : ""}
						{(event.reason ?? event.detail) ? `: ${event.reason ?? event.detail}` : ""}
					</li>
				))}
			</ol>
		</details>
	);
}

const icons = { pending: Circle, running: Circle, done: Check, failed: X, skipped: SkipForward, undone: Undo2 };

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

	const usual = step.typical_ms == null ? null : `usually ${lasting(step.typical_ms)}`;

	if (!step.started_at) return usual && <span className={css.time}>{usual}</span>;
	return (
		<span className={css.time}>
			{duration(step.started_at, step.finished_at ?? now)}
			{step.state === "running" && usual && `, ${usual}`}
		</span>
	);
}

function Failure({ operation, step }: { operation: Operation; step: Step | undefined }) {
	return (
		<div className={css.failure}>
			<Alert tone="bad" title={step ? `“${words(step.name)}” failed` : "The operation failed"}>
				<p>{operation.error ?? step?.detail ?? "The platform gave no reason."}</p>
				<p>
					Operators of the platform were told, and can have it tried again: you need not do anything. No data
					was lost. When you ask them, tell them this number:
				</p>
				<p className={css.reference}>
					<code>{operation.id}</code>
					<CopyButton label="Copy the operation's number" text={() => operation.id} />
				</p>
			</Alert>
		</div>
	);
}
