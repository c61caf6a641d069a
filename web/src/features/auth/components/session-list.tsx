// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";

import { Problem } from "@/components/alert";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Row, Rows } from "@/components/rows";
import { Empty, Loaded } from "@/components/states";
import { Ago } from "@/components/time";
import { useEndSession } from "@/features/auth/api/end-session";
import { type Session, sessionsQuery } from "@/features/auth/api/list-sessions";
import { device } from "@/features/auth/components/device";
import { toApiError } from "@/lib/problem";

export function SessionList() {
	const sessions = useQuery(sessionsQuery);
	const end = useEndSession();

	return (
		<>
			{end.error && <Problem error={toApiError(end.error)} />}
			<Loaded query={sessions} label="sessions">
				{({ items }) =>
					items.length === 0 ? (
						<Empty icon={<MonitorSmartphone />} title="No sessions">
							Sign in with a browser or a program and it is listed here.
						</Empty>
					) : (
						<Card flush>
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
							used <Ago time={used} />
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
