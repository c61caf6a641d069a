/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A runtime on a real engine, and tenants to try it with.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/engine/engine.h"
#include "tests/engine/runtime_stage.h"

static const struct runtime_pair env[] = {
	{ "GREETING", "hello world" }, { NULL, NULL },
};
static const struct runtime_secret secrets[] = {
	{ "bootstrap-token", MARKER, sizeof(MARKER) - 1 },
	{ "ca.pem", "two\nlines\n", 10 }, { NULL, NULL, 0 },
};
static const struct runtime_limits limits = { .memory_mb = 64,
    .cpu_millis = 500, .pids = 64, .tmp_mb = 8 };
struct runtime rt;

int
runtime_begin(void **state)
{
	struct stage *stage;

	if (stage_begin(state) != 0)
		return -1;
	stage = *state;
	runtime_engine_init(&rt, &stage->conf);
	return 0;
}

struct uuid
stage_tenant(const char *slug)
{
	char hex[SHA256_HEX_MAX];
	struct uuid id;

	sha256_hex(slug, strlen(slug), hex);
	snprintf(id.text, sizeof(id.text),
	    "01890000-0000-7000-8000-%.12s", hex);
	return id;
}

struct runtime_app
app_of(const char *slug, const char *name, const char *generation,
    const struct image *image)
{
	return (struct runtime_app){ .tenant = stage_tenant(slug),
	    .ref = { slug, "prod", name }, .generation = generation,
	    .release = 3, .image = image->reference, .env = env,
	    .secrets = secrets, .limits = limits };
}

struct runtime_tenant
tenant_of(const char *slug, const struct image *image)
{
	return (struct runtime_tenant){ .id = stage_tenant(slug),
	    .slug = slug, .image = image->reference, .env = env,
	    .secrets = secrets, .limits = limits };
}

enum err
deploy(struct stage *stage, const struct runtime_app *app,
    struct runtime_status *status)
{
	enum err e = ERR_UNAVAILABLE;
	int ms;

	for (ms = 0; ms < WAIT_MS && e == ERR_UNAVAILABLE; ms += 100) {
		fail_clear(stage->ctx);
		if (ms > 0)
			stage_sleep(100);
		e = rt.deploy(stage->ctx, &rt, app, status);
	}
	return e;
}

enum err
ensure(struct stage *stage, const struct runtime_tenant *tenant,
    struct runtime_status *status)
{
	enum err e = ERR_UNAVAILABLE;
	int ms;

	for (ms = 0; ms < WAIT_MS && e == ERR_UNAVAILABLE; ms += 100) {
		fail_clear(stage->ctx);
		e = rt.ensure_tenant(stage->ctx, &rt, tenant, status);
	}
	return e;
}

size_t
containers(struct stage *stage, const char *slug)
{
	const struct runtime_pair labels[] = {
		{ "cameleer.tenant", slug }, { NULL, NULL },
	};
	struct engine engine = { stage->conf.engine_socket };
	struct engine_row *rows;
	size_t n;

	assert_ok(stage, engine_list(stage->ctx, &engine, labels, &rows, &n));
	return n;
}

const char *
printed(struct stage *stage, const struct runtime_ref *ref)
{
	struct runtime_log log = { .max = 1000 };
	struct buf buf;
	size_t i;

	buf_init(&buf, stage->ctx->mem, (size_t)1 << 20);
	assert_ok(stage, rt.logs(stage->ctx, &rt, ref, NULL, &log));
	for (i = 0; i < log.nlines; i++) {
		buf_put(&buf, log.lines[i].text, log.lines[i].len);
		buf_text(&buf, "\n");
	}
	assert_false(buf.full);
	return buf.len > 0 ? buf.p : "";
}
