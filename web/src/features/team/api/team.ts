// SPDX-License-Identifier: Apache-2.0
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { RoleChoice } from "@/features/team/api/member";
import { api } from "@/lib/api";
import { useChange } from "@/lib/change";
import { reads } from "@/lib/document";
import { nothing, page, z } from "@/lib/schema";
import { everythingByName, wantedQuery } from "@/lib/wanted";

const teamSchema = reads("Team", z.object({
	id: z.string(),
	name: z.string(),
	role: z.string(),
	custom_role: z.nullish(z.string()),
	version: z.optional(z.int()),
}));

const wholeTeamSchema = reads("TeamDetail", z.extend(teamSchema, {
	members: z.array(z.object({ id: z.string(), name: z.string(), email: z.nullish(z.string()) })),
	applications: z.array(z.object({ name: z.string(), display_name: z.nullish(z.string()) })),
}));

export type Team = z.output<typeof teamSchema>;


const teamsKey = (tenant: string) => ["tenant", tenant, "teams"] as const;
const teamPath = (id: string) => `/api/tenants/teams/${encodeURIComponent(id)}`;

export function teamsQuery(tenant: string, wanted = everythingByName) {
	return infiniteQueryOptions({
		queryKey: [...teamsKey(tenant), { list: true, ...wanted }],
		queryFn: ({ pageParam, signal }) =>
			api(page(teamSchema), {
				tenant,
				path: "/api/tenants/teams",
				query: { ...wantedQuery(wanted), after: pageParam },
				signal,
			}),
		placeholderData: keepPreviousData,
		initialPageParam: null as string | null,
		getNextPageParam: (last) => last.next,
	});
}

export function teamQuery(tenant: string, id: string) {
	return queryOptions({
		queryKey: [...teamsKey(tenant), id],
		queryFn: ({ signal }) => api(wholeTeamSchema, { tenant, path: teamPath(id), signal }),
	});
}

type TeamFacts = { name: string } & RoleChoice;

/** Makes a team, or changes the given one. */
export function useSaveTeam(tenant: string, team: Team | null) {
	return useChange(
		(body: TeamFacts) =>
			team
				? api(nothing, { tenant, method: "PATCH", path: teamPath(team.id), body, version: team.version })
				: api(nothing, { tenant, method: "POST", path: "/api/tenants/teams", body }),
		[teamsKey(tenant)],
	);
}

export function useRemoveTeam(tenant: string) {
	return useChange((id: string) => api(nothing, { tenant, method: "DELETE", path: teamPath(id) }), [teamsKey(tenant)]);
}

type Belonging = { kind: "members" | "applications"; which: string; belongs: boolean };

/** Adds a member or an application to a team, or removes it. */
export function useSetBelonging(tenant: string, team: string) {
	return useChange(
		({ kind, which, belongs }: Belonging) =>
			api(nothing, {
				tenant,
				method: belongs ? "PUT" : "DELETE",
				path: `${teamPath(team)}/${kind}/${encodeURIComponent(which)}`,
			}),
		[teamsKey(tenant)],
	);
}
