/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a provider publishes, and exchanges a code for a token. */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/http.h"
#include "libshared/doors/json.h"
#include "libshared/doors/sql.h"
#include "libshared/proto/sealed.h"
#include "libshared/skeleton/audit.h"
#include "modules/sso/oidc.h"
#include "modules/sso/sso.h"

#include "modules/sso/provider.sql.h"

#define METADATA_AGE_S	86400
#define KEYS_AGE_S	3600
#define ISSUER_SHOWN	80	/* bytes, in a message */

static enum err
bad_metadata(struct ctx *ctx, const char *why)
{
	return fail(ctx, ERR_PEER, "sso_metadata_not_valid",
	    "the provider's metadata: %s", why);
}

/* provider_holds - true when the list is absent or contains the word */
static bool
provider_holds(const struct json *metadata, const char *name, const char *word)
{
	const struct json *list = json_get(metadata, name);
	const char *text;
	size_t i;

	if (list == NULL)
		return true;
	for (i = 0; i < json_count(list); i++)
		if ((text = json_text(json_at(list, i), NULL)) != NULL &&
		    strcmp(text, word) == 0)
			return true;
	return false;
}

static bool
provider_signs(const struct json *metadata)
{
	static const char *const name =
	    "id_token_signing_alg_values_supported";

	return provider_holds(metadata, name, "RS256") ||
	    provider_holds(metadata, name, "ES256") ||
	    provider_holds(metadata, name, "EdDSA") || provider_holds(metadata,
	    name, "Ed25519");
}

bool
provider_url_sound(const char *url)
{
	return http_url_named(url);
}

/* url_check - checks an address from the metadata before we would call it */
static bool
url_check(const struct json *metadata, const char *name, struct json *kept)
{
	const char *text = json_member(metadata, name);

	if (text == NULL || !provider_url_sound(text))
		return false;
	json_put_text(kept, name, text);
	return true;
}

/* issuer_check - the remedy depends on what the metadata says */
static enum err
issuer_check(struct ctx *ctx, const char *published, const char *issuer)
{
	if (published == NULL)
		return bad_metadata(ctx, "names no issuer");
	if (strcmp(published, issuer) == 0)
		return ERR_OK;
	if (strpbrk(published, "{}") != NULL)
		return bad_metadata(ctx, "is for all directories: name the "
		    "issuer of your own, with its id");
	if (!provider_url_sound(published))
		return bad_metadata(ctx, "names another issuer");
	return bad_metadata(ctx, text_printf(ctx->mem, "names the issuer "
	    "%.*s: enter exactly that, and as metadata_url the address where "
	    "the metadata lies", ISSUER_SHOWN, published));
}

enum err
metadata_read(struct ctx *ctx, const char *text, size_t len,
    const char *issuer, const char **kept_text)
{
	struct json *top, *kept = json_object(ctx);
	bool flag = false;
	enum err e;

	if (json_parse(ctx, text, len, &top) != ERR_OK) {
		fail_clear(ctx);
		return bad_metadata(ctx, "is not JSON");
	}
	if ((e = issuer_check(ctx, json_member(top, "issuer"), issuer)) !=
	    ERR_OK)
		return e;
	if (!url_check(top, "authorization_endpoint", kept) ||
	    !url_check(top, "token_endpoint", kept) || !url_check(top,
	    "jwks_uri", kept))
		return bad_metadata(ctx, "an address is missing, or is not "
		    "https://name on port 443, 8200 or 8443");
	(void)url_check(top, "userinfo_endpoint", kept);
	if (!provider_signs(top))
		return bad_metadata(ctx, "signs with none of RS256, ES256, "
		    "EdDSA");
	if (!provider_holds(top, "code_challenge_methods_supported", "S256"))
		return bad_metadata(ctx, "does not support PKCE with S256");
	(void)!json_bool(json_get(top,
	    "authorization_response_iss_parameter_supported"), &flag);
	json_put_bool(kept, "says_issuer", flag);
	flag = !provider_holds(top, "token_endpoint_auth_methods_supported",
	    "client_secret_basic");
	if (flag && !provider_holds(top,
	    "token_endpoint_auth_methods_supported",
	    "client_secret_post"))
		return bad_metadata(ctx, "takes no client secret");
	json_put_bool(kept, "secret_post", flag);
	return json_print(ctx, kept, kept_text, NULL);
}

