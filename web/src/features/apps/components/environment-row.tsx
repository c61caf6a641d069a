// SPDX-License-Identifier: Apache-2.0
import { Play, Rocket, Square } from "lucide-react";
import { useId, useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Confirm } from "@/components/confirm";
import { RelativeTime } from "@/components/relative-time";
import { useDeploy, useSetRunning } from "@/features/apps/api/deployment";
import { type Deployment, deploymentTone } from "@/features/apps/api/deployment-schema";
import { isProduction } from "@/features/apps/api/environment";
import { words } from "@/lib/format";
import { toApiError } from "@/lib/problem";

import css from "./environment-row.module.css";

type Props = {
	tenant: string;
	app: string;
	environment: string;
	deployment: Deployment | undefined;
	/** Numbers of the releases that can be deployed, the newest first. */
	ready: number[];
	mayDeploy: boolean;
};

export function EnvironmentRow({ tenant, app, environment, deployment, ready, mayDeploy }: Props) {
	const order = useSetRunning(tenant, app);
	const deploy = useDeploy(tenant, app);
	const error = order.error ?? deploy.error;
	const [asking, setAsking] = useState<number | null>(null);

	function wish(release: number) {
		if (isProduction(environment)) setAsking(release);
		else deploy.mutate({ release, environment });
	}

	return (
		<li className={css.row}>
			<div className={css.head}>
				<h3 className={css.name}>{environment}</h3>
				<State deployment={deployment} />
			</div>
			{deployment?.state === "failed" && (
				<Alert tone="bad" title={`Release ${deployment.release} did not start`}>
					<p>{deployment.detail ?? "The platform gave no reason."}</p>
					{deployment.last_lines && (
						<pre className={css.lines} aria-label="Its last log lines" tabIndex={0}>
							{deployment.last_lines}
						</pre>
					)}
					<p>
						{deployment.serving_release
							? `Release ${deployment.serving_release} answers as before. `
							: "The log shows how far it got. "}
						Deploy another release, or upload a corrected one.
					</p>
				</Alert>
			)}
			{deployment?.state === "starting" && deployment.detail && (
				<p className={css.meta} role="status">
					{deployment.detail}
				</p>
			)}
			{deployment?.state === "unhealthy" && (
				<Alert tone="warn" title="The application runs, but its health check fails">
					<p>{deployment.detail ?? "The log may show why."}</p>
				</Alert>
			)}
			{error && <Problem error={toApiError(error)} />}
			{asking !== null && (
				<Confirm
					title={`Deploy release ${asking} of ${app} to ${environment}?`}
					confirm="Deploy"
					onConfirm={() => {
						setAsking(null);
						deploy.mutate({ release: asking, environment });
					}}
					cancel={{ label: "Cancel", onCancel: () => setAsking(null) }}
				>
					<p>{consequence(asking, deployment)}</p>
				</Confirm>
			)}
			{mayDeploy && (
				<div className={css.actions}>
					<ReleasePicker
						environment={environment}
						ready={ready}
						current={deployment?.release}
						busy={deploy.isPending}
						onDeploy={wish}
					/>
					{deployment && (
						<StopOrStart
							app={app}
							deployment={deployment}
							busy={order.isPending}
							onOrder={(verb) => order.mutate({ environment, verb })}
						/>
					)}
				</div>
			)}
		</li>
	);
}

/** What a deploy does to those who use the application now. */
function consequence(release: number, deployment: Deployment | undefined): string {
	const serving = deployment?.state === "failed" ? deployment.serving_release : deployment?.release;

	if (!deployment || !serving || deployment.state === "stopped")
		return "Nothing runs there now. Its routes begin to process exchanges at once.";
	if (serving === release) return `Release ${release} runs there already. It is started anew.`;
	return `It takes the place of release ${serving} once its health check succeeds. If it does not start, release ${serving} runs on.`;
}

function State({ deployment }: { deployment: Deployment | undefined }) {
	const since = deployment?.changed_at;

	if (!deployment) return <Badge tone="idle">Nothing deployed</Badge>;
	return (
		<div className={css.state} role="status">
			<Badge tone={deploymentTone(deployment)}>{words(deployment.state)}</Badge>
			<span className={css.meta}>
				Release {deployment.release}
				{since && (
					<>
						{" · "}
						<RelativeTime time={since} />
					</>
				)}
			</span>
		</div>
	);
}

type PickerProps = {
	environment: string;
	ready: number[];
	current: number | undefined;
	busy: boolean;
	onDeploy: (release: number) => void;
};

function ReleasePicker({ environment, ready, current, busy, onDeploy }: PickerProps) {
	const id = useId();
	const [chosen, setChosen] = useState<number | null>(null);
	const release = chosen ?? ready[0];

	if (release === undefined) return <p className={css.meta}>No release is ready to be deployed.</p>;
	return (
		<div className={css.picker}>
			<label htmlFor={id} className="visually-hidden">
				Release to deploy to {environment}
			</label>
			<select
				id={id}
				className={css.select}
				value={release}
				onChange={(event) => setChosen(Number(event.target.value))}
			>
				{ready.map((number) => (
					<option key={number} value={number}>
						Release {number}
						{number === current ? " (current)" : ""}
					</option>
				))}
			</select>
			<Button
				size="sm"
				busy={busy}
				icon={<Rocket aria-hidden="true" />}
				aria-label={`Deploy release ${release} to ${environment}`}
				onClick={() => onDeploy(release)}
			>
				Deploy
			</Button>
		</div>
	);
}

type StopProps = {
	app: string;
	deployment: Deployment;
	busy: boolean;
	onOrder: (verb: "start" | "stop") => void;
};

function StopOrStart({ app, deployment, busy, onOrder }: StopProps) {
	const [asking, setAsking] = useState(false);
	const { environment, state } = deployment;

	if (state === "stopped" || state === "failed") {
		return (
			<Button
				size="sm"
				busy={busy}
				icon={<Play aria-hidden="true" />}
				aria-label={`Start in ${environment}`}
				onClick={() => onOrder("start")}
			>
				Start
			</Button>
		);
	}
	return (
		<>
			<Button
				size="sm"
				kind="danger"
				busy={busy}
				icon={<Square aria-hidden="true" />}
				aria-label={`Stop in ${environment}`}
				onClick={() => setAsking(true)}
			>
				Stop
			</Button>
			{asking && (
				<Confirm
					title={`Stop ${app} in ${environment}?`}
					confirm="Stop"
					danger
					onConfirm={() => {
						setAsking(false);
						onOrder("stop");
					}}
					cancel={{ label: "Cancel", onCancel: () => setAsking(false) }}
				>
					<p>Its routes process no exchanges until you start it again.</p>
				</Confirm>
			)}
		</>
	);
}
