// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";

import { Alert } from "@/components/alert";
import { Card } from "@/components/card";
import { Field } from "@/components/field";
import { Form } from "@/components/form";
import { type App, appQuery, useSetHealthCheck } from "@/features/apps/api/app";

import css from "./environment-row.module.css";

const checks = [
	["http", "A page answers 200"],
	["tcp", "A port accepts connections"],
	["agent", "The agent reports to the server"],
	["none", "None: it counts once it has run for 10 s"],
] as const;

type Props = { tenant: string; app: string };

/** How the platform finds out whether the application is well. */
export function HealthForm({ tenant, app }: Props) {
	const found = useQuery(appQuery(tenant, app)).data;

	return found ? <Edit key={found.version} tenant={tenant} app={found} /> : null;
}

function Edit({ tenant, app }: { tenant: string; app: App }) {
	const id = useId();
	const save = useSetHealthCheck(tenant, app);
	const [check, setCheck] = useState<string>(app.health_check ?? "http");
	const port = check === "http" || check === "tcp";

	return (
		<Card title="Health check">
			<Form
				label="Health check"
				submit="Save"
				fields={["health_port", "health_path"]}
				busy={save.isPending}
				error={save.error}
				onSubmit={({ health_port, health_path }) =>
					save.mutate({
						health_check: check,
						...(port && { health_port: Number(health_port) }),
						...(check === "http" && { health_path: health_path ?? "" }),
					})
				}
			>
				<label htmlFor={id}>It is well when</label>
				<select
					id={id}
					className={css.select}
					value={check}
					onChange={(event) => setCheck(event.target.value)}
				>
					{checks.map(([value, text]) => (
						<option key={value} value={value}>
							{text}
						</option>
					))}
				</select>
				{port && (
					<Field
						name="health_port"
						label="Port"
						type="number"
						min={1}
						max={65535}
						defaultValue={app.health_port ?? 9876}
						required
					/>
				)}
				{check === "http" && (
					<Field
						name="health_path"
						label="Path"
						defaultValue={app.health_path ?? "/observe/health"}
						hint="camel-observability-services answers at /observe/health on port 9876."
						required
					/>
				)}
			</Form>
			{save.isSuccess && <Alert tone="ok" title="Saved. It holds from the next deployment on." />}
		</Card>
	);
}
