// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { ArrowDownToLine, Pause, Play } from "lucide-react";
import { useId, useLayoutEffect, useRef, useState } from "react";

import { Badge, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Failed } from "@/components/states";
import type { Deployment } from "@/features/apps/api/deployment-schema";
import { emptyTail, type Line, type Tail, tailLimit } from "@/features/apps/api/log-tail";
import { logsQuery } from "@/features/apps/api/log";
import { LogLines } from "@/features/apps/components/log-lines";

import css from "./log-view.module.css";

type Props = {
	tenant: string;
	app: string;
	environment: string;
	environments: string[];
	/** What runs there; undefined while that is not known. */
	deployment: Deployment | null | undefined;
	onEnvironment: (environment: string) => void;
};

const streams = ["all", "stdout", "stderr"] as const;
type Stream = (typeof streams)[number];
/** The chosen one and those above it. */
const levels = ["all", "debug", "info", "warn", "error"] as const;
type Level = (typeof levels)[number];

export function LogView({ tenant, app, environment, environments, deployment, onEnvironment }: Props) {
	const [paused, setPaused] = useState(false);
	const [follow, setFollow] = useState(true);
	const [stream, setStream] = useState<Stream>("all");
	const [level, setLevel] = useState<Level>("all");
	const ended = silent(deployment);
	const log = { tenant, app, environment, level: level === "all" ? undefined : level };
	const query = useQuery(logsQuery(log, { live: !paused, ended: ended !== null }));
	const pulse = pulseOf({ paused, offline: query.fetchStatus === "paused", failed: query.isError, ended });
	const tail = query.data ?? emptyTail;
	const lines = stream === "all" ? tail.lines : tail.lines.filter((line) => line.stream === stream);

	return (
		<section className={css.view} aria-label="Log">
			<div className={css.bar}>
				<Picker label="Environment" value={environment} options={environments} onChange={onEnvironment} />
				<Picker label="Stream" value={stream} options={streams} onChange={(next) => setStream(next as Stream)} />
				<Picker label="Level" value={level} options={levels} onChange={(next) => setLevel(next as Level)} />
				<span role="status">
					<Badge tone={pulse.tone}>{pulse.name}</Badge>
				</span>
				<div className={css.buttons}>
					<Button
						size="sm"
						aria-pressed={follow}
						icon={<ArrowDownToLine aria-hidden="true" />}
						onClick={() => setFollow(!follow)}
					>
						Follow
					</Button>
					<Button
						size="sm"
						icon={paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
						onClick={() => setPaused(!paused)}
					>
						{paused ? "Resume" : "Pause"}
					</Button>
					<CopyButton label="Copy the lines shown" text={() => lines.map(plain).join("\n")} />
				</div>
			</div>
			{query.error && <Failed error={query.error} retry={() => void query.refetch()} />}
			<Pane lines={lines} follow={follow} onFollow={setFollow} waiting={query.isPending} />
			<Footer tail={tail} shown={lines.length} />
		</section>
	);
}

/** Why no line can come, or null while the application can write some. */
function silent(deployment: Deployment | null | undefined): string | null {
	if (deployment === undefined) return null;
	if (deployment === null) return "Nothing deployed";
	if (deployment.state === "stopped") return "Stopped";
	return deployment.state === "failed" && !deployment.serving_release ? "Failed" : null;
}

type Facts = { paused: boolean; offline: boolean; failed: boolean; ended: string | null };

function pulseOf({ paused, offline, failed, ended }: Facts): { tone: Tone; name: string } {
	if (paused) return { tone: "idle", name: "Paused" };
	if (offline) return { tone: "bad", name: "Offline" };
	if (failed) return { tone: "bad", name: "Interrupted" };
	if (ended !== null) return { tone: ended === "Failed" ? "bad" : "idle", name: ended };
	return { tone: "busy", name: "Live" };
}

function plain(line: Line): string {
	return `${line.time} ${line.stream} ${line.line}`;
}

type PaneProps = { lines: Line[]; follow: boolean; onFollow: (follow: boolean) => void; waiting: boolean };

function Pane({ lines, follow, onFollow, waiting }: PaneProps) {
	const pane = useRef<HTMLDivElement>(null);
	const last = lines.at(-1)?.seq;

	useLayoutEffect(() => {
		const element = pane.current;

		if (follow && element) element.scrollTop = element.scrollHeight;
	}, [follow, last]);

	return (
		<div
			ref={pane}
			className={css.pane}
			role="log"
			aria-live="off"
			aria-label="Lines"
			tabIndex={0}
			onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
				// Following scrolls to the bottom: any other position is the reader's.
				const distance = scrollHeight - scrollTop - clientHeight;
				if (follow && distance > 40) onFollow(false);
				if (!follow && distance < 2) onFollow(true);
			}}
		>
			{lines.length > 0 ? (
				<LogLines lines={lines} />
			) : (
				<p className={css.empty}>
					{waiting ? "Reading the log…" : "No lines yet. The output of the application appears here."}
				</p>
			)}
		</div>
	);
}

function Footer({ tail, shown }: { tail: Tail; shown: number }) {
	return (
		<p className={css.footer}>
			{shown.toLocaleString("en-GB")} lines
			{shown < tail.lines.length && ` of ${tail.lines.length.toLocaleString("en-GB")}`}
			{tail.dropped > 0 && `, of which the last ${tailLimit.toLocaleString("en-GB")} are shown`}
		</p>
	);
}

type PickerProps = {
	label: string;
	value: string;
	options: readonly string[];
	onChange: (value: string) => void;
};

function Picker({ label, value, options, onChange }: PickerProps) {
	const id = useId();

	return (
		<span className={css.picker}>
			<label htmlFor={id}>{label}</label>
			<select id={id} className={css.select} value={value} onChange={(event) => onChange(event.target.value)}>
				{options.map((option) => (
					<option key={option} value={option}>
						{option}
					</option>
				))}
			</select>
		</span>
	);
}
