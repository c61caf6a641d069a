// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, ScrollText } from "lucide-react";
import { useState } from "react";

import { Problem } from "@/components/alert";
import { Badge, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyButton } from "@/components/copy-button";
import type { Finding } from "@/components/search-select";
import { Empty, Loaded, More } from "@/components/states";
import { type AuditEvent, eventsQuery, type Filters, type Format, useExport } from "@/features/audit/api/events";
import { type Actor, FilterBar } from "@/features/audit/components/filter-bar";
import { moment, words } from "@/lib/format";
import { useMay } from "@/lib/permission";
import { toApiError } from "@/lib/problem";
import { downloadText } from "@/lib/download";

import css from "./audit.module.css";

type Props = {
	tenant: string;
	/** Those whose names are known, and those among them who are searched. */
	actors: Actor[];
	found: Actor[];
	finding: Finding;
	filters: Filters;
	onFilters: (filters: Filters) => void;
};

export function AuditLog({ tenant, actors, found, finding, filters, onFilters }: Props) {
	const may = useMay();
	const query = useInfiniteQuery(eventsQuery(tenant, filters));
	const seen = query.data?.pages.flatMap(({ items }) => items.map(({ action }) => action)) ?? [];
	const filtered = Object.values(filters).some(Boolean);

	return (
		<>
			<FilterBar
				tenant={tenant}
				actors={found}
				finding={finding}
				seen={seen}
				filters={filters}
				onFilters={onFilters}
			/>
			{may("audit.export") && <Exports tenant={tenant} filters={filters} />}
			<Loaded query={query} label="the audit log">
				{({ pages }) => {
					const events = pages.flatMap(({ items }) => items);

					if (events.length === 0) {
						return (
							<Empty
								icon={<ScrollText />}
								title={filtered ? "No event matches these filters" : "No events yet"}
								action={filtered && <Button onClick={() => onFilters({})}>Clear the filters</Button>}
							>
								Every change in this tenant and every refused attempt is recorded here.
							</Empty>
						);
					}
					return (
						<Card flush>
							<ol className={css.events} aria-label="Events">
								{events.map((event) => (
									<EventRow key={event.id} event={event} actors={actors} onFilters={onFilters} />
								))}
							</ol>
							<More query={query} />
						</Card>
					);
				}}
			</Loaded>
		</>
	);
}

const types: Record<Format, string> = { csv: "text/csv", ndjson: "application/x-ndjson" };

function Exports({ tenant, filters }: { tenant: string; filters: Filters }) {
	const run = useExport(tenant, filters);
	const save = (format: Format) =>
		run.mutate(format, {
			onSuccess: (text) => downloadText(`audit-${tenant}.${format}`, types[format], text),
		});

	return (
		<>
			{run.error && <Problem error={toApiError(run.error)} />}
			<div className={css.actions}>
				<Button
					size="sm"
					icon={<Download aria-hidden="true" />}
					busy={run.isPending && run.variables === "csv"}
					onClick={() => save("csv")}
				>
					Export as CSV
				</Button>
				<Button
					size="sm"
					icon={<Download aria-hidden="true" />}
					busy={run.isPending && run.variables === "ndjson"}
					onClick={() => save("ndjson")}
				>
					Export the signed log
				</Button>
				<span className={css.note}>
					CSV contains the events that match the filters. The signed log is complete:{" "}
					<code>cameleerctl audit verify</code> detects any change to it.
				</span>
			</div>
		</>
	);
}

const tones: Record<string, Tone> = { done: "ok", refused: "warn", failed: "bad" };

type RowProps = { event: AuditEvent; actors: Actor[]; onFilters: (filters: Filters) => void };

function EventRow({ event, actors, onFilters }: RowProps) {
	const [open, setOpen] = useState(false);
	const { subject_type, subject_id } = event;

	return (
		<li className={css.event}>
			<div className={css.head}>
				<code className={css.action}>{event.action}</code>
				<Badge tone={tones[event.result] ?? "idle"}>{words(event.result)}</Badge>
				<span dir="auto" className={css.who}>
					{actorName(event, actors)}
				</span>
				<span dir="auto" className={css.who}>
					{subject_type && subjectName(event, actors)}
				</span>
				<time className={css.time} dateTime={event.at}>
					{moment(event.at)}
				</time>
				<Button size="sm" kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
					{open ? "Less" : "More"}
				</Button>
			</div>
			{open && (
				<dl className={css.facts}>
					{subject_type && (
						<Fact name="Subject">
							{subject_type} {subject_id}
							{subject_id && (
								<Button size="sm" kind="quiet" onClick={() => onFilters({ subject_type, subject_id })}>
									Show its history
								</Button>
							)}
						</Fact>
					)}
					{event.environment && <Fact name="Environment">{event.environment}</Fact>}
					{event.code && <Fact name="Code">{event.code}</Fact>}
					{event.client_ip && <Fact name="Address">{event.client_ip}</Fact>}
					{Object.entries(event.facts ?? {}).map(([name, value]) => (
						<Fact key={name} name={words(name)}>
							{typeof value === "string" ? value : JSON.stringify(value)}
						</Fact>
					))}
					{event.request_id && (
						<Fact name="Request">
							{event.request_id}
							<CopyButton label="Copy the request's number" text={() => event.request_id ?? ""} />
						</Fact>
					)}
				</dl>
			)}
		</li>
	);
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
	return (
		<div>
			<dt>{name}</dt>
			<dd>{children}</dd>
		</div>
	);
}

/** What it was done to: "release 12, orders". */
function subjectName({ subject_type, subject_id, facts }: AuditEvent, actors: Actor[]): string {
	const told = [facts?.name, facts?.email, facts?.app].find((fact) => typeof fact === "string");
	const known = actors.find(({ id }) => id === subject_id)?.name;
	// Ids begin with the time: their ends differ.
	const name = known ?? told ?? (subject_id && shortId(subject_id));

	return [words(subject_type ?? ""), name].filter(Boolean).join(" ");
}

function shortId(id: string): string {
	return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? id.slice(-12) : id;
}

function actorName({ actor, actor_kind, person }: AuditEvent, actors: Actor[]): string {
	const told = person?.name ?? person?.email;

	if (typeof told === "string") return told;
	return actors.find(({ id }) => id === actor)?.name ?? words(actor_kind);
}
