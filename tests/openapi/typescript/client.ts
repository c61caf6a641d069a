// SPDX-License-Identifier: Apache-2.0
// What a client's author would write: names, states and shapes are known.
import type { components, paths } from "./schema";

type App = components["schemas"]["App"];
type Release = components["schemas"]["Release"];

export const states: Record<App["state"], string> = {
	active: "runs",
	deleting: "goes",
};

export const camel = (release: Release): string | undefined =>
	release.jar_facts.camel_version;

type Answer =
	paths["/api/apps"]["get"]["responses"][200]["content"]["application/json"];

export const names = (page: Answer): string[] =>
	page.items.map((app) => app.name);
