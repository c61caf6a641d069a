// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery } from "@tanstack/react-query";
import { Package } from "lucide-react";
import type { ReactNode } from "react";

import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { CopyButton } from "@/components/copy-button";
import { Row, Rows } from "@/components/rows";
import { Empty, Loaded, More } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import { imageDigest, type Release, releasesQuery, releaseTone } from "@/features/apps/api/release";
import { bytes, shortDigest, words } from "@/lib/format";

import css from "./release-list.module.css";

type Props = {
	tenant: string;
	app: string;
	/** Show this many and a link to the rest; otherwise show all. */
	brief?: { count: number; rest: ReactNode };
};

export function ReleaseList({ tenant, app, brief }: Props) {
	const query = useInfiniteQuery(releasesQuery(tenant, app));

	return (
		<Card title={brief ? "Latest releases" : "Releases"} aside={brief?.rest} flush>
			<Loaded query={query} label="releases">
				{({ pages }) => {
					const releases = pages.flatMap(({ items }) => items);

					if (releases.length === 0) {
						return (
							<div className={css.empty}>
								<Empty icon={<Package />} title="No release yet">
									Each JAR that you upload becomes a numbered release with its own image.
								</Empty>
							</div>
						);
					}
					return (
						<>
							<Rows label="Releases">
								{releases.slice(0, brief?.count).map((release) => (
									<ReleaseRow key={release.id} release={release} full={!brief} />
								))}
							</Rows>
							{!brief && <More query={query} />}
						</>
					);
				}}
			</Loaded>
		</Card>
	);
}

function ReleaseRow({ release, full }: { release: Release; full: boolean }) {
	return (
		<Row
			icon={<span className={css.number}>{release.number}</span>}
			title={<>Release {release.number}</>}
			detail={
				<>
					<Facts release={release} />
					<Remarks release={release} />
					{release.state === "failed" && (
						<p className={css.error}>{release.error ?? "The platform gave no reason."}</p>
					)}
					{full && <Digests release={release} />}
				</>
			}
		>
			<Badge tone={releaseTone(release)}>{words(release.state)}</Badge>
		</Row>
	);
}

function Facts({ release }: { release: Release }) {
	return (
		<p>
			{release.created_at && (
				<>
					uploaded <RelativeTime time={release.created_at} />
				</>
			)}
			{typeof release.jar_size === "number" && <> · {bytes(release.jar_size)}</>}
			{release.jar_facts?.camel_version && <> · Camel {release.jar_facts.camel_version}</>}
			{release.jar_facts?.java_runtime && <> · Java {release.jar_facts.java_runtime}</>}
		</p>
	);
}

/** Lists remarks of the inspector about a JAR that was taken. */
function Remarks({ release }: { release: Release }) {
	const advice = release.jar_facts?.advice ?? [];
	const warnings = release.jar_facts?.warnings ?? [];
	const count = advice.length + warnings.length;

	if (count === 0) return null;
	return (
		<details>
			<summary>
				{count === 1 ? "1 remark" : `${count} remarks`} about the JAR of release {release.number}
			</summary>
			<ul>
				{advice.map(({ code, text }) => (
					<li key={code}>{text}</li>
				))}
				{warnings.map(({ entry, line, kind }) => (
					<li key={`${entry}:${line}:${kind}`}>
						<code>{entry}</code>
						{line > 0 && <> line {line}</>}: {kind}
					</li>
				))}
			</ul>
		</details>
	);
}

function Digests({ release }: { release: Release }) {
	const image = imageDigest(release);

	return (
		<dl className={css.digests}>
			{image && <Digest name="Image" value={image} number={release.number} />}
			{release.jar_sha256 && <Digest name="JAR" value={release.jar_sha256} number={release.number} />}
		</dl>
	);
}

function Digest({ name, value, number }: { name: string; value: string; number: number }) {
	return (
		<div className={css.digest}>
			<dt>{name}</dt>
			<dd>
				<code title={value}>{shortDigest(value)}</code>
				<CopyButton label={`Copy the ${name} digest of release ${number}`} text={() => value} />
			</dd>
		</div>
	);
}
