// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Download, FileBadge } from "lucide-react";

import { Problem } from "@/components/alert";
import { Badge, Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyButton } from "@/components/copy-button";
import { RelativeTime } from "@/components/relative-time";
import { Row, Rows } from "@/components/rows";
import { Empty, Loaded } from "@/components/states";
import {
	type Issue,
	issuesQuery,
	type License,
	licenseQuery,
	type Part,
	partFile,
	usePart,
	verdictTone,
} from "@/features/license/api/license";
import { downloadText } from "@/lib/download";
import { moment, words } from "@/lib/format";
import { toApiError } from "@/lib/problem";

import css from "./license-view.module.css";

/** The licence of a tenant: what holds, why, until when, and as a file. */
export function LicenseView({ tenant }: { tenant: string }) {
	const license = useQuery(licenseQuery(tenant));
	const issues = useQuery(issuesQuery(tenant));

	if (license.error && toApiError(license.error).code === "no_license")
		return (
			<Empty icon={<FileBadge />} title="No licence yet">
				The platform issues the first one while it provisions the tenant; this page shows it then.
			</Empty>
		);
	return (
		<>
			<Loaded query={license} label="licence">
				{(now) => (
					<>
						<Facts license={now} />
						{now.verdict !== "revoked" && <Offline tenant={tenant} />}
					</>
				)}
			</Loaded>
			<Loaded query={issues} label="history">
				{({ items }) => <Issues items={items} />}
			</Loaded>
		</>
	);
}

function permits({ read, write }: License): string {
	if (write) return "Reading and changing";
	if (read) return "Reading only: nothing can be changed or deployed";
	return "Nothing but reading this page, the plan, the team and the audit log";
}

function Facts({ license }: { license: License }) {
	return (
		<Card title="What holds now" aside={<Badge tone={verdictTone(license)}>{words(license.verdict)}</Badge>}>
			<dl className={css.facts}>
				<dt>Why</dt>
				<dd>{words(license.reason)}.</dd>
				<dt>Permits</dt>
				<dd>{permits(license)}</dd>
				<dt>Holds until</dt>
				<dd>{license.until ? moment(license.until) : "A new licence is issued"}</dd>
				<dt>Valid until</dt>
				<dd>{moment(license.valid_until)}</dd>
				<dt>Readable until</dt>
				<dd>{moment(license.grace_until)}</dd>
				<dt>Version</dt>
				<dd>
					{license.version}, <code>{license.id}</code>
				</dd>
			</dl>
		</Card>
	);
}

const parts: readonly { part: Part; label: string }[] = [
	{ part: "file", label: "Licence file" },
	{ part: "jwt", label: "Licence as JWT" },
	{ part: "keys", label: "Public keys" },
	{ part: "revocations", label: "Revoked licences" },
];

function Offline({ tenant }: { tenant: string }) {
	const run = usePart(tenant);
	const save = (part: Part) =>
		run.mutate(part, { onSuccess: (text) => downloadText(partFile[part](tenant), "text/plain", text) });
	const command = `cameleerctl license verify ${tenant}.license --keys license-keys.json --revocations revocations.jwt`;

	return (
		<Card title="A server without a network">
			<p>
				A server that reaches this platform asks for its licence by itself. To one that does not, carry these files and
				replace them before the licence ends. A server reads the licence file; programs that know JSON Web Tokens read the
				other form.
			</p>
			{run.error && <Problem error={toApiError(run.error)} />}
			<div className={css.actions}>
				{parts.map(({ part, label }) => (
					<Button
						key={part}
						size="sm"
						icon={<Download aria-hidden="true" />}
						busy={run.isPending && run.variables === part}
						onClick={() => save(part)}
					>
						{label}
					</Button>
				))}
			</div>
			<p>There, this command says what the licence permits:</p>
			<p>
				<code className={css.command}>{command}</code> <CopyButton label="Copy the command" text={() => command} />
			</p>
		</Card>
	);
}

function Issues({ items }: { items: readonly Issue[] }) {
	return (
		<Card title="Issued licences" flush>
			<Rows label="Issued licences">
				{items.map((issue) => (
					<Row
						key={issue.version}
						title={`Version ${issue.version}`}
						detail={
							<>
								Issued <RelativeTime time={issue.created_at} />, valid until {moment(issue.valid_until)}
							</>
						}
					>
						<Tag>{words(issue.tier)}</Tag>
						<Badge tone={issue.state === "active" ? "ok" : "warn"}>{words(issue.state)}</Badge>
					</Row>
				))}
			</Rows>
		</Card>
	);
}
