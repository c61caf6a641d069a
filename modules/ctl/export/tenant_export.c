/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl tenants export: a tenant as manifests that Flux applies to a
 * cluster of its own, without this platform.
 *
 * The worker makes them, since nobody else opens a tenant's secrets; this
 * program asks, waits and writes the files.
 */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "libshared/base/lifecycle.h"
#include "libshared/doors/crypto_rsa.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "libshared/skeleton/job.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/export/export_file.h"

#include "modules/ctl/export/export.sql.h"

#define INPUT_MAX	((size_t)64 << 10)
#define WAIT_MAX_S	120
#define WAIT_MS		200

struct found { struct uuid id; const char *state; };

static const struct field found_view[] = {
	VIEW_UUID(struct found, id),
	VIEW_TEXT(struct found, state),
	FIELD_END
};

struct progress { const char *state, *error_code, *error; };

static const struct field progress_view[] = {
	VIEW_TEXT(struct progress, state),
	VIEW_TEXT_OPT(struct progress, error_code),
	VIEW_TEXT_OPT(struct progress, error),
	FIELD_END
};

static const struct field file_view[] = {
	VIEW_TEXT(struct export_file, path),
	VIEW_TEXT(struct export_file, content),
	FIELD_END
};

struct asked {
	struct uuid		 tenant, operation;
	struct str		 place, certificate;
	struct rsa_certificate	 holder;
	struct export_file	*files;
	size_t			 nfiles;
};

/* input_read - both files, before anything is asked for */
static enum err
input_read(struct ctl *ctl, struct asked *asked)
{
	const char *path = ctl->options[OPTION_SEAL_CERT], *why;
	struct ctx *ctx = ctl->ctx;
	enum err e;

	if ((e = ctl_read_file(ctx, ctx->mem, path, INPUT_MAX,
	    &asked->certificate)) != ERR_OK ||
	    (e = ctl_read_file(ctx, ctx->mem, ctl->options[OPTION_PLACE],
	    INPUT_MAX, &asked->place)) != ERR_OK)
		return e;
	why = rsa_certificate_read(asked->certificate, (int64_t)time(NULL),
	    &asked->holder);
	if (why != NULL)
		return fail(ctx, ERR_BAD_INPUT, "certificate_invalid",
		    "%s is refused: %s", path, why);
	if (!str_utf8(asked->place) || memchr(asked->place.p, '\0',
	    asked->place.len) != NULL)
		return fail(ctx, ERR_BAD_INPUT, "place_invalid",
		    "%s does not hold UTF-8 text", ctl->options[OPTION_PLACE]);
	return ERR_OK;
}

static enum err
tenant_find(struct ctx *ctx, const char *slug, struct asked *asked)
{
	enum tenant_state state;
	struct found found;
	bool there;
	enum err e;

	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_EXPORT_TENANT, found_view, &found, &there,
	    ARG_TEXT(slug))) != ERR_OK)
		return e;
	if (!there)
		return fail(ctx, ERR_NOT_FOUND, "no_such_tenant",
		    "there is no tenant %s", slug);
	state = tenant_state_of(found.state);
	if (state != TENANT_ACTIVE && state != TENANT_SUSPENDED)
		return fail(ctx, ERR_CONFLICT, "tenant_not_active",
		    "tenant %s is %s", slug, found.state);
	asked->tenant = found.id;
	return sql_script(ctx, "SET ROLE cameleer_owner");
}

static enum err
tenant_begin(struct ctx *ctx, const struct asked *asked, bool write)
{
	const struct uuid nobody = { "" };
	enum err e;

	if ((e = sql_begin(ctx, write)) != ERR_OK)
		return e;
	return authn_pin(ctx, &asked->tenant, &nobody);
}

