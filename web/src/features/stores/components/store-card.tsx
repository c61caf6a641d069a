// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";

import { Problem } from "@/components/alert";
import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { ConfirmButton } from "@/components/confirm-button";
import { RelativeTime } from "@/components/relative-time";
import { Row, Rows } from "@/components/rows";
import { Loaded } from "@/components/states";
import { type Store, storeName, storesQuery, useRenewStores } from "@/features/stores/api/store";
import { toApiError } from "@/lib/problem";

/** Where the tenant's server keeps its data, and the age of its passwords. */
export function StoreCard({ tenant, manage }: { tenant: string; manage: boolean }) {
	const renew = useRenewStores(tenant);

	return (
		<Loaded query={useQuery(storesQuery(tenant))} label="data stores">
			{({ items }) => (
				<>
					{renew.error && <Problem error={toApiError(renew.error)} />}
					<Card title="Data stores" aside={manage && <Renew renew={renew} />} flush>
						<Rows label="Data stores">
							{items.map((store) => (
								<StoreRow key={store.kind} store={store} />
							))}
						</Rows>
					</Card>
				</>
			)}
		</Loaded>
	);
}

function StoreRow({ store }: { store: Store }) {
	return (
		<Row
			title={storeName(store)}
			detail={
				store.renewed_at === null ? (
					"The server's password is that of the first day."
				) : (
					<>
						The server got a new password <RelativeTime time={store.renewed_at} />.
					</>
				)
			}
		>
			{store.renewing && <Badge tone="busy">Being renewed</Badge>}
		</Row>
	);
}

function Renew({ renew }: { renew: ReturnType<typeof useRenewStores> }) {
	return (
		<ConfirmButton
			busy={renew.isPending}
			question="Give the server new passwords?"
			confirm="Renew them"
			consequence={
				<p>
					The tenant's server is started anew once, which takes a minute or two; agents keep what they measure meanwhile.
					The old passwords work until the server is ready with the new ones, and never again after that.
				</p>
			}
			onConfirm={() => renew.mutate(undefined)}
		>
			Renew passwords
		</ConfirmButton>
	);
}
