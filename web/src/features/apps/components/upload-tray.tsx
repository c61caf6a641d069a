// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useEffect, useRef } from "react";

import { Alert } from "@/components/alert";
import { Button } from "@/components/button";
import { type Sent, type Upload, useUploads, wasCancelled } from "@/features/apps/api/uploads";
import { UploadProgress } from "@/features/apps/components/upload-progress";
import { toApiError } from "@/lib/problem";

import css from "./upload-box.module.css";

type Props = {
	/** Does the page that is open show it itself? */
	shownBy: (upload: Upload) => boolean;
	link: (upload: Upload) => ReactNode;
};

/**
 * Uploads that somebody walked away from: how far they are, and how they ended.
 * Leaving the console would end them, so the browser asks before.
 */
export function UploadTray({ shownBy, link }: Props) {
	const uploads = useUploads();
	const elsewhere = uploads.filter((sent) => !shownBy(sent.upload) && !wasCancelled(sent));

	useEndings(uploads);
	if (elsewhere.length === 0) return null;
	return (
		<section className={css.tray} aria-label="Uploads">
			{elsewhere.map((sent) => (
				<Away key={sent.upload.id} sent={sent} link={link(sent.upload)} />
			))}
		</section>
	);
}

function useEndings(uploads: Sent[]) {
	const pending = uploads.some((sent) => sent.pending);
	const latest = useRef(uploads);

	useEffect(() => {
		latest.current = uploads;
	});
	useEffect(() => {
		if (!pending) return;
		const ask = (event: BeforeUnloadEvent) => event.preventDefault();

		window.addEventListener("beforeunload", ask);
		return () => window.removeEventListener("beforeunload", ask);
	}, [pending]);
	// Whoever signs out leaves nothing behind that still sends.
	useEffect(
		() => () => {
			for (const sent of latest.current) sent.upload.abort.abort();
		},
		[],
	);
}

function Away({ sent, link }: { sent: Sent; link: ReactNode }) {
	const { upload, pending, error, release, forget } = sent;
	const dismiss = (
		<Button size="sm" onClick={forget}>
			Dismiss
		</Button>
	);

	if (pending) {
		return (
			<div>
				<UploadProgress upload={upload} />
				<p className={css.meta}>To {link}. You can walk on meanwhile, within the console.</p>
			</div>
		);
	}
	if (error) {
		return (
			<Alert tone="bad" title={`${upload.file.name} was not accepted`} action={dismiss}>
				<p>
					{toApiError(error).message} More at {link}.
				</p>
			</Alert>
		);
	}
	return (
		<Alert tone="ok" title={`Release ${release?.number ?? ""} was accepted`} action={dismiss}>
			<p>See {link}.</p>
		</Alert>
	);
}
