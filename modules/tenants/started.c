/* SPDX-License-Identifier: Apache-2.0 */
/* A tenant as the API shows it, and the operation that began with a change. */
#include "config.h"

#include "libshared/base/lifecycle.h"
#include "libshared/doors/field_shape.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/reply.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/words.h"
#include "modules/tenants/tenants.h"

const struct field tenant_view[] = {
	VIEW_UUID(struct tenant, id),
	VIEW_TEXT(struct tenant, slug),
	VIEW_TEXT(struct tenant, name),
	VIEW_CHOICE(struct tenant, tier, tier_words),
	VIEW_CHOICE(struct tenant, state, tenant_states),
	VIEW_INT(struct tenant, version),
	VIEW_TIME(struct tenant, created_at),
	FIELD_END_OF("Tenant")
};

/* For OpenAPI: the content of a 202. */
struct started { const char *tenant; struct uuid operation; };

const struct field started_view[] = {
	VIEW_OBJECT(struct started, tenant, tenant_view),
	VIEW_UUID_OPT(struct started, operation),
	FIELD_END_OF("TenantStarted")
};

enum err
started_reply(struct ctx *ctx, const struct tenant *tenant,
    const struct uuid *operation)
{
	struct json *answer = json_object(ctx), *one;
	enum err e;

	if ((e = field_encode(ctx, tenant_view, tenant, &one)) != ERR_OK)
		return e;
	json_put(answer, "tenant", one);
	json_put_text(answer, "operation", uuid_empty(operation) ? NULL :
	    operation->text);
	audit_subject(ctx, "tenant", req_copy(ctx, tenant->id.text));
	return reply_json(ctx, 202, answer);
}
