/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cameleerctl audit: exports of the audit trail, and verifies them.
 *
 * verify needs no database and no settings, only an export, the public keys of
 * checkpoints, and preferably a checkpoint that was stored elsewhere (threat
 * T24).
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/proto/key.h"
#include "libshared/skeleton/audit_chain.h"
#include "modules/ctl/ctl.h"
#include "modules/ctl/keyfile.h"

#define LINE_MAX_BYTES	((size_t)1 << 20)
#define LINE_MEM_MAX	((size_t)16 << 20)
#define KEYS_FILE	SYSCONFDIR "/cameleer/audit-keys.json"
#define FILE_MAX	(1u << 20)
#define TENANT_MAX	64

/* The progress of the verification. */
struct verify {
	struct ctx	*ctx;		/* for one line: reset after each */
	struct keyring	 ring;
	char		 tenant[TENANT_MAX];
	char		 hash[SHA256_HEX_MAX];
	int64_t		 first, seq, signed_seq, points, opened, erased;
	/* The checkpoint that was stored elsewhere. */
	bool		 must, met;
	char		 kept_hash[SHA256_HEX_MAX];
	int64_t		 kept_seq;
};

static enum err
audit_wrong(struct ctx *ctx, const char *what)
{
	fail_clear(ctx);
	return fail(ctx, ERR_INVALID, "audit", "%s", what);
}

/* take_page - begins the chain, or checks that the page continues it */
static enum err
take_page(struct verify *v, const struct audit_page *page)
{
	if (strlen(page->tenant) >= TENANT_MAX ||
	    strlen(page->hash) != SHA256_HEX_MAX - 1 || page->after < 0)
		return audit_wrong(v->ctx, "the head is wrong");
	if (v->first == -1) {
		(void)snprintf(v->tenant, sizeof(v->tenant), "%s",
		    page->tenant);
		(void)snprintf(v->hash, sizeof(v->hash), "%s", page->hash);
		v->first = v->seq = v->signed_seq = page->after;
		return page->after != 0 || strcmp(page->hash, AUDIT_START) ==
		    0 ? ERR_OK : audit_wrong(v->ctx, "the head is wrong");
	}
	if (strcmp(v->tenant, page->tenant) != 0 || v->seq != page->after ||
	    strcmp(v->hash, page->hash) != 0)
		return audit_wrong(v->ctx, "this page does not follow the one "
		    "before");
	return ERR_OK;
}

static enum err
take_record(struct verify *v, const struct audit_record *record)
{
	char hash[SHA256_HEX_MAX];

	if (v->first == -1)
		return audit_wrong(v->ctx, "there is no head");
	if (strcmp(record->tenant_id, v->tenant) != 0)
		return audit_wrong(v->ctx, "the event is another tenant's");
	if (record->seq != v->seq + 1)
		return audit_wrong(v->ctx,
		    "an event is missing, or out of order");
	audit_hash(record, v->hash, hash);
	if (strcmp(hash, record->hash) != 0)
		return audit_wrong(v->ctx, record->action == NULL ?
		    "the event was "
		    "taken away" : "the event was changed");
	v->seq = record->seq;
	memcpy(v->hash, hash, sizeof(hash));
	if (v->must && v->seq == v->kept_seq) {
		if (strcmp(v->hash, v->kept_hash) != 0)
			return audit_wrong(v->ctx,
			    "the chain is not the one of "
			    "the checkpoint that was kept");
		v->met = true;
	}
	return audit_opened(v->ctx, record, &v->opened, &v->erased);
}

static enum err
take_point(struct verify *v, const char *token)
{
	struct audit_checkpoint point;

	if (v->first == -1)
		return audit_wrong(v->ctx, "there is no head");
	if (audit_checkpoint_read(v->ctx, &v->ring, token, &point) != ERR_OK)
		return audit_wrong(v->ctx, "the checkpoint is not signed by a "
		    "known key");
	if (strcmp(point.tenant, v->tenant) != 0 || point.seq != v->seq ||
	    strcmp(point.hash, v->hash) != 0)
		return audit_wrong(v->ctx,
		    "the checkpoint is about another chain");
	v->signed_seq = point.seq;
	v->points++;
	return ERR_OK;
}

static enum err
take_line(struct verify *v, struct str line)
{
	struct audit_parsed parsed;
	enum err e;

	if ((e = audit_line_read(v->ctx, line, &parsed)) != ERR_OK)
		return e;
	if (parsed.kind == AUDIT_LINE_PAGE)
		return take_page(v, &parsed.page);
	if (parsed.kind == AUDIT_LINE_CHECKPOINT)
		return take_point(v, parsed.token);
	return take_record(v, &parsed.record);
}

/* audit_finish - makes the checks that need the end of the file */
static enum err
audit_finish(struct verify *v, int64_t after)
{
	if (v->first == -1)
		return audit_wrong(v->ctx, "there is no head");
	if (v->first != after)
		return audit_wrong(v->ctx, v->first > after ?
		    "the export begins "
		    "later than asked: its beginning is cut off" :
		    "the export begins earlier than asked");
	if (v->signed_seq != v->seq || v->seq == v->first)
		return audit_wrong(v->ctx,
		    "the end is not signed: it is cut off, "
		    "or nothing is there");
	if (v->must && !v->met)
		return audit_wrong(v->ctx,
		    "the checkpoint that was kept is not in "
		    "the export: its end is cut off");
	return ERR_OK;
}

