// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useId, useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Card } from "@/components/card";
import { Confirm } from "@/components/confirm";
import { environmentsQuery, isProduction } from "@/features/apps/api/environment";
import { fingerprintOf } from "@/features/apps/api/finding";
import { limitsQuery } from "@/features/apps/api/limits";
import { type Release, releasesQuery } from "@/features/apps/api/release";
import { type Sent, useUploadRelease, useUploads, wasCancelled } from "@/features/apps/api/uploads";
import { KeepFinding } from "@/features/apps/components/keep-finding";
import { UploadProgress } from "@/features/apps/components/upload-progress";
import { sha256 } from "@/lib/digest";
import { bytes } from "@/lib/format";
import { useMay } from "@/lib/permission";
import { ApiError, toApiError } from "@/lib/problem";

import css from "./upload-box.module.css";

type Props = { tenant: string; app: string };

export function UploadBox({ tenant, app }: Props) {
	const most = useQuery(limitsQuery(tenant)).data?.jar_bytes;
	const releases = useInfiniteQuery(releasesQuery(tenant, app)).data?.pages.flatMap(({ items }) => items) ?? [];
	const upload = useUploadRelease();
	const last = useUploads().findLast((sent) => sent.upload.tenant === tenant && sent.upload.app === app);
	const where = useTarget(tenant, app);
	const [refused, setRefused] = useState<{ file: File; error: ApiError } | null>(null);
	const [asked, setAsked] = useState<Asked | null>(null);

	function send(file: File) {
		setAsked(null);
		upload.mutate({
			id: crypto.randomUUID(),
			tenant,
			app,
			file,
			deployTo: where.target,
			abort: new AbortController(),
		});
	}

	function consider(file: File, twin: number | null) {
		if (twin !== null || (where.target !== null && isProduction(where.target))) setAsked({ file, twin });
		else send(file);
	}

	function take(files: FileList | null) {
		const file = files?.[0];

		if (!file || last?.pending) return;
		const error = complaint(file, most);

		setRefused(error && { file, error });
		if (error) return;
		const alike = releases.filter(({ jar_size, state }) => jar_size === file.size && state !== "failed");

		if (alike.length === 0) consider(file, null);
		else void findTwin(file, alike).then((twin) => consider(file, twin));
	}

	return (
		<Card title="Upload a release">
			<div className={css.stack}>
				{last?.pending ? (
					<UploadProgress upload={last.upload} />
				) : (
					<>
						<Target {...where} />
						<Drop onFiles={take} />
					</>
				)}
				{refused && <Refusal tenant={tenant} app={app} {...refused} />}
				{last && !refused && <Outcome tenant={tenant} app={app} sent={last} />}
			</div>
			{asked && (
				<Ask asked={asked} target={where.target} onYes={() => send(asked.file)} onNo={() => setAsked(null)} />
			)}
		</Card>
	);
}

/** Where the release runs once its image is ready: there, or nowhere yet. */
function useTarget(tenant: string, app: string) {
	const may = useMay();
	const first = useQuery(environmentsQuery(tenant)).data?.items[0]?.name;
	const possible = first !== undefined && may("app.deploy", first, app) ? first : null;
	const [chosen, setChosen] = useState<string | null>(null);
	const usual = possible !== null && !isProduction(possible) ? possible : "";

	return { possible, target: possible === null ? null : (chosen ?? usual) || null, onTarget: setChosen };
}

function Target({ possible, target, onTarget }: ReturnType<typeof useTarget>) {
	const id = useId();

	if (possible === null) return null;
	return (
		<div className={css.target}>
			<label htmlFor={id}>When its image is ready</label>
			<select id={id} className={css.select} value={target ?? ""} onChange={(event) => onTarget(event.target.value)}>
				<option value="">Only keep it: I deploy it later</option>
				<option value={possible}>Deploy it to {possible}</option>
			</select>
		</div>
	);
}

/** The number of the release that has the same bytes. */
async function findTwin(file: File, alike: Release[]): Promise<number | null> {
	const digest = await sha256(file);

	return alike.find(({ jar_sha256 }) => jar_sha256 === digest)?.number ?? null;
}