static enum err
metadata_of(struct ctx *ctx, const char *text, struct metadata *metadata)
{
	struct json *top;
	enum err e;

	if ((e = json_parse(ctx, text, strlen(text), &top)) != ERR_OK)
		return e;
	*metadata = (struct metadata){
		.authorization_endpoint = json_member(top,
		    "authorization_endpoint"),
		.token_endpoint = json_member(top, "token_endpoint"),
		.jwks_uri = json_member(top, "jwks_uri"),
		.userinfo_endpoint = json_member(top, "userinfo_endpoint"),
	};
	if (metadata->authorization_endpoint == NULL ||
	    metadata->token_endpoint == NULL || metadata->jwks_uri == NULL ||
	    !json_bool(json_get(top, "says_issuer"),
	    &metadata->says_issuer) ||
	    !json_bool(json_get(top, "secret_post"), &metadata->secret_post))
		return fail(ctx, ERR_INTERNAL, NULL, "stored metadata");
	return ERR_OK;
}

/* metadata_url - OpenID Connect Discovery 4.1, or where the owner says */
static const char *
metadata_url(struct ctx *ctx, const struct provider *provider)
{
	size_t len = strlen(provider->issuer);

	if (provider->metadata_url != NULL)
		return provider->metadata_url;
	if (len > 0 && provider->issuer[len - 1] == '/')
		len--;
	return text_printf(ctx->mem, "%.*s/.well-known/openid-configuration",
	    (int)len, provider->issuer);
}

