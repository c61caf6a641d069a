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

/* spawn_program - starts it with its standard output in *out; 0 or errno */
static int
spawn_program(char *const argv[], pid_t *pid, int *out)
{
	posix_spawn_file_actions_t actions;
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return errno;
	if ((rc = posix_spawn_file_actions_init(&actions)) == 0) {
		if ((rc = posix_spawn_file_actions_adddup2(&actions, ends[1],
		    STDOUT_FILENO)) == 0)
			rc = posix_spawn(pid, argv[0], &actions, NULL, argv,
			    environ);
		(void)posix_spawn_file_actions_destroy(&actions);
	}
	(void)close(ends[1]);
	if (rc != 0)
		(void)close(ends[0]);
	*out = ends[0];
	return rc;
}

/* routes_drain - reads all its output and waits; true: it ended with success */
static bool
routes_drain(pid_t pid, int fd, struct buf *text)
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

enum err
program_ask(struct ctl *ctl, const struct program *program, struct json **out)
{
	const char *bin = ctl->options[OPTION_BIN];
	struct ctx *ctx = ctl->ctx;
	char *path = text_printf(ctx->mem, "%s/%s", bin == NULL ? LIBEXECDIR :
	    bin, program->file);
	char *flag = text_printf(ctx->mem, "%s", program->flag);
	char *const argv[] = { path, flag, NULL };
	struct buf text;
	pid_t pid = -1;
	int fd = -1, rc;
	enum err e;

	if (path == NULL || flag == NULL)
		return fail(ctx, ERR_TOO_LARGE, "routes", "no memory");
	if ((rc = spawn_program(argv, &pid, &fd)) != 0)
		return fail(ctx, ERR_INTERNAL, "routes", "%s: %s", path,
		    strerror(rc));
	buf_init(&text, ctx->mem, OUTPUT_MAX);
	if (!routes_drain(pid, fd, &text))
		return fail(ctx, ERR_INTERNAL, "routes",
		    "%s %s did not end well", path, flag);
	if ((e = json_parse(ctx, text.p, text.len, out)) != ERR_OK)
		return e;
	if (json_member(*out, "service") == NULL ||
	    strcmp(json_member(*out, "service"), program->service) != 0 ||
	    !json_is_array(json_get(*out, program->member)))
		return fail(ctx, ERR_INTERNAL, "routes",
		    "%s %s does not describe `%s'", path, flag,
		    program->service);
	return ERR_OK;
}

enum err
routes_collect(struct ctl *ctl, struct json *services[MODULES])
{
	struct program program = { NULL, "--routes", NULL, "routes" };
	size_t i;
	enum err e;

	for (i = 0; i < MODULES; i++) {
		program.service = modules[i];
		program.file = text_printf(ctl->ctx->mem, "%s.fcgi",
		    modules[i]);
		if (program.file == NULL)
			return ERR_TOO_LARGE;
		if ((e = program_ask(ctl, &program, &services[i])) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* print_one - prints one line: method, path, permission */
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
