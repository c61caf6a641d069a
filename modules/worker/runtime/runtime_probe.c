/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs cameleer-probe in a container of the tenant's network.
 *
 * The container is created as applications are, so that it has their
 * restrictions and netguard's rules.  Its label names the run: what an earlier
 * run left behind is removed first.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/engine/engine.h"
#include "modules/worker/image/oci_image.h"
#include "modules/worker/registry/registry_reader.h"
#include "modules/worker/runtime/runtime_names.h"
#include "modules/worker/runtime/runtime_probe.h"
#include "modules/worker/runtime/runtime_status.h"

#define SAID_LINES	128
#define SAID_MAX	((size_t)8 << 10)
#define LAST_LINE	"end"

static enum err
not_yet(struct ctx *ctx)
{
	return fail(ctx, ERR_UNAVAILABLE, NULL, "the probe runs");
}

/* image_make - the program's image, which the registry has after the first */
static enum err
image_make(struct ctx *ctx, const struct runtime *rt, const char *program,
    const char **image)
{
	const struct runtime_engine *place = rt->place;
	const struct registry registry = registry_configured();
	const struct image_program_spec spec = { program, "platform/probe",
	    "latest" };
	struct image made;
	enum err e;

	if ((e = image_import_program(ctx, &registry, &spec, &made)) != ERR_OK)
		return e;
	*image = text_printf(ctx->mem, "%s/%s", place->registry,
	    made.reference);
	return *image == NULL ? fail(ctx, ERR_INTERNAL, NULL, "no memory") :
	    ERR_OK;
}

static enum err
probe_begin(struct ctx *ctx, const struct runtime *rt, const char *program,
    struct engine_spec *spec)
{
	const struct runtime_engine *place = rt->place;
	struct engine engine = status_engine(rt);
	const struct runtime_login *login;
	enum err e;

	if ((e = image_make(ctx, rt, program, &spec->image)) != ERR_OK ||
	    (e = registry_reader(ctx, place->readers, spec->image, &login)) !=
	    ERR_OK || (e = engine_image_ensure(ctx, &engine, spec->image,
	    login)) != ERR_OK ||
	    (e = engine_create(ctx, &engine, spec)) != ERR_OK ||
	    (e = engine_start(ctx, &engine, spec->name)) != ERR_OK)
		return e;
	return not_yet(ctx);
}

/* said_read - its log, once the last line is there */
static enum err
said_read(struct ctx *ctx, const struct engine *engine, const char *name,
    const char **said)
{
	struct runtime_log log = { .max = SAID_LINES };
	struct engine_cursor from = { 0, 0 };
	struct buf text;
	size_t i;
	enum err e;

	if ((e = engine_logs(ctx, engine, name, &from, &log)) != ERR_OK)
		return e;
	if (log.nlines == 0 || strcmp(log.lines[log.nlines - 1].text,
	    LAST_LINE) != 0)
		return not_yet(ctx);
	buf_init(&text, ctx->mem, SAID_MAX);
	for (i = 0; i + 1 < log.nlines; i++)
		buf_printf(&text, "%s\n", log.lines[i].text);
	if (text.full)
		return fail(ctx, ERR_PEER, NULL, "the probe said too much");
	*said = log.nlines == 1 ? "" : text.p;
	return ERR_OK;
}

enum err
probe_run(struct ctx *ctx, const struct runtime *rt,
    const struct runtime_probe *probe, const char **said)
{
	struct engine engine = status_engine(rt);
	struct engine_container c;
	struct engine_spec spec;
	enum err e;

	if ((e = runtime_probe_spec(ctx, probe, &spec)) != ERR_OK)
		return e;
	e = engine_inspect(ctx, &engine, spec.name, spec.network, &c);
	if (e == ERR_NOT_FOUND) {
		fail_clear(ctx);
		return probe_begin(ctx, rt, probe->program, &spec);
	}
	if (e == ERR_OK && !json_member_is(c.labels, LABEL_RUN, probe->run))
		e = engine_remove(ctx, &engine, spec.name);
	else if (e == ERR_OK && c.state == RUNTIME_CREATED)
		e = engine_start(ctx, &engine, spec.name);
	else if (e == ERR_OK && c.state == RUNTIME_STOPPED) {
		if (c.exit_code != 0)
			return fail(ctx, ERR_PEER, NULL, "the probe ended "
			    "with exit code %d", c.exit_code);
		if ((e = said_read(ctx, &engine, spec.name, said)) != ERR_OK)
			return e;
		return engine_remove(ctx, &engine, spec.name);
	}
	return e != ERR_OK ? e : not_yet(ctx);
}

enum err
probe_end(struct ctx *ctx, const struct runtime *rt, const char *slug)
{
	const struct runtime_pair labels[] = {
		{ LABEL_PROBE, slug }, { NULL, NULL },
	};
	struct engine engine = status_engine(rt);
	struct engine_row *rows;
	size_t i, n;
	enum err e;

	if ((e = engine_list(ctx, &engine, labels, &rows, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if ((e = engine_remove(ctx, &engine, rows[i].name)) != ERR_OK)
			return e;
	return ERR_OK;
}