enum err
oidc_metadata(struct ctx *ctx, struct oidc_session *session)
{
	const struct provider *provider = &session->provider;
	struct call_in in = { .url = NULL };
	const char *text, *kept;
	size_t len;
	enum err e;

	if (provider->metadata != NULL &&
	    provider->metadata_age_s < METADATA_AGE_S)
		return metadata_of(ctx, provider->metadata,
		    &session->metadata);
	in.url = metadata_url(ctx, provider);
	if ((e = oidc_call(ctx, session, &in, &text, &len)) != ERR_OK ||
	    (e = metadata_read(ctx, text, len, provider->issuer, &kept)) !=
	    ERR_OK ||
	    (e = tenant_begin(ctx, &session->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_METADATA_PUT, NULL,
	    ARG_TEXT(provider->issuer), ARG_TEXT(kept))) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	return metadata_of(ctx, kept, &session->metadata);
}

enum err
oidc_keys_again(struct ctx *ctx, struct oidc_session *session,
    struct jose_set *set)
{
	const struct call_in in = { .url = session->metadata.jwks_uri };
	const char *text;
	size_t len;
	enum err e;

	if (session->provider.keys_tried)
		return ERR_LIMIT;
	session->provider.keys_tried = true;
	if ((e = tenant_begin(ctx, &session->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_KEYS_TRY, NULL)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK ||
	    (e = oidc_call(ctx, session, &in, &text, &len)) != ERR_OK ||
	    (e = jose_set_parse(ctx, text, len, set)) != ERR_OK ||
	    (e = tenant_begin(ctx, &session->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_KEYS_PUT, NULL,
	    ARG_TEXT(session->provider.issuer), ARG_TEXT(text))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

enum err
oidc_keys(struct ctx *ctx, struct oidc_session *session, struct jose_set *set)
{
	const struct provider *provider = &session->provider;

	if (provider->keys != NULL && (provider->keys_age_s < KEYS_AGE_S ||
	    provider->keys_tried))
		return jose_set_parse(ctx, provider->keys,
		    strlen(provider->keys), set);
	/*
	 * Without any keys the provider is asked again, however recently that
	 * was.
	 */
	session->provider.keys_tried = false;
	return oidc_keys_again(ctx, session, set);
}

/* basic_header - makes id:secret, each form-encoded first (RFC 6749 2.3.1) */
static enum err
basic_header(struct ctx *ctx, const char *id, const char *secret,
    const char **header)
{
	const char *text = text_printf(ctx->secrets, "%s:%s", id, secret),
	    *coded;
	enum err e;

	if (text == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	if ((e = base64_encode(ctx, text, strlen(text), &coded)) != ERR_OK)
		return e;
	*header = text_printf(ctx->secrets, "Basic %s", coded);
	secret_wipe((void *)(uintptr_t)coded, strlen(coded));
	return *header == NULL ? ERR_INTERNAL : ERR_OK;
}

static enum err
exchange_body(struct ctx *ctx, const struct exchange *exchange,
    const char *credentials, const char **body)
{
	const char *code, *uri;
	enum err e;

	if ((e = form_encode(ctx, exchange->code, &code)) != ERR_OK ||
	    (e = form_encode(ctx, exchange->redirect_uri, &uri)) != ERR_OK)
		return e;
	*body = text_printf(ctx->secrets, "grant_type=authorization_code"
	    "&code=%s&redirect_uri=%s&code_verifier=%s%s", code, uri,
	    exchange->verifier, credentials);
	return *body == NULL ? fail(ctx, ERR_TOO_LARGE, NULL,
	    "secrets are full") : ERR_OK;
}

static enum err
answer_tokens(struct ctx *ctx, const char *text, size_t len,
    struct tokens *tokens)
{
	struct json *top;
	const char *type;

	if (json_parse(ctx, text, len, &top) != ERR_OK) {
		fail_clear(ctx);
		return fail(ctx, ERR_PEER, "sso_answer_not_valid",
		    "the token endpoint's answer is not JSON");
	}
	tokens->id.p = json_text(json_get(top, "id_token"), &tokens->id.len);
	if (tokens->id.p == NULL)
		return fail(ctx, ERR_PEER, "sso_answer_not_valid",
		    "the token endpoint's answer has no id_token");
	type = json_member(top, "token_type");
	tokens->access = type != NULL && strcasecmp(type, "Bearer") == 0 ?
	    json_member(top, "access_token") : NULL;
	return ERR_OK;
}

enum err
oidc_exchange(struct ctx *ctx, struct oidc_session *session,
    const struct exchange *exchange, struct tokens *tokens)
{
	const struct provider *provider = &session->provider;
	struct call_in in = { .url = session->metadata.token_endpoint };
	const char *id, *secret, *more = "", *text;
	struct str clear;
	size_t len;
	enum err e;

	if ((e = sealed_open(ctx, SSO_KEY, client_secret_bound(ctx,
	    &session->tenant), provider->secret_box, &clear)) != ERR_OK ||
	    (e = form_encode(ctx, provider->client_id, &id)) != ERR_OK ||
	    (e = form_encode(ctx, clear.p, &secret)) != ERR_OK)
		return e;
	if (session->metadata.secret_post) {
		more = text_printf(ctx->secrets, "&client_id=%s"
		    "&client_secret=%s", id, secret);
		if (more == NULL)
			return fail(ctx, ERR_TOO_LARGE, NULL,
			    "secrets are full");
	} else if ((e = basic_header(ctx, id, secret, &in.authorization)) !=
	    ERR_OK)
		return e;
	if ((e = exchange_body(ctx, exchange, more, &in.body)) != ERR_OK ||
	    (e = oidc_call(ctx, session, &in, &text, &len)) != ERR_OK)
		return e;
	return answer_tokens(ctx, text, len, tokens);
}

enum err
oidc_verify(struct ctx *ctx, struct oidc_session *session,
    const struct jose_rule *by, struct str token, const struct json **claims)
{
	struct jose_rule rule = *by;
	struct jose_set set;
	const char *why;
	enum err e;

	rule.set = &set;
	rule.now = (int64_t)time(NULL);
	if ((e = oidc_keys(ctx, session, &set)) != ERR_OK)
		return e;
	e = jose_verify(ctx, &rule, token, claims, &why);
	/* A provider may replace a key and keep its kid. */
	if (e != ERR_OK && (strcmp(why, "unknown_kid") == 0 ||
	    strcmp(why, "bad_signature") == 0) &&
	    !session->provider.keys_tried) {
		fail_clear(ctx);
		if ((e = oidc_keys_again(ctx, session, &set)) != ERR_OK)
			return e;
		e = jose_verify(ctx, &rule, token, claims, &why);
	}
	if (e != ERR_OK) {
		audit_fact(ctx, "reason", why);
		fail_clear(ctx);
		return fail(ctx, ERR_UNAUTHENTICATED, "sso_token_not_valid",
		    "the provider's token is not valid");
	}
	return ERR_OK;
}