type Asked = { file: File; twin: number | null };

type AskProps = { asked: Asked; target: string | null; onYes: () => void; onNo: () => void };

function Ask({ asked: { file, twin }, target, onYes, onNo }: AskProps) {
	const production = target !== null && isProduction(target);

	return (
		<Confirm
			title={twin === null ? `Deploy ${file.name} to ${target ?? ""}?` : `This JAR is release ${twin} already`}
			confirm={production ? "Upload and deploy" : "Upload it again"}
			onConfirm={onYes}
			cancel={{ label: "Cancel", onCancel: onNo }}
		>
			{twin !== null && (
				<p>
					Its bytes are the same. To run them, deploy release {twin} below: another upload makes another
					release of the same program.
				</p>
			)}
			{production && (
				<p>
					As soon as its image is ready it takes the place of what runs in {target}. If it does not start,
					what runs there runs on.
				</p>
			)}
		</Confirm>
	);
}

function Outcome({ tenant, app, sent }: Props & { sent: Sent }) {
	const { upload, error, release } = sent;

	if (wasCancelled(sent)) return <Alert tone="info" title="The upload was cancelled. Nothing was stored." />;
	if (error) return <Refusal tenant={tenant} app={app} error={toApiError(error)} file={upload.file} />;
	if (!release) return null;
	return (
		<Alert tone="ok" title={`Release ${release.number} was accepted`}>
			<p>
				{upload.deployTo === null
					? "The platform builds its image now. Deploy it once it is ready."
					: `The platform builds its image now and deploys it to ${upload.deployTo}.`}
			</p>
		</Alert>
	);
}

/** Refuses files early that the platform would refuse after the upload. */
function complaint(file: File, most: number | undefined): ApiError | null {
	if (most !== undefined && file.size > most)
		return new ApiError({
			status: -1,
			code: "jar_too_large",
			title: "The JAR is larger than the plan takes",
			detail: `It has ${bytes(file.size)}; the plan takes JARs of up to ${bytes(most)}. Nothing was sent.`,
		});
	if (/\.jar$/i.test(file.name) && file.size > 0) return null;
	return new ApiError({
		status: -1,
		code: "not_a_jar",
		title: file.size === 0 ? "The file is empty" : "This is not a JAR",
		detail: "Choose the runnable JAR from your build, such as target/orders-1.0.jar.",
	});
}

type RefusalProps = Props & { error: ApiError; file: File };

function Refusal({ tenant, app, error, file }: RefusalProps) {
	const may = useMay();

	return (
		<Problem error={error}>
			{error.errors.map((entry) => {
				const fingerprint = may("finding.acknowledge", undefined, app) ? fingerprintOf(entry) : null;

				return (
					<div key={`${entry.field} ${entry.detail}`}>
						<p>
							<code>{entry.field}</code>: {entry.detail}
						</p>
						{fingerprint && (
							<KeepFinding tenant={tenant} app={app} entry={entry.field} fingerprint={fingerprint} />
						)}
					</div>
				);
			})}
			<p className={css.meta}>
				{file.name}, {bytes(file.size)}
			</p>
		</Problem>
	);
}

function Drop({ onFiles }: { onFiles: (files: FileList | null) => void }) {
	const id = useId();
	const [over, setOver] = useState(false);

	return (
		<div
			className={css.drop}
			data-over={over}
			onDragOver={(event) => {
				event.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={(event) => {
				event.preventDefault();
				setOver(false);
				onFiles(event.dataTransfer.files);
			}}
		>
			<FileUp aria-hidden="true" className={css.icon} />
			<p className={css.ask}>
				<label htmlFor={id} className={css.choose}>
					Choose a JAR
				</label>{" "}
				or drop it here
			</p>
			<p className={css.meta}>The runnable JAR of your Camel application</p>
			<input
				id={id}
				className={css.input}
				type="file"
				accept=".jar,application/java-archive"
				onChange={(event) => {
					onFiles(event.target.files);
					event.target.value = "";
				}}
			/>
		</div>
	);
}
