/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the options of places add, and the files that they name. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "libshared/rows/place_row.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/place/place_given.h"

#define PEM_MAX		((size_t)16 << 10)
#define CLUSTER_MAX	((size_t)64 << 10)

/* pem_read - reads the file of an option, as text in mem */
static enum err
pem_read(struct ctl *ctl, enum ctl_option option, struct arena *mem,
    const char **text)
{
	struct str read;
	enum err e;

	*text = NULL;
	if (ctl->options[option] == NULL)
		return ERR_OK;
	if ((e = ctl_read_file(ctl->ctx, mem, ctl->options[option], PEM_MAX,
	    &read)) != ERR_OK)
		return e;
	*text = text_printf(mem, "%.*s", (int)read.len, read.p);
	return *text == NULL ? fail(ctl->ctx, ERR_INTERNAL, NULL,
	    "no memory for a file") : ERR_OK;
}

/* given_read - makes the body that the API would take of the options */
static struct json *
given_read(struct ctl *ctl)
{
	static const struct { enum ctl_option option; const char *name; }
	    texts[] = {
		{ OPTION_ENDPOINT, "endpoint" },
		{ OPTION_REGISTRY, "registry" },
		{ OPTION_TENANT, "tenant" },
	}, numbers[] = {
		{ OPTION_CPU, "cpu_millis" }, { OPTION_MEMORY, "memory_mb" },
		{ OPTION_TENANTS, "max_tenants" },
	};
	struct json *object = json_object(ctl->ctx);
	int64_t number;
	size_t i;

	json_put_text(object, "name", ctl->args[0]);
	json_put_text(object, "kind", ctl->options[OPTION_CLUSTER] == NULL ?
	    "engine" : "kubernetes");
	for (i = 0; i < nitems(texts); i++)
		if (ctl->options[texts[i].option] != NULL)
			json_put_text(object, texts[i].name,
			    ctl->options[texts[i].option]);
	for (i = 0; i < nitems(numbers); i++) {
		const char *text = ctl->options[numbers[i].option];

		if (text == NULL)
			continue;
		if (str_int(str_of(text), 1, INT64_MAX, &number))
			json_put_int(object, numbers[i].name, number);
		else
			fail_field(ctl->ctx, numbers[i].name,
			    "is not a number");
	}
	return object;
}

/*
 * cluster_read - the description of a cluster, which may be that of a tenant's
 * export: the name there is another matter
 */
static enum err
cluster_read(struct ctl *ctl, struct place_in *in)
{
	struct json *made = json_object(ctl->ctx), *read;
	const struct json *value;
	const char *key;
	struct str text;
	size_t i;
	enum err e;

	if (ctl->options[OPTION_CLUSTER] == NULL)
		return ERR_OK;
	if ((e = ctl_read_file(ctl->ctx, ctl->ctx->mem,
	    ctl->options[OPTION_CLUSTER], CLUSTER_MAX, &text)) != ERR_OK ||
	    (e = json_parse(ctl->ctx, text.p, text.len, &read)) != ERR_OK)
		return e;
	for (i = 0; i < json_count(read); i++) {
		key = json_key_at(read, i, &value);
		if (key != NULL && strcmp(key, "name") != 0)
			json_put(made, key, (struct json *)(uintptr_t)value);
	}
	return json_print(ctl->ctx, made, &in->cluster, NULL);
}

/* token_read - without the end of its line */
static enum err
token_read(struct ctl *ctl, struct place_in *in)
{
	const char *text;
	enum err e;

	if ((e = pem_read(ctl, OPTION_TOKEN, ctl->ctx->secrets, &text)) !=
	    ERR_OK || text == NULL)
		return e;
	in->token = text_printf(ctl->ctx->secrets, "%.*s",
	    (int)strcspn(text, "\r\n"), text);
	return in->token == NULL ? fail(ctl->ctx, ERR_INTERNAL, NULL,
	    "no memory for a file") : ERR_OK;
}

static enum err
overcommit_read(struct ctl *ctl, struct place_in *in)
{
	const char *text = ctl->options[OPTION_OVERCOMMIT];
	struct str rest, cpu;

	if (text == NULL)
		return ERR_OK;
	rest = str_of(text);
	cpu = str_cut(&rest, ',');
	if (str_int(cpu, 10, 100000, &in->cpu_overcommit) &&
	    str_int(rest, 10, 100000, &in->memory_overcommit))
		return ERR_OK;
	return fail(ctl->ctx, ERR_BAD_INPUT, "invalid_fields",
	    "--overcommit must be two percentages from 10 to 100000: "
	    "1600,150");
}

enum err
place_given(struct ctl *ctl, struct place_in *in)
{
	struct json *given = given_read(ctl);
	struct ctx *ctx = ctl->ctx;
	enum err e;

	if (ctx->fault.nfields > 0)
		return ERR_BAD_INPUT;
	if ((e = field_decode(ctx, place_in_fields, given, in)) != ERR_OK ||
	    (e = overcommit_read(ctl, in)) != ERR_OK ||
	    (e = pem_read(ctl, OPTION_CA, ctx->mem, &in->ca)) != ERR_OK ||
	    (e = pem_read(ctl, OPTION_CERTIFICATE, ctx->mem,
	    &in->certificate)) != ERR_OK ||
	    (e = pem_read(ctl, OPTION_KEY_FILE, ctx->secrets, &in->key)) !=
	    ERR_OK || (e = cluster_read(ctl, in)) != ERR_OK ||
	    (e = token_read(ctl, in)) != ERR_OK)
		return e;
	return pem_read(ctl, OPTION_SEAL_CERT, ctx->mem,
	    &in->seal_certificate);
}
