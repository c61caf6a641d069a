// SPDX-License-Identifier: Apache-2.0
/*
 * What the API answers while pictures are made: the examples of its document,
 * which the http tier compares with the real platform.  They never change by
 * themselves, as ids and times of a platform do.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../../data/examples/", import.meta.url);

/** A moment after all times in the examples. */
export const now = new Date("2026-03-02T09:20:00Z");

export const longName = "The department for the transport of unusually long goods across several borders";
/** Only where no picture is made: the machine's own fonts draw it. */
export const arabic = "قسم النقل (Acme)";

function readExamples() {
	const found = new Map();

	for (const file of readdirSync(fileURLToPath(folder)))
		for (const [key, { answer }] of Object.entries(JSON.parse(readFileSync(new URL(file, folder), "utf8"))))
			found.set(key, answer);
	return found;
}

/** More of the same: copies of the first item, each with its changes. */
function grown(answer, ...changes) {
	const items = [...answer.items, ...changes.map((change) => ({ ...answer.items[0], ...change }))];

	return { ...answer, items, next: null, ...("total" in answer ? { total: items.length } : {}) };
}

/** Rows as people have them: long names, another script, every state. */
const changes = {
	"GET /api/apps": (answer) =>
		grown(
			answer,
			{ name: "billing-export-of-the-north", display_name: longName, deployments: [] },
		),
	"GET /api/tenants": (answer) =>
		grown(answer, { id: "t2", slug: "north", name: longName, role: "developer", state: "provisioning" }),
	"GET /api/tenants/members": (answer, { foreign }) =>
		grown(
			answer,
			{ id: "m2", name: longName, email: `${"goods".repeat(10)}@example.com`, role: "developer" },
			{ id: "m3", name: foreign ? arabic : "Noor", email: "tarhil@example.com", role: "viewer", locked_until: "2026-03-02T09:40:00Z" },
		),
	"GET /api/tenants/teams": (answer) => grown(answer, { id: "e2", name: longName }),
	"GET /api/auth/service-accounts": (answer) => grown(answer, { id: "s2", name: longName }),
	"GET /api/auth/tokens": (answer) => grown(answer, { id: "k2", name: longName }),
	"GET /api/tenants/bootstrap-tokens": (answer) => grown(answer, { id: "b2", name: longName }),
	"GET /api/auth/passkeys": (answer) => grown(answer, { id: "p2", name: longName }),
	"GET /api/tenants/audit": (answer) =>
		grown(
			answer,
			{ id: "a2", action: "sso.provider.change", result: "refused", subject_type: null, subject_id: null },
			{ id: "a3", action: "tenant.provision", result: "failed", actor: null, actor_kind: "job" },
		),
	"GET /api/tenants/permissions": (answer, { permissions }) =>
		({ ...answer, items: permissions.map((name) => ({ ...answer.items[0], name })) }),
	"GET /api/auth/me": (answer, { permissions }) =>
		({ ...answer, permissions: permissions.map((name) => ({ ...answer.permissions[0], name })) }),
	"GET /api/apps/{app}/releases": (answer) =>
		grown(answer, { id: "r1", number: 1, state: "ready" }, { id: "r0", number: 3, state: "failed" }),
};

export class Answers {
	constructor(about) {
		this.examples = readExamples();
		this.about = about;
		this.patterns = [...this.examples.keys()].map((key) => {
			const [method, path] = key.split(" ");
			const form = path.replace(/\{[^}]+\}/g, "[^/]+");

			return { key, method, form: new RegExp(`^${form}$`), fixed: !path.includes("{") };
		});
		this.patterns.sort((one, other) => Number(other.fixed) - Number(one.fixed));
	}

	/** The answer to a request, or undefined where no example has it. */
	to(method, path) {
		const found = this.patterns.find((each) => each.method === method && each.form.test(path));
		const answer = found && this.examples.get(found.key);

		if (answer === undefined) return undefined;
		return changes[found.key]?.(answer, this.about) ?? answer;
	}
}
