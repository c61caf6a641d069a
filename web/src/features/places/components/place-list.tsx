// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";

import { Problem } from "@/components/alert";
import { Badge, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { ProgressBar } from "@/components/progress";
import { RelativeTime } from "@/components/relative-time";
import { Empty, Loaded } from "@/components/states";
import { type Place, placesQuery, useMovePlace } from "@/features/places/api/place";
import { bytes } from "@/lib/format";
import { toApiError } from "@/lib/problem";

import css from "./places.module.css";

const mib = 2 ** 20;

/** `manage`: may this operator check, drain and remove? */
export function PlaceList({ manage }: { manage: boolean }) {
	const places = useQuery(placesQuery);
	const move = useMovePlace();

	return (
		<>
			{move.error && <Problem error={toApiError(move.error)} />}
			<Loaded query={places} label="places">
				{({ items }) =>
					items.length === 0 ? (
						<Empty icon={<Server />} title="No places">
							Register one with cameleerctl places add: without a place no tenant can be made.
						</Empty>
					) : (
						<div className={css.stack}>
							{items.map((place) => (
								<PlaceCard key={place.id} place={place} move={manage ? move : null} />
							))}
						</div>
					)
				}
			</Loaded>
		</>
	);
}

/** A place that does not answer is named first, whatever its state. */
function condition({ state, error, warning }: Place): [Tone, string] {
	if (error !== null) return ["bad", "Not usable"];
	if (warning !== null) return ["warn", "Look at it"];
	if (state === "ready") return ["ok", "Ready"];
	if (state === "draining") return ["warn", "Draining"];
	return ["busy", "Never checked"];
}

type CardProps = { place: Place; move: ReturnType<typeof useMovePlace> | null };

function PlaceCard({ place, move }: CardProps) {
	const [tone, word] = condition(place);

	return (
		<Card title={place.name} aside={<Badge tone={tone}>{word}</Badge>}>
			<div className={css.stack}>
				<Rooms place={place} />
				<p>
					{place.tenant === null ? "Shared" : `For ${place.tenant} only`} · {place.kind === "kubernetes" ? "Kubernetes at " : ""}
					{place.endpoint ?? "this installation's engine"}
					{place.version !== null && <> · version {place.version}</>}
				</p>
				<p>
					{place.checking && "It is being checked. "}
					{place.checked_at === null ? "It was never checked." : <>Last check <RelativeTime time={place.checked_at} />: {place.error ?? place.warning ?? "good"}.</>}
				</p>
				{move && <Actions place={place} move={move} />}
			</div>
		</Card>
	);
}

function Rooms({ place }: { place: Place }) {
	const { memory_used, memory_most, cpu_used, cpu_most, tenants, max_tenants } = place;

	return (
		<div className={css.rooms}>
			<Room name="Memory" place={place.name} used={memory_used} most={memory_most} show={(n) => bytes(n * mib)} />
			<Room name="Processors" place={place.name} used={cpu_used} most={cpu_most} show={(n) => `${n / 1000} cores`} />
			<Room name="Tenants" place={place.name} used={tenants} most={max_tenants} show={String} />
		</div>
	);
}

type RoomProps = { name: string; place: string; used: number; most: number | null; show: (n: number) => string };

/** How much of it is promised; a bar only when there is an end of it. */
function Room({ name, place, used, most, show }: RoomProps) {
	return (
		<div className={css.room}>
			<span>
				{name}: {show(used)}
				{most !== null && <> of {show(most)}</>}
			</span>
			{most !== null && <ProgressBar label={`${name} of ${place}`} value={Math.min(used, most)} max={most} />}
		</div>
	);
}

function Actions({ place, move }: { place: Place; move: NonNullable<CardProps["move"]> }) {
	const { id, name, state } = place;
	const busy = move.isPending && move.variables.id === id;
	const go = (what: "check" | "drain" | "undrain" | "remove") => () => move.mutate({ id, what });

	return (
		<div className={css.actions}>
			<Button size="sm" busy={busy} onClick={go("check")} aria-label={`Check ${name}`}>
				Check
			</Button>
			{state === "ready" && (
				<ConfirmButton
					busy={busy}
					label={`Drain ${name}`}
					question={`Drain ${name}?`}
					confirm="Drain it"
					consequence={<p>It gets no new tenants. Those that are there stay, and may deploy.</p>}
					onConfirm={go("drain")}
				>
					Drain
				</ConfirmButton>
			)}
			{state === "draining" && (
				<Button size="sm" busy={busy} onClick={go("undrain")} aria-label={`Undrain ${name}`}>
					Undrain
				</Button>
			)}
			{place.tenants === 0 && (
				<ConfirmButton
					busy={busy}
					label={`Remove ${name}`}
					question={`Remove ${name}?`}
					confirm="Remove it"
					consequence={<p>The platform forgets how to reach it. What runs there is not touched.</p>}
					onConfirm={go("remove")}
				>
					Remove
				</ConfirmButton>
			)}
		</div>
	);
}
