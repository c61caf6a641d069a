/* SPDX-License-Identifier: Apache-2.0 */
/* cameleerctl routes: asks each responder's program for its table. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/api/routes.h"
#include "modules/ctl/ctl.h"

#define OUTPUT_MAX	(1u << 20)

extern char **environ;

const char *const modules[MODULES] = { "auth", "tenants", "apps", "billing",
    "license", "sso" };

/* spawn - program --routes, its standard output in *out; 0 or errno */
static int
spawn(char *program, pid_t *pid, int *out)
{
	char flag[] = "--routes";
	char *const argv[] = { program, flag, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return errno;
	if ((rc = posix_spawn_file_actions_init(&actions)) == 0) {
		if ((rc = posix_spawn_file_actions_adddup2(&actions, ends[1],
		    STDOUT_FILENO)) == 0)
			rc = posix_spawn(pid, program, &actions, NULL, argv,
			    environ);
		(void)posix_spawn_file_actions_destroy(&actions);
	}
	(void)close(ends[1]);
	if (rc != 0)
		(void)close(ends[0]);
	*out = ends[0];
	return rc;
}

/* drain - everything it says, and how it ended; true: well */
static bool
drain(pid_t pid, int fd, struct buf *text)
{
	char piece[16384];
	ssize_t n;
	int status = 0;

	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_put(text, piece, (size_t)n);
	(void)close(fd);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return n == 0 && !text->full && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;
}

static enum err
ask(struct ctx *ctx, const char *bin, const char *module, struct json **out)
{
	char *program = text_printf(ctx->mem, "%s/%s.fcgi", bin, module);
	struct buf text;
	pid_t pid = -1;
	int fd = -1, rc;
	enum err e;

	if (program == NULL)
		return fail(ctx, ERR_TOO_LARGE, "routes", "no memory");
	if ((rc = spawn(program, &pid, &fd)) != 0)
		return fail(ctx, ERR_INTERNAL, "routes", "%s: %s", program,
		    strerror(rc));
	buf_init(&text, ctx->mem, OUTPUT_MAX);
	if (!drain(pid, fd, &text))
		return fail(ctx, ERR_INTERNAL, "routes",
		    "%s --routes did not end well", program);
	if ((e = json_parse(ctx, text.p, text.len, out)) != ERR_OK)
		return e;
	if (json_member(*out, "service") == NULL ||
	    strcmp(json_member(*out, "service"), module) != 0 ||
	    !json_is_array(json_get(*out, "routes")))
		return fail(ctx, ERR_INTERNAL, "routes",
		    "%s --routes does not describe `%s'", program, module);
	return ERR_OK;
}

enum err
routes_collect(struct ctl *ctl, struct json *services[MODULES])
{
	const char *bin = ctl->options[OPTION_BIN];
	size_t i;
	enum err e;

	for (i = 0; i < MODULES; i++)
		if ((e = ask(ctl->ctx, bin == NULL ? LIBEXECDIR : bin,
		    modules[i], &services[i])) != ERR_OK)
			return e;
	return ERR_OK;
}

/* print_one - a line for people: what, where, who may */
static void
print_one(const struct json *route)
{
	(void)printf("%-6s %-44s %s\n", json_member(route, "method"),
	    json_member(route, "path"), json_member(route, "permission"));
}

static int
routes_show(struct ctl *ctl)
{
	struct json *services[MODULES], *top, *list;
	const struct json *routes;
	size_t i, j;

	if (routes_collect(ctl, services) != ERR_OK)
		return ctl_bad(ctl);
	top = json_object(ctl->ctx);
	list = json_array(ctl->ctx);
	for (i = 0; i < MODULES; i++) {
		json_add(list, services[i]);
		routes = json_get(services[i], "routes");
		for (j = 0; !ctl->json && j < json_count(routes); j++)
			print_one(json_at(routes, j));
	}
	json_put(top, "services", list);
	return ctl->json ? ctl_print(ctl, top) : CTL_GOOD;
}

const struct command route_commands[] = {
	{ "routes", NULL, 1u << OPTION_BIN, 0, 0, routes_show,
	    "Lists the routes of all responders." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
