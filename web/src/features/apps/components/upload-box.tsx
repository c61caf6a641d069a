// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useId, useRef, useState } from "react";

import { Alert, Problem } from "@/components/alert";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ProgressBar } from "@/components/progress";
import { environmentsQuery } from "@/features/apps/api/environment";
import { fingerprintOf } from "@/features/apps/api/finding";
import { limitsQuery } from "@/features/apps/api/limits";
import { useUploadRelease } from "@/features/apps/api/release";
import { KeepFinding } from "@/features/apps/components/keep-finding";
import { bytes } from "@/lib/format";
import { useMay } from "@/lib/permission";
import { ApiError, toApiError } from "@/lib/problem";
import type { Progress } from "@/lib/upload";

import css from "./upload-box.module.css";

type Props = { tenant: string; app: string };

export function UploadBox({ tenant, app }: Props) {
	const may = useMay();
	const most = useQuery(limitsQuery(tenant)).data?.jar_bytes;
	const first = useQuery(environmentsQuery(tenant)).data?.items[0]?.name;
	// Until the environments are known, only a grant for all of them counts.
	const deploy = may("app.deploy", first ?? "", app);
	const upload = useUploadRelease(tenant, app);
	const [file, setFile] = useState<File | null>(null);
	const [progress, setProgress] = useState<Progress>({ sent: 0, total: 0 });
	const [refused, setRefused] = useState<ApiError | null>(null);
	const abort = useRef<AbortController | null>(null);

	function start(files: FileList | null) {
		const chosen = files?.[0];

		if (!chosen || upload.isPending) return;
		upload.reset();
		setFile(chosen);
		setRefused(complaint(chosen, most));
		if (complaint(chosen, most)) return;
		abort.current = new AbortController();
		setProgress({ sent: 0, total: chosen.size });
		upload.mutate({ file: chosen, deploy, onProgress: setProgress, signal: abort.current.signal });
	}

	const cancelled = upload.error instanceof DOMException && upload.error.name === "AbortError";
	const error = refused ?? (upload.error && !cancelled ? toApiError(upload.error) : null);

	return (
		<Card title="Upload a release">
			<div className={css.stack}>
				{upload.isPending && file ? (
					<Sending file={file} progress={progress} onCancel={() => abort.current?.abort()} />
				) : (
					<Drop onFiles={start} />
				)}
				{error && <Refusal tenant={tenant} app={app} error={error} file={file} />}
				{cancelled && <Alert tone="info" title="The upload was cancelled. Nothing was stored." />}
				{upload.data && (
					<Alert tone="ok" title={`Release ${upload.data.release.number} was accepted`}>
						<p>
							{deploy
								? "The platform builds its image now and deploys it to the first environment."
								: "The platform builds its image now. Deploy it once it is ready."}
						</p>
					</Alert>
				)}
			</div>
		</Card>
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

type RefusalProps = Props & { error: ApiError; file: File | null };

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
			{file && (
				<p className={css.meta}>
					{file.name}, {bytes(file.size)}
				</p>
			)}
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

type SendingProps = { file: File; progress: Progress; onCancel: () => void };

function Sending({ file, progress, onCancel }: SendingProps) {
	const share = progress.total > 0 ? Math.floor((100 * progress.sent) / progress.total) : 0;
	const sent = progress.sent >= progress.total;

	return (
		<div className={css.sending}>
			<div className={css.line}>
				<span className={css.file}>{file.name}</span>
				<Button size="sm" onClick={onCancel}>
					Cancel
				</Button>
			</div>
			<ProgressBar label={`Uploading ${file.name}`} value={progress.sent} max={progress.total || 1} />
			<p className={css.meta} aria-hidden="true">
				{sent
					? "Sent. The platform is checking it…"
					: `${bytes(progress.sent)} of ${bytes(progress.total)} · ${share} %`}
			</p>
			<p className="visually-hidden" role="status">
				{sent ? "Sent. The platform is checking it" : `${Math.floor(share / 25) * 25} percent sent`}
			</p>
		</div>
	);
}
