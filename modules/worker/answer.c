/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the worker answers to nginx: its counters, and whether it runs.  One
 * child does only this, without a database, so that it answers at all times.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/ctx.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/fcgi.h"
#include "libshared/doors/metrics.h"
#include "libshared/skeleton/prefork.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/answer.h"

#define ANSWER_MEM_MAX	(1u << 20)

int
answer_listen(void)
{
	char path[108];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/worker.sock",
	    process.conf->run_dir);
	if ((fd = fcgi_listen(path)) == -1)
		log_event(LOG_ERROR, "start_failed", LOG_TEXT("socket", path));
	return fd;
}

/* answer_text - returns the body for a path, or NULL when there is none */
static const char *
answer_text(struct ctx *ctx, const char *path)
{
	const char *text;

	if (path == NULL || strcmp(path, "/internal/worker/metrics") != 0)
		return NULL;
	if (metrics_print(ctx, "worker", &text) == ERR_OK)
		return text;
	fail_clear(ctx);
	return NULL;
}

static void
answer_one(struct ctx *ctx, struct fcgi *fcgi)
{
	const char *body = answer_text(ctx, fcgi_param(fcgi, "CAM_PATH"));
	char head[128];

	(void)snprintf(head, sizeof(head), "Status: %d\r\nContent-Type: "
	    "text/plain; version=0.0.4; charset=utf-8\r\n\r\n",
	    body == NULL ? 404 : 200);
	if (fcgi_write(fcgi, head, strlen(head)) != 0 ||
	    (body != NULL && fcgi_write(fcgi, body, strlen(body)) != 0))
		log_event(LOG_WARN, "reply_lost");
	fcgi_finish(fcgi);
}

int
answer_child(int listen_fd)
{
	struct ctx *ctx = ctx_new(ANSWER_MEM_MAX);
	struct fcgi *fcgi = fcgi_new(listen_fd);
	int got;

	(void)prctl(PR_SET_NAME, "worker-answer", 0, 0, 0);
	while (!prefork_stopping() && (got = fcgi_accept(fcgi)) != 0) {
		if (got < 0)
			continue;
		answer_one(ctx, fcgi);
		ctx_reset(ctx);
	}
	fcgi_free(&fcgi);
	ctx_free(&ctx);
	return 0;
}
