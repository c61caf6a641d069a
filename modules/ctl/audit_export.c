/* SPDX-License-Identifier: Apache-2.0 */
/* cameleerctl audit: reads exports and keys from the database. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/doors/sql_admin.h"
#include "libshared/skeleton/audit_chain.h"
#include "libshared/skeleton/audit_export.h"
#include "libshared/skeleton/jwks.h"
#include "modules/ctl/ctl.h"

#include "modules/ctl/audit_export.sql.h"

#define PAGE_BYTES	(4u << 20)
#define PLATFORM	"00000000-0000-0000-0000-000000000000"

struct found { const char *id; };
static const struct field found_view[] = {
	VIEW_TEXT(struct found, id),
	FIELD_END
};

/* print_pages - prints page after page until the end */
static enum err
print_pages(struct ctx *ctx, struct audit_range *range)
{
	struct buf out;
	int64_t last;
	enum err e;

	for (;;) {
		ctx_reset(ctx);
		ctx->who.system = true;
		if ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK)
			return e;
		buf_init(&out, ctx->mem, PAGE_BYTES);
		if ((e = sql_begin(ctx, false)) != ERR_OK ||
		    (e = audit_export(ctx, range, &out, &last)) != ERR_OK ||
		    (e = sql_commit(ctx)) != ERR_OK)
			return e;
		if (last == range->after && last != 0)
			return ERR_OK;
		if (fwrite(out.p, 1, out.len, stdout) != out.len ||
		    fflush(stdout) != 0)
			return fail(ctx, ERR_INTERNAL, "file",
			    "standard output cannot be written");
		if (last == range->after)
			return ERR_OK;
		range->after = last;
	}
}

/*
 * audit_export_find - finds the tenant of a slug, a removed one by its id, or
 * the platform
 */
static enum err
audit_export_find(struct ctx *ctx, const char *slug, char id[UUID_TEXT_MAX])
{
	struct found found = { PLATFORM };
	enum err e = ERR_OK;

	if (strcmp(slug, "platform") != 0 &&
	    ((e = sql_script(ctx, "SET ROLE cameleer_gate")) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_TENANT_FIND, found_view, &found,
	    ARG_TEXT(slug))) != ERR_OK))
		return e == ERR_NOT_FOUND ? fail(ctx, e, "no_such_tenant",
		    "there is no tenant %s", slug) : e;
	(void)snprintf(id, UUID_TEXT_MAX, "%s", found.id);
	return ERR_OK;
}

int
audit_print(struct ctl *ctl)
{
	struct audit_range range = { NULL, 0, AUDIT_PAGE_MAX };
	const char *after = ctl->options[OPTION_AFTER];
	char id[UUID_TEXT_MAX];

	if (after != NULL && !str_int(str_of(after), 0, INT64_MAX,
	    &range.after))
		return ctl_usage(ctl, "--after is the number of an event");
	range.tenant = id;
	if (audit_export_find(ctl->ctx, ctl->args[0], id) != ERR_OK ||
	    print_pages(ctl->ctx, &range) != ERR_OK)
		return ctl_bad(ctl);
	return CTL_GOOD;
}

int
audit_keys(struct ctl *ctl)
{
	struct json *set;

	if (jwks_read(ctl->ctx, &SQL_POINT_KEYS, &set) != ERR_OK)
		return ctl_bad(ctl);
	return ctl_print(ctl, set);
}
