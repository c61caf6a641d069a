// SPDX-License-Identifier: Apache-2.0
import { Button } from "@/components/button";
import { ProgressBar } from "@/components/progress";
import { type Upload, useProgress } from "@/features/apps/api/uploads";
import { bytes } from "@/lib/format";

import css from "./upload-box.module.css";

export function UploadProgress({ upload }: { upload: Upload }) {
	const { file, abort } = upload;
	const progress = useProgress(upload);
	const share = progress.total > 0 ? Math.floor((100 * progress.sent) / progress.total) : 0;
	const sent = progress.sent >= progress.total;

	return (
		<div className={css.sending}>
			<div className={css.line}>
				<span className={css.file}>{file.name}</span>
				<Button size="sm" onClick={() => abort.abort()}>
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