/* export_ask - the request, its job and its audit row, or none of them */
static enum err
export_ask(struct ctx *ctx, struct asked *asked)
{
	struct json *facts = json_object(ctx);
	struct audit audit = { .action = "tenant.ask_export",
	    .subject_type = "tenant", .subject_id = asked->tenant.text,
	    .result = AUDIT_DONE };
	enum err e;

	json_put_text(facts, "certificate", asked->holder.fingerprint);
	if ((e = json_print(ctx, facts, &audit.facts, NULL)) != ERR_OK ||
	    (e = tenant_begin(ctx, asked, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_EXPORT_ASK, NULL,
	    ARG_TEXT(asked->place.p), ARG_TEXT(asked->certificate.p))) !=
	    ERR_OK || (e = job_queue(ctx, "tenant.export", &asked->tenant,
	    &asked->operation)) != ERR_OK ||
	    (e = audit_write(ctx, &audit)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
progress_read(struct ctx *ctx, const struct asked *asked,
    struct progress *progress)
{
	enum err e;

	if ((e = tenant_begin(ctx, asked, false)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_EXPORT_STATE, progress_view, progress,
	    ARG_UUID(&asked->operation))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
export_wait(struct ctx *ctx, const struct asked *asked)
{
	int64_t end = clock_s() + WAIT_MAX_S;
	enum operation_state state;
	struct progress progress;
	enum err e;

	while ((e = progress_read(ctx, asked, &progress)) == ERR_OK) {
		state = operation_state_of(progress.state);
		if (state == OPERATION_DONE)
			return ERR_OK;
		if (state == OPERATION_FAILED)
			return fail(ctx, ERR_INVALID, "export_failed",
			    "the worker refuses: %s: %s",
			    progress.error_code != NULL ?
			    progress.error_code : "failed",
			    progress.error != NULL ? progress.error : "-");
		if (clock_s() > end)
			return fail(ctx, ERR_TIMEOUT, "export_waiting",
			    "job %s is %s still; does a worker run? The "
			    "next call of this command takes it up",
			    asked->operation.text, progress.state);
		(void)poll(NULL, 0, WAIT_MS);
	}
	return e;
}

/*
 * export_fetch - the files of the last job; another operator who asked for
 * another place meanwhile has replaced ours, or soon will
 */
static enum err
export_fetch(struct ctx *ctx, struct asked *asked)
{
	int64_t ours;
	enum err e;

	if ((e = tenant_begin(ctx, asked, false)) != ERR_OK ||
	    (e = sql_many(ctx, &SQL_EXPORT_FILES, file_view,
	    sizeof(*asked->files), &asked->files, &asked->nfiles)) != ERR_OK ||
	    (e = sql_count(ctx, &SQL_EXPORT_OURS, &ours,
	    ARG_TEXT(asked->place.p), ARG_TEXT(asked->certificate.p))) !=
	    ERR_OK || (e = sql_commit(ctx)) != ERR_OK)
		return e;
	return ours == 1 ? ERR_OK : fail(ctx, ERR_CONFLICT, "export_failed",
	    "somebody else has asked for another export of the tenant "
	    "meanwhile; call this command again");
}

/* files_print - one YAML stream, or with --json a list */
static int
files_print(struct ctl *ctl, const struct asked *asked)
{
	struct json *list = json_array(ctl->ctx), *one;
	size_t i;

	for (i = 0; i < asked->nfiles; i++) {
		if (!ctl->json) {
			(void)printf("---\n# %s\n%s", asked->files[i].path,
			    asked->files[i].content);
			continue;
		}
		one = json_object(ctl->ctx);
		json_put_text(one, "path", asked->files[i].path);
		json_put_text(one, "content", asked->files[i].content);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

static enum err
files_write(struct ctx *ctx, int top, const struct asked *asked)
{
	size_t i;
	enum err e;

	for (i = 0; i < asked->nfiles; i++)
		if ((e = export_write(ctx, top, &asked->files[i])) != ERR_OK)
			return e;
	return ERR_OK;
}

/* export_run - all that may fail; top is -1 when nothing is written */
static enum err
export_run(struct ctl *ctl, struct asked *asked, int top)
{
	struct ctx *ctx = ctl->ctx;
	enum err e;

	if ((e = tenant_find(ctx, ctl->args[0], asked)) != ERR_OK ||
	    (e = export_ask(ctx, asked)) != ERR_OK ||
	    (e = export_wait(ctx, asked)) != ERR_OK ||
	    (e = export_fetch(ctx, asked)) != ERR_OK)
		return e;
	return top == -1 ? ERR_OK : files_write(ctx, top, asked);
}

static int
tenants_export(struct ctl *ctl)
{
	const char *out = ctl->options[OPTION_OUT];
	struct asked asked = { .nfiles = 0 };
	struct json *one = json_object(ctl->ctx);
	int top = -1;
	enum err e;

	if (strcmp(ctl->options[OPTION_FORMAT], "flux") != 0)
		return ctl_usage(ctl, "there is only the format flux");
	if (input_read(ctl, &asked) != ERR_OK || (out != NULL &&
	    export_begin(ctl->ctx, out, &top) != ERR_OK))
		return ctl_bad(ctl);
	e = export_run(ctl, &asked, top);
	if (top != -1)
		(void)close(top);
	if (e == ERR_OK && out == NULL)
		return files_print(ctl, &asked);
	json_put_text(one, "slug", ctl->args[0]);
	json_put_int(one, "files", (int64_t)asked.nfiles);
	return ctl_done(ctl, e, text_printf(ctl->ctx->mem,
	    "%zu files are in %s", asked.nfiles, out != NULL ? out : "-"),
	    one);
}

const struct command export_commands[] = {
	{ "tenants export", "SLUG", 1u << OPTION_OUT, 1u << OPTION_FORMAT |
	    1u << OPTION_SEAL_CERT | 1u << OPTION_PLACE, NEEDS_DB,
	    tenants_export, "Writes a tenant as manifests for a cluster of its"
	    " own; FORMAT is flux (docs/kubernetes.md)." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
