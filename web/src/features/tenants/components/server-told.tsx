// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Radio } from "lucide-react";

import { Badge } from "@/components/badge";
import { Card } from "@/components/card";
import { Row, Rows } from "@/components/rows";
import { Loaded } from "@/components/states";
import { type Told, toldQuery } from "@/features/tenants/api/told";
import { moment, words } from "@/lib/format";

/** The names of the settings. */
const titles: Record<string, string> = {
	license: "Licence",
	license_key: "Key of licences",
	keys: "Keys of tokens",
};

/** What the tenant's server was told; nothing before it has run. */
export function ServerTold({ tenant }: { tenant: string }) {
	return (
		<Loaded query={useQuery(toldQuery(tenant))} label="settings of the server">
			{({ items }) => items.length > 0 && <Items items={items} />}
		</Loaded>
	);
}

function Items({ items }: { items: Told[] }) {
	return (
		<Card flush title="What the server was told">
			<Rows label="What the server was told">
				{items.map((told) => (
					<Row
						key={told.item}
						icon={<Radio />}
						title={titles[told.item] ?? words(told.item)}
						detail={
							<p>
								{told.way === "push" ? "while it runs" : "when it starts"} · {moment(told.told_at)}
								{told.error && ` · ${told.error}`}
							</p>
						}
					>
						{told.pending && <Badge tone="warn">Pending</Badge>}
					</Row>
				))}
			</Rows>
		</Card>
	);
}
