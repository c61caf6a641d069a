// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import { useState } from "react";

import { Badge, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { RelativeTime } from "@/components/relative-time";
import { Row, Rows } from "@/components/rows";
import { Empty, Loaded, More } from "@/components/states";
import {
	type Decision,
	type PlatformOperation,
	platformOperationsQuery,
	useDecide,
} from "@/features/operations/api/platform-operation";
import { words } from "@/lib/format";

type Asked = { operation: PlatformOperation; what: Decision["what"] };

/** `manage`: may this operator decide? */
export function OperationList({ manage }: { manage: boolean }) {
	const operations = useInfiniteQuery(platformOperationsQuery);
	const [asked, setAsked] = useState<Asked | null>(null);

	return (
		<>
			<Loaded query={operations} label="operations">
				{({ pages }) => {
					const items = pages.flatMap((page) => page.items);

					if (items.length === 0)
						return (
							<Empty icon={<ListChecks />} title="Nothing waits">
								Every operation is done.
							</Empty>
						);
					return (
						<Card flush title="Operations">
							<Rows label="Operations">
								{items.map((operation) => (
									<OperationRow key={operation.id} operation={operation} ask={manage ? setAsked : null} />
								))}
							</Rows>
							<More query={operations} />
						</Card>
					);
				}}
			</Loaded>
			{asked && <ReasonForm {...asked} onDone={() => setAsked(null)} />}
		</>
	);
}

function condition({ state, ending }: PlatformOperation): [Tone, string] {
	if (ending) return ["warn", "ending"];
	return [state === "failed" ? "bad" : "busy", state];
}

/** What the platform takes: a creation, a suspension and its end can stop. */
const stoppable = ["tenant.provision", "tenant.suspend", "tenant.reactivate"];

function OperationRow({ operation, ask }: { operation: PlatformOperation; ask: ((asked: Asked) => void) | null }) {
	const { slug, kind, state, step, skippable, ending, error, created_at } = operation;
	const [tone, word] = condition(operation);
	const button = (what: Decision["what"], label: string) => (
		<Button size="sm" aria-label={`${label}: ${words(kind)} of ${slug}`} onClick={() => ask?.({ operation, what })}>
			{label}
		</Button>
	);

	return (
		<Row
			title={`${words(kind)} of ${slug}`}
			detail={
				<>
					{step && `At ${words(step).toLowerCase()}, `}asked for <RelativeTime time={created_at} />
					{error && `: ${error}`}
				</>
			}
		>
			<Badge tone={tone}>{word}</Badge>
			{ask && !ending && button("retry", "Retry")}
			{ask && !ending && skippable && button("skip", "Skip step")}
			{ask && !ending && state !== "failed" && stoppable.includes(kind) && button("abort", "Abort")}
		</Row>
	);
}

const questions = { retry: "Try it again?", skip: "Go on without this step?", abort: "Abort it?" };
const answers = { retry: "Retry", skip: "Skip it", abort: "Abort it" };

function ReasonForm({ operation, what, onDone }: Asked & { onDone: () => void }) {
	const decide = useDecide();
	const { id, step } = operation;

	return (
		<Dialog title={questions[what]} onClose={onDone}>
			<Form
				label={questions[what]}
				submit={answers[what]}
				fields={["reason"]}
				busy={decide.isPending}
				error={decide.error}
				cancel={{ label: "Cancel", onCancel: onDone }}
				onSubmit={({ reason = "" }) =>
					decide.mutate(
						{ id, what, reason: reason.trim(), ...(what === "skip" && step ? { step } : {}) },
						{ onSuccess: onDone },
					)
				}
			>
				{what === "abort" && <p>What it made of a tenant that never was active is removed. Its owners get a mail.</p>}
				<Field
					name="reason"
					label="Reason"
					hint="The customer sees it, and both audit logs keep it."
					autoComplete="off"
					minLength={3}
					maxLength={500}
					required
				/>
			</Form>
		</Dialog>
	);
}