/* lines_verify - verifies all lines of a file; *at: the line that is wrong */
static enum err
lines_verify(struct verify *v, FILE *file, int64_t *at)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	enum err e = ERR_OK;

	for (*at = 1; e == ERR_OK && (n = getline(&line, &cap, file)) > 0;
	    ++*at) {
		ctx_reset(v->ctx);
		if ((size_t)n > LINE_MAX_BYTES || line[n - 1] != '\n' ||
		    strlen(line) != (size_t)n)
			e = audit_wrong(v->ctx,
			    "this is not a line of an export");
		else
			e = take_line(v, (struct str){ line, (size_t)n - 1 });
		if (e != ERR_OK)
			break;
	}
	if (e == ERR_OK && ferror(file))
		e = audit_wrong(v->ctx, strerror(errno));
	free(line);
	return e;
}

enum err
audit_keys_read(struct ctx *ctx, const char *path, struct keyring *ring)
{
	const struct public_keys from = { path, KEYS_FILE, KEY_AUDIT };

	return keyfile_public(ctx, &from, ring);
}

/*
 * checkpoint_read - reads the checkpoint that an auditor stored: a token, or
 * its line of an export
 */
static enum err
checkpoint_read(struct ctx *ctx, const char *path, struct verify *v)
{
	struct audit_checkpoint point;
	struct audit_parsed parsed;
	struct str text;
	char *token;
	enum err e;

	if ((e = ctl_read_file(ctx, ctx->mem, path, FILE_MAX, &text)) !=
	    ERR_OK)
		return e;
	if (text.len > 0 && text.p[text.len - 1] == '\n')
		text.len--;
	token = text_printf(ctx->mem, "%.*s", (int)text.len, text.p);
	if (audit_line_read(ctx, text, &parsed) == ERR_OK &&
	    parsed.kind == AUDIT_LINE_CHECKPOINT)
		token = text_printf(ctx->mem, "%s", parsed.token);
	fail_clear(ctx);
	if (token == NULL || audit_checkpoint_read(ctx, &v->ring, token,
	    &point) != ERR_OK)
		return audit_wrong(ctx,
		    "the checkpoint that was kept is not signed "
		    "by a known key");
	v->must = true;
	v->kept_seq = point.seq;
	memcpy(v->kept_hash, point.hash, SHA256_HEX_MAX);
	return ERR_OK;
}

/* verdict_print - prints what was verified */
static int
verdict_print(struct ctl *ctl, const struct verify *v)
{
	struct json *top;

	if (!ctl->json) {
		(void)printf("whole: events %" PRId64 " to %" PRId64 " of %s, "
		    "%" PRId64 " checkpoints, %" PRId64 " personal values "
		    "shown, %" PRId64 " forgotten\n", v->first + 1, v->seq,
		    v->tenant, v->points, v->opened, v->erased);
		return CTL_GOOD;
	}
	top = json_object(ctl->ctx);
	json_put_text(top, "tenant", v->tenant);
	json_put_int(top, "first", v->first + 1);
	json_put_int(top, "last", v->seq);
	json_put_int(top, "checkpoints", v->points);
	json_put_int(top, "shown", v->opened);
	json_put_int(top, "forgotten", v->erased);
	return ctl_print(ctl, top);
}

static enum err
verify_file(struct ctl *ctl, struct verify *v, int64_t after)
{
	const char *path = ctl->args[0];
	FILE *file = fopen(path, "re");
	int64_t at = 0;
	enum err e;

	if (file == NULL)
		return fail(ctl->ctx, ERR_NOT_FOUND, "file", "%s: %s", path,
		    strerror(errno));
	e = lines_verify(v, file, &at);
	(void)fclose(file);
	if (e == ERR_OK)
		e = audit_finish(v, after);
	if (e != ERR_OK)
		(void)fail(ctl->ctx, e, "audit", "%s: line %" PRId64 ": %s",
		    path, at, v->ctx->fault.detail);
	return e;
}

static int
audit_verify(struct ctl *ctl)
{
	struct verify v = { .first = -1 };
	int64_t after = 0;
	int rc = CTL_BAD;

	if (ctl->options[OPTION_AFTER] != NULL &&
	    !str_int(str_of(ctl->options[OPTION_AFTER]), 0, INT64_MAX,
	    &after))
		return ctl_usage(ctl, "--after is the number of an event");
	if (audit_keys_read(ctl->ctx, ctl->options[OPTION_KEYS], &v.ring) !=
	    ERR_OK || (ctl->options[OPTION_CHECKPOINT] != NULL &&
	    checkpoint_read(ctl->ctx, ctl->options[OPTION_CHECKPOINT],
	    &v) != ERR_OK))
		return ctl_bad(ctl);
	v.ctx = ctx_new(LINE_MEM_MAX);
	if (verify_file(ctl, &v, after) == ERR_OK)
		rc = verdict_print(ctl, &v);
	else
		(void)ctl_bad(ctl);
	ctx_free(&v.ctx);
	return rc;
}

const struct command audit_commands[] = {
	{ "audit export", "TENANT", 1u << OPTION_AFTER, 0, NEEDS_DB,
	    audit_print, "Prints the signed audit log of a tenant, by "
	    "its slug or id, or of `platform'." },
	{ "audit keys", NULL, 0, 0, NEEDS_DB, audit_keys,
	    "Prints the keys that checkpoints are signed with, as JWKS." },
	{ "audit verify", "FILE", 1u << OPTION_KEYS |
	    1u << OPTION_CHECKPOINT | 1u << OPTION_AFTER, 0, 0, audit_verify,
	    "Checks an exported audit log, without a database." },
	{ NULL, NULL, 0, 0, 0, NULL, NULL }
};
