// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Field, SelectField } from "@/components/field";
import { Form } from "@/components/form";
import { type Finding, SearchSelect } from "@/components/search-select";
import { actionsQuery, type Filters } from "@/features/audit/api/events";

import css from "./audit.module.css";

export type Actor = { id: string; name: string };

type Props = {
	tenant: string;
	/** People whom the words in the choice of actors find. */
	actors: Actor[];
	finding: Finding;
	/**
	 * Actions of the events that are shown; choices when there is no
	 * catalogue.
	 */
	seen: string[];
	filters: Filters;
	onFilters: (filters: Filters) => void;
};

const any = { value: "", title: "Any" };
const results = [any, { value: "done", title: "Done" }, { value: "refused", title: "Refused" }, { value: "failed", title: "Failed" }];

export function FilterBar({ tenant, actors, finding, seen, filters, onFilters }: Props) {
	const catalogue = useQuery(actionsQuery(tenant)).data?.items.map(({ action }) => action) ?? [];
	const known = [...new Set([...catalogue, ...seen, filters.action ?? ""])].filter(Boolean).sort();

	return (
		<Card>
			<Form
				key={JSON.stringify(filters)}
				label="Filter the log"
				submit="Filter"
				fields={[]}
				busy={false}
				error={null}
				onSubmit={(values) => onFilters(filtersOf(values))}
			>
				<div className={css.filters}>
					<SelectField
						key={known.length}
						name="action"
						label="Action"
						initial={filters.action}
						options={[any, ...known.map((value) => ({ value, title: value }))]}
					/>
					<SearchSelect
						name="actor"
						label="Who"
						none="Any"
						initial={actorOf(filters.actor, actors)}
						things={actors.map(({ id, name }) => ({ id, title: name }))}
						finding={finding}
					/>
					<SelectField name="result" label="Result" initial={filters.result} options={results} />
					<Field name="subject_type" label="Subject type" autoComplete="off" defaultValue={filters.subject_type} />
					<Field name="subject_id" label="Subject" autoComplete="off" defaultValue={filters.subject_id} />
					<Field name="environment" label="Environment" autoComplete="off" defaultValue={filters.environment} />
					<Field name="from" label="From" type="datetime-local" defaultValue={localTime(filters.from)} />
					<Field name="to" label="To" type="datetime-local" defaultValue={localTime(filters.to)} />
					<Field name="request_id" label="Request" autoComplete="off" defaultValue={filters.request_id} />
				</div>
				{Object.values(filters).some(Boolean) && (
					<div>
						<Button kind="quiet" size="sm" onClick={() => onFilters({})}>
							Clear the filters
						</Button>
					</div>
				)}
			</Form>
		</Card>
	);
}

function actorOf(id: string | undefined, actors: Actor[]) {
	return id === undefined ? undefined : { id, title: actors.find((one) => one.id === id)?.name ?? id };
}

/** The values without empty ones; times in the form of the platform. */
function filtersOf(values: Record<string, string>): Filters {
	const filters: Record<string, string> = {};

	for (const [name, value] of Object.entries(values)) {
		const text = value.trim();
		if (text !== "") filters[name] = name === "from" || name === "to" ? utcTime(text) : text;
	}
	return filters;
}

/** Local time 2026-01-01T12:00 as UTC 2026-01-01T11:00:00Z. */
function utcTime(local: string): string {
	return new Date(local).toISOString().replace(/\.\d+/, "");
}

function localTime(utc: string | undefined): string | undefined {
	if (!utc) return undefined;
	const time = new Date(utc);

	time.setMinutes(time.getMinutes() - time.getTimezoneOffset());
	return time.toISOString().slice(0, 16);
}
