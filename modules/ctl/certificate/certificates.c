/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl certificate: certificates of deletion (M3.7).
 *
 * verify needs no database and no settings, only the certificate and the public
 * keys of the audit trail's checkpoints, which sign it.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/proto/certificate.h"
#include "libshared/proto/key.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/certificate/certificates.sql.h"

#define FILE_MAX	(1u << 16)

/* certificates_read - one tenant's, or all */
static enum err
certificates_read(struct ctx *ctx, const char *tenant,
    struct certificate_row **rows, size_t *n)
{
	struct uuid id;
	enum err e;

	if (tenant != NULL && !uuid_set(&id, tenant))
		return fail(ctx, ERR_NOT_FOUND, "no_such_certificate",
		    "a certificate is asked for by the id of its tenant");
	if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK)
		return e;
	return sql_many(ctx, &SQL_CERTIFICATE_LIST, certificate_view,
	    sizeof(**rows), rows, n, ARG_TEXT(tenant));
}

static int
certificate_list(struct ctl *ctl)
{
	struct json *list = json_array(ctl->ctx), *one;
	struct certificate_row *rows;
	size_t i, n;

	if (certificates_read(ctl->ctx, NULL, &rows, &n) != ERR_OK)
		return ctl_bad(ctl);
	for (i = 0; i < n; i++) {
		if (!ctl->json) {
			(void)printf("%6" PRId64 " %s %s\n", rows[i].serial,
			    rows[i].created_at, rows[i].tenant.text);
			continue;
		}
		if (field_encode(ctl->ctx, certificate_view, &rows[i], &one)
		    != ERR_OK)
			return ctl_bad(ctl);
		json_add(list, one);
	}
	return ctl->json ? ctl_print(ctl, list) : CTL_GOOD;
}

static int
certificate_show(struct ctl *ctl)
{
	struct certificate_row *rows;
	struct json *one;
	size_t n;

	if (certificates_read(ctl->ctx, ctl->args[0], &rows, &n) != ERR_OK)
		return ctl_bad(ctl);
	if (n == 0) {
		(void)fail(ctl->ctx, ERR_NOT_FOUND, "no_such_certificate",
		    "no tenant %s was removed", ctl->args[0]);
		return ctl_bad(ctl);
	}
	if (!ctl->json)
		return puts(rows[0].certificate) == EOF ? CTL_BAD : CTL_GOOD;
	if (field_encode(ctl->ctx, certificate_view, &rows[0], &one) !=
	    ERR_OK)
		return ctl_bad(ctl);
	return ctl_print(ctl, one);
}

/* token_find - a file holds the certificate alone, or an answer of the API */
static struct str
token_find(struct ctx *ctx, struct str file)
{
	const char *token;
	struct json *top;

	while (file.len > 0 && strchr(" \r\n", file.p[file.len - 1]) != NULL)
		file.len--;
	if (json_parse(ctx, file.p, file.len, &top) != ERR_OK) {
		fail_clear(ctx);
		return file;
	}
	token = json_member(top, "certificate");
	return token != NULL ? str_of(token) : file;
}

static int
certificate_json(struct ctl *ctl, const struct certificate *read)
{
	struct json *top = json_object(ctl->ctx);
	const char *removed, *remains;

	json_put_text(top, "tenant", read->tenant);
	json_put_int(top, "serial", read->serial);
	json_put_text(top, "platform", read->platform);
	json_put_int(top, "asked", read->asked);
	json_put_int(top, "at", read->at);
	if (json_print(ctl->ctx, read->removed, &removed, NULL) != ERR_OK ||
	    json_print(ctl->ctx, read->remains, &remains, NULL) != ERR_OK ||
	    json_put_raw(ctl->ctx, top, "removed", removed) != ERR_OK ||
	    json_put_raw(ctl->ctx, top, "remains", remains) != ERR_OK)
		return ctl_bad(ctl);
	return ctl_print(ctl, top);
}

/* text_of - a member for people; what is not there is "-" */
static const char *
text_of(const struct json *object, const char *name)
{
	const char *text = json_member(object, name);

	return text != NULL ? text : "-";
}

static void
removed_print(const struct json *removed)
{
	const struct json *steps = json_get(removed, "steps"), *value;
	const struct json *rows = json_get(removed, "rows");
	const char *name;
	int64_t n;
	size_t i;

	for (i = 0; i < json_count(steps); i++)
		(void)printf("removed  %s: %s\n",
		    text_of(json_at(steps, i), "name"),
		    text_of(json_at(steps, i), "detail"));
	for (i = 0; i < json_count(rows); i++) {
		name = json_key_at(rows, i, &value);
		if (json_int(value, &n) && n > 0)
			(void)printf("removed  %" PRId64 " rows of %s\n", n,
			    name);
	}
}

static int
certificate_text(const struct certificate *read)
{
	char asked[CLOCK_TEXT_MAX], at[CLOCK_TEXT_MAX];
	const struct json *one;
	size_t i;

	clock_text(read->asked, asked);
	clock_text(read->at, at);
	(void)printf("good: certificate %" PRId64 " of %s\ntenant   %s\n"
	    "begun    %s\nremoved  %s\n", read->serial, read->platform,
	    read->tenant, asked, at);
	removed_print(read->removed);
	for (i = 0; i < json_count(read->remains); i++) {
		one = json_at(read->remains, i);
		(void)printf("remains  %s: %s\n", text_of(one, "what"),
		    text_of(one, "why"));
	}
	return CTL_GOOD;
}

static int
certificate_verify(struct ctl *ctl)
{
	struct keyring ring = { .n = 0 };
	struct certificate read;
	struct str file;

	if (audit_keys_read(ctl->ctx, ctl->options[OPTION_KEYS], &ring) !=
	    ERR_OK || ctl_read_file(ctl->ctx, ctl->ctx->mem, ctl->args[0],
	    FILE_MAX, &file) != ERR_OK)
		return ctl_bad(ctl);
	if (certificate_read(ctl->ctx, &ring, token_find(ctl->ctx, file),
	    &read) != ERR_OK) {
		fail_clear(ctl->ctx);
		(void)fail(ctl->ctx, ERR_INVALID, "certificate_not_valid",
		    "%s: not a certificate signed with a known key",
		    ctl->args[0]);
		return ctl_bad(ctl);
	}
	return ctl->json ? certificate_json(ctl, &read) :
	    certificate_text(&read);
}

const struct command certificate_commands[] = {
	{ "certificate list", NULL, 0, 0, NEEDS_DB, certificate_list,
	    "Lists the certificates of deletion: serial, time, tenant." },
	{ "certificate show", "TENANT-ID", 0, 0, NEEDS_DB, certificate_show,
	    "Prints the certificate of deletion of a removed tenant." },
	{ "certificate verify", "FILE", 1u << OPTION_KEYS, 0, 0,
	    certificate_verify, "Checks a certificate of deletion, without a "
	    "database." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
