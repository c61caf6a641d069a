/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health checks of applications.
 *
 * The check of a container stands in a label of it, so that whoever looks at
 * the container later asks the same.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "modules/worker/runtime/runtime_health.h"

#define PROBE_MS	3000
#define SETTLED_S	10	/* then a process without a check is well */

struct check { struct str kind, path; int64_t port; };

const char *
runtime_health_text(struct ctx *ctx, const struct runtime_health *health)
{
	if (health->check == NULL)
		return text_printf(ctx->mem, "http %d %s",
		    RUNTIME_HEALTH_PORT, RUNTIME_HEALTH_PATH);
	return text_printf(ctx->mem, "%s %d %s", health->check,
	    (int)health->port, health->path == NULL ? "/" : health->path);
}

/* A container of before there were checks has the usual one. */
static struct check
check_read(const char *text)
{
	struct check check = { .kind = STR("http"),
	    .path = STR(RUNTIME_HEALTH_PATH), .port = RUNTIME_HEALTH_PORT };
	struct str rest, kind;
	int64_t port;

	if (text == NULL)
		return check;
	rest = str_of(text);
	kind = str_cut(&rest, ' ');
	if (str_int(str_cut(&rest, ' '), 0, 65535, &port))
		check = (struct check){ kind, rest, port };
	return check;
}

const char *
runtime_health_name(struct ctx *ctx, const char *text)
{
	struct check check = check_read(text);

	if (str_is(check.kind, "tcp"))
		return text_printf(ctx->mem, "a connection to port %d",
		    (int)check.port);
	if (str_is(check.kind, "agent"))
		return "the heartbeat of its agent";
	if (str_is(check.kind, "none"))
		return text_printf(ctx->mem, "that it runs for %d s",
		    SETTLED_S);
	return text_printf(ctx->mem, "GET :%d%.*s", (int)check.port,
	    (int)check.path.len, check.path.p);
}

/* Does something listen there?  NULL, or what happened instead. */
static const char *
port_try(const char *address, int64_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0), error = 0;
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(error);
	const char *why = "nothing listens there";

	if (fd == -1 || inet_pton(AF_INET, address, &to.sin_addr) != 1) {
		if (fd != -1)
			(void)close(fd);
		return "it could not be tried";
	}
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		why = NULL;
	else if (errno == EINPROGRESS) {
		if (poll(&p, 1, PROBE_MS) != 1)
			why = "it does not answer";
		else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) ==
		    0 && error == 0)
			why = NULL;
	}
	(void)close(fd);
	return why;
}

static const char *
page_try(struct ctx *ctx, const char *address, const struct check *check)
{
	struct http_request rq = { HTTP_DEFAULTS, .method = "GET",
	    .policy = HTTP_CONFIGURED, .timeout_ms = PROBE_MS,
	    .max_body = (size_t)64 << 10 };
	struct http_response r;

	rq.url = text_printf(ctx->mem, "http://%s:%d%.*s", address,
	    (int)check->port, (int)check->path.len, check->path.p);
	if (rq.url == NULL)
		return "no memory";
	if (http_call(ctx, &rq, &r) != ERR_OK) {
		fail_clear(ctx);
		return "nothing answers there";
	}
	if (r.status == 200)
		return NULL;
	return text_printf(ctx->mem, "it answers %d, not 200", r.status);
}

bool
runtime_health_probe(struct ctx *ctx, const struct health_subject *subject,
    const char **why)
{
	struct check check = check_read(subject->check);
	const char *said = NULL;

	if (subject->address == NULL)
		said = "the container has no address yet";
	else if (str_is(check.kind, "none"))
		said = subject->ran_s >= SETTLED_S ? NULL :
		    "it was started just now";
	else if (str_is(check.kind, "tcp"))
		said = port_try(subject->address, check.port);
	else if (str_is(check.kind, "http"))
		said = page_try(ctx, subject->address, &check);
	*why = said == NULL ? NULL : text_printf(ctx->mem,
	    "health check (%s): %s", runtime_health_name(ctx,
	    subject->check), said);
	return said == NULL;
}
