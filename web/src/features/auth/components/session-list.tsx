// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";

import { Problem } from "@/components/alert";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { Row, Rows } from "@/components/rows";
import { Empty, Loaded } from "@/components/states";
import { RelativeTime } from "@/components/relative-time";
import { type Session, sessionsQuery, useEndSession, useEndSessions } from "@/features/auth/api/session";
import { device } from "@/features/auth/components/device";
import { toApiError } from "@/lib/problem";

import css from "./security.module.css";

export function SessionList({ onAllEnded }: { onAllEnded: () => void }) {
	const sessions = useQuery(sessionsQuery);
	const end = useEndSession();
	const endMany = useEndSessions();
	const error = end.error ?? endMany.error;

	return (
		<>
			{error && <Problem error={toApiError(error)} />}
			<Loaded query={sessions} label="sessions">
				{({ items }) =>
					items.length === 0 ? (
						<Empty icon={<MonitorSmartphone />} title="No sessions">
							Sign in with a browser or a program and it is listed here.
						</Empty>
					) : (
						<Card flush title="Where you are signed in" aside={<EndMany many={endMany} count={items.length} onAllEnded={onAllEnded} />}>
							<Rows label="Sessions">
								{items.map((session) => (
									<SessionRow
										key={session.id}
										session={session}
										busy={end.isPending && end.variables === session.id}
										onEnd={() => end.mutate(session.id)}
									/>
								))}
							</Rows>
						</Card>
					)
				}
			</Loaded>
		</>
	);
}

type EndManyProps = { many: ReturnType<typeof useEndSessions>; count: number; onAllEnded: () => void };

function EndMany({ many, count, onAllEnded }: EndManyProps) {
	return (
		<div className={css.actions}>
			{count > 1 && (
				<ConfirmButton
					busy={many.isPending}
					question="End all other sessions?"
					confirm="End sessions"
					consequence={<p>Your other browsers and programs are signed out within seconds.</p>}
					onConfirm={() => many.mutate("others")}
				>
					End all others
				</ConfirmButton>
			)}
			<ConfirmButton
				busy={many.isPending}
				question="End all sessions, including this one?"
				confirm="End all"
				consequence={<p>You are signed out everywhere, also here.</p>}
				onConfirm={() => many.mutate("all", { onSuccess: onAllEnded })}
			>
				End all
			</ConfirmButton>
		</div>
	);
}

type RowProps = { session: Session; busy: boolean; onEnd: () => void };

function SessionRow({ session, busy, onEnd }: RowProps) {
	const name = device(session.user_agent);
	const used = session.seen_at ?? session.created_at;

	return (
		<Row
			icon={<MonitorSmartphone />}
			title={
				<>
					{name}
					{session.current && <Tag>this session</Tag>}
				</>
			}
			detail={
				<>
					{session.client_ip && <>{session.client_ip} · </>}
					{used && (
						<>
							used <RelativeTime time={used} />
						</>
					)}
				</>
			}
		>
			{!session.current && (
				<Button size="sm" kind="danger" busy={busy} onClick={onEnd} aria-label={`End the session on ${name}`}>
					End
				</Button>
			)}
		</Row>
	);
}
