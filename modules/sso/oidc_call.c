/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls within one session with a provider.  Each address is checked each time,
 * redirects are not followed, and an answer is limited in size and never shown.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "modules/sso/oidc.h"
#include "modules/sso/sso.h"

#include "modules/sso/provider.sql.h"

#define REASON_MAX	200

static const struct field provider_row[] = {
	VIEW_TEXT(struct provider, issuer),
	VIEW_TEXT_OPT(struct provider, metadata_url),
	VIEW_TEXT(struct provider, client_id),
	VIEW_TEXT(struct provider, secret_box),
	VIEW_TEXT(struct provider, default_role),
	VIEW_TEXT(struct provider, group_claim),
	VIEW_TEXT(struct provider, group_roles),
	VIEW_TEXT_OPT(struct provider, metadata),
	VIEW_TEXT_OPT(struct provider, keys),
	VIEW_INT(struct provider, metadata_age_s),
	VIEW_INT(struct provider, keys_age_s),
	VIEW_BOOL(struct provider, keys_tried),
	VIEW_INT(struct provider, rests_s),
	VIEW_BOOL(struct provider, answers),
	FIELD_END
};

enum err
oidc_session_begin(struct ctx *ctx, const struct uuid *tenant,
    struct oidc_session *session)
{
	bool found;
	enum err e;

	*session = (struct oidc_session){ .tenant = *tenant,
	    .until_ms = clock_ms() + OIDC_ALL_MS };
	if ((e = tenant_begin(ctx, tenant, false)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_PROVIDER_WORK, provider_row,
	    &session->provider, &found)) != ERR_OK)
		return e;
	if (!found)
		return fail(ctx, ERR_NOT_FOUND, "sso_not_offered",
		    "there is no sign-in by a provider here");
	return sql_commit(ctx);
}

/*
 * place_take - limits parallel calls to one provider, and to all.  Cached
 * answers need no place and ignore the back-off
 */
static enum err
place_take(struct ctx *ctx, struct oidc_session *session)
{
	const struct provider *provider = &session->provider;

	if (session->room.place != 0)
		return ERR_OK;
	if (provider->rests_s > 0) {
		fail_retry(ctx, provider->rests_s);
		return fail(ctx, ERR_LIMIT, "sso_provider_rests",
		    "the provider did not answer in time: try again in %lld s",
		    (long long)provider->rests_s);
	}
	return room_enter(ctx, &session->tenant, provider->answers,
	    &session->room);
}

/* provider_back_off - stops calls to a slow provider for a while */
static void
provider_back_off(struct ctx *ctx, const struct oidc_session *session)
{
	if (tenant_begin(ctx, &session->tenant, true) != ERR_OK ||
	    sql_exec(ctx, &SQL_PROVIDER_REST, NULL) != ERR_OK ||
	    sql_commit(ctx) != ERR_OK)
		sql_rollback(ctx);
}

void
oidc_session_end(struct ctx *ctx, struct oidc_session *session)
{
	if (session->room.place == 0)
		return;
	sql_rollback(ctx);
	if (ctx->fault.err == ERR_TIMEOUT)
		provider_back_off(ctx, session);
	room_leave(ctx, &session->tenant, &session->room);
}

/* provider_answers - notes the first answer, and the first after a silence */
static enum err
provider_answers(struct ctx *ctx, struct oidc_session *session)
{
	enum err e;

	if (session->provider.answers)
		return ERR_OK;
	session->provider.answers = true;
	if ((e = tenant_begin(ctx, &session->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_PROVIDER_ANSWERS, NULL)) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
oidc_call(struct ctx *ctx, struct oidc_session *session,
    const struct call_in *in, const char **text, size_t *len)
{
	const struct http_header headers[] = {
		{ "Accept", "application/json, application/jwt;q=0.9" },
		{ in->body != NULL ? "Content-Type" : "X-Requested-By",
		    in->body != NULL ? "application/x-www-form-urlencoded" :
		    "cameleer" },
		{ in->authorization != NULL ? "Authorization" : NULL,
		    in->authorization },
		{ NULL, NULL },
	};
	int64_t left = session->until_ms - clock_ms();
	const struct http_request request = {
		HTTP_DEFAULTS, .method = in->body != NULL ? "POST" : "GET",
		.url = in->url, .headers = headers, .body = in->body,
		.body_len = in->body == NULL ? 0 : strlen(in->body),
		.policy = HTTP_PUBLIC, .max_body = OIDC_ANSWER_MAX,
		.timeout_ms = left > OIDC_CALL_MS ? OIDC_CALL_MS : (int)left,
	};
	struct http_response response;
	enum err e;

	if ((e = place_take(ctx, session)) != ERR_OK)
		return e;
	if (left <= 0)
		return fail(ctx, ERR_TIMEOUT, NULL, "no time is left");
	if ((e = http_call(ctx, &request, &response)) != ERR_OK ||
	    (e = provider_answers(ctx, session)) != ERR_OK)
		return e;
	if (response.status >= 300 && response.status < 400)
		return fail(ctx, ERR_PEER, "sso_provider_redirects",
		    "the provider answers with a redirect (%d)",
		    response.status);
	if (response.status != 200)
		return fail(ctx, ERR_PEER, in->body != NULL ?
		    "sso_code_refused" : NULL, "the provider answers with %d",
		    response.status);
	*text = response.body;
	*len = response.body_len;
	return ERR_OK;
}

enum err
form_encode(struct ctx *ctx, const char *text, const char **out)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	struct buf buf;
	const char *p;

	buf_init(&buf, ctx->secrets, strlen(text) * 3 + 1);
	for (p = text; *p != '\0'; p++)
		if (strchr(plain, *p) != NULL)
			buf_put(&buf, p, 1);
		else
			buf_printf(&buf, "%%%02X", (unsigned char)*p);
	if (buf.full)
		return fail(ctx, ERR_TOO_LARGE, NULL, "secrets are full");
	*out = buf.p;
	return ERR_OK;
}

/*
 * Only the tenant learns what the provider did, from its audit trail; the
 * person gets a code, and the rest is in the log.
 */
enum err
provider_failed(struct ctx *ctx, const struct oidc_session *session, enum err e)
{
	const char *code = ctx->fault.code, *reason;

	if (e != ERR_PEER && e != ERR_TIMEOUT && e != ERR_FORBIDDEN &&
	    e != ERR_TOO_LARGE)
		return e;
	reason = text_printf(ctx->mem, "%.*s", REASON_MAX,
	    ctx->fault.detail == NULL ? "" : ctx->fault.detail);
	log_event(LOG_WARN, "provider_failed",
	    LOG_TEXT("request_id", ctx->request_id),
	    LOG_TEXT("tenant", session->tenant.text),
	    LOG_TEXT("detail", reason));
	if (e == ERR_TIMEOUT) {
		provider_back_off(ctx, session);
		code = "sso_provider_slow";
	} else if (e == ERR_FORBIDDEN)
		code = "sso_address_refused";
	else if (code == NULL || strncmp(code, "sso_", 4) != 0)
		code = "sso_provider_failed";
	audit_fact(ctx, "reason", reason);
	fail_clear(ctx);
	return fail(ctx, ERR_FORBIDDEN, code, "the provider did not prove "
	    "who you are: an owner of the tenant sees why in the audit log");
}
