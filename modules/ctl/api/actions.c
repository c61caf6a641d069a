/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl actions: every action that an audit trail can contain.
 *
 * Actions of requests and jobs come from the tables of the programs; actions of
 * operators and of the platform itself are listed here, and
 * tests/guards/check_actions.sh finds missing ones.  A refused read is recorded
 * under the path of its route.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/api/routes.h"
#include "modules/ctl/ctl.h"

static const struct { const char *action, *about; } others[] = {
	{ "account.erase", "Forgets a person." },
	{ "account.mail", "A requested link is not mailed, because the address "
	    "got such a mail shortly before." },
	{ "account.remove_factors", "An operator removes the second factors of "
	    "a person who has lost them." },
	{ "account.request", "A registration or recovery is given up, because "
	    "no attempt could settle it." },
	{ "account.unlock", "An operator resets the count of wrong guesses." },
	{ "agent_token.revoke", "A bootstrap token is revoked." },
	{ "drift.change", "What a tenant has at its place differs from what it "
	    "should have, or does not any more." },
	{ "drift.restore_ask", "Somebody has an object of a tenant made what "
	    "it should be." },
	{ "isolation.probe", "The isolation probe finds a tenant's network "
	    "open, or isolated again." },
	{ "isolation.run", "An operator has the isolation probe run at once." },
	{ "key.add", "An operator adds a signing key." },
	{ "key.pass", "A signing key verifies, and does not sign any more." },
	{ "key.promote", "A signing key signs from now on." },
	{ "key.remove", "An operator removes a signing key at once." },
	{ "key.retire", "A signing key does not verify any more." },
	{ "license.renew", "A licence that ends soon gets its next version." },
	{ "member.join", "A tenant's provider makes somebody a member." },
	{ "operator.add", "Somebody becomes an operator of the platform." },
	{ "operator.grant", "An operator gets other permissions." },
	{ "operator.remove", "Somebody is not an operator any more." },
	{ "place.answer", "A place answers for the first time or again, or not "
	    "any more." },
	{ "request.flood", "Anonymous refusals that were only counted." },
	{ "server.tell", "A server of a tenant is told what has changed." },
	{ "session.reuse", "A refresh token was used twice: its session "
	    "ends." },
	{ "tenant.ask_export", "An operator asks for the manifests of a "
	    "tenant." },
	{ "tenant.leave_end", "The days end in which the deletion of a tenant "
	    "could be taken back." },
};

struct catalogue { struct json *items; };

/*
 * actions_find - returns the item of an action that is already listed, or NULL
 */
static struct json *
actions_find(const struct catalogue *catalogue, const char *action)
{
	const struct json *item;
	size_t i;

	for (i = 0; i < json_count(catalogue->items); i++) {
		item = json_at(catalogue->items, i);
		if (strcmp(json_member(item, "action"), action) == 0)
			return (struct json *)(uintptr_t)item;	/* built here */
	}
	return NULL;
}

static struct json *
actions_add(struct ctx *ctx, struct catalogue *catalogue, const char *action,
    const char *about)
{
	struct json *item = json_object(ctx);

	json_put_text(item, "action", action);
	json_put_text(item, "about", about);
	json_put(item, "routes", json_array(ctx));
	json_add(catalogue->items, item);
	return item;
}

static void
add_route(struct ctx *ctx, struct catalogue *catalogue,
    const struct json *route)
{
	const char *action = json_member(route, "audit");
	struct json *item;

	if (action == NULL)
		return;
	if ((item = actions_find(catalogue, action)) == NULL)
		item = actions_add(ctx, catalogue, action, json_member(route,
		    "about"));
	json_add_text((struct json *)(uintptr_t)json_get(item, "routes"),
	    text_printf(ctx->mem, "%s %s", json_member(route, "method"),
	    json_member(route, "path")));
}

/* add_jobs - adds the kinds of jobs, which the worker's table explains */
static enum err
add_jobs(struct ctl *ctl, struct catalogue *catalogue)
{
	static const struct program worker = { "cameleer-worker", "--jobs",
	    "worker", "jobs" };
	const struct json *jobs, *job;
	struct json *table;
	size_t i;
	enum err e;

	if ((e = program_ask(ctl, &worker, &table)) != ERR_OK)
		return e;
	jobs = json_get(table, "jobs");
	for (i = 0; i < json_count(jobs); i++) {
		job = json_at(jobs, i);
		if (actions_find(catalogue, json_member(job, "action")) == NULL)
			(void)actions_add(ctl->ctx, catalogue, json_member(job,
			    "action"), json_member(job, "about"));
	}
	return ERR_OK;
}

static int
actions_show(struct ctl *ctl)
{
	struct ctx *ctx = ctl->ctx;
	struct json *services[MODULES], *top = json_object(ctx);
	struct catalogue catalogue = { json_array(ctx) };
	const struct json *routes;
	size_t i, j;

	if (routes_collect(ctl, services) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < MODULES; i++) {
		routes = json_get(services[i], "routes");
		for (j = 0; j < json_count(routes); j++)
			add_route(ctx, &catalogue, json_at(routes, j));
	}
	if (add_jobs(ctl, &catalogue) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < nitems(others); i++)
		if (actions_find(&catalogue, others[i].action) == NULL)
			(void)actions_add(ctx, &catalogue, others[i].action,
			    others[i].about);
	json_put(top, "items", catalogue.items);
	json_put_null(top, "next");
	return ctl_print(ctl, top);
}

const struct command actions_commands[] = {
	{ "actions", NULL, 1u << OPTION_BIN, 0, 0, actions_show,
	    "Prints every action of the audit trail." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
