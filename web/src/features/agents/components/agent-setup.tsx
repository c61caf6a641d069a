// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyButton } from "@/components/copy-button";
import { Secret } from "@/components/secret";
import { Loaded } from "@/components/states";
import { type AgentSetup, agentSetupQuery } from "@/features/agents/api/agent";

import css from "./agent-setup.module.css";

/** How each tool gives an application the agent, ready to be copied. */
export function AgentSetupCard({ tenant }: { tenant: string }) {
	return (
		<Loaded query={useQuery(agentSetupQuery(tenant))} label="instructions">
			{(setup) => <Setup setup={setup} />}
		</Loaded>
	);
}

function Setup({ setup }: { setup: AgentSetup }) {
	const [chosen, setChosen] = useState(setup.tools[0]?.name);
	const tool = setup.tools.find(({ name }) => name === chosen);

	return (
		<Card title="Connect an application">
			<Secret label="Endpoint" value={setup.endpoint} />
			<p>
				Save a token of the list below in a file that the application alone can read. Then give the application the agent:
			</p>
			<div className={css.tools} role="group" aria-label="Tool">
				{setup.tools.map(({ name, title }) => (
					<Button key={name} size="sm" aria-pressed={name === chosen} onClick={() => setChosen(name)}>
						{title}
					</Button>
				))}
			</div>
			{tool && (
				<div className={css.snippet}>
					<pre>{tool.text}</pre>
					<CopyButton label={`Copy the lines for ${tool.title}`} text={() => tool.text} />
				</div>
			)}
		</Card>
	);
}
