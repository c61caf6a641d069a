// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "react";

import { ago, moment } from "@/lib/format";

/** The present time, updated often enough to keep "2 minutes ago" true. */
export function useNow(every: number): number {
	const [now, setNow] = useState(() => Date.now());

	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), every);
		return () => clearInterval(timer);
	}, [every]);
	return now;
}

export function RelativeTime({ time }: { time: string }) {
	const now = useNow(15_000);

	return (
		<time dateTime={time} title={moment(time)}>
			{ago(time, Math.max(now, Date.parse(time)))}
		</time>
	);
}
