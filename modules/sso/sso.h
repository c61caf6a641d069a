/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of sso.fcgi: handlers by file, and what the files share. */
#ifndef CAMELEER_SSO_H
#define CAMELEER_SSO_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"

#define SPREAD		4	/* children mostly wait for providers */
#define SSO_COOKIE	"__Host-cameleer-sso"
#define ISSUER_MAX	1024
#define CLIENT_ID_MAX	255
#define CLIENT_SECRET_MAX	512
#define SSO_KEY	"sso.key"	/* the credential that seals the secret */
#define GROUP_ROLES_MAX	200
#define DOMAINS_MAX	50	/* per tenant */

/* sso_tenant.c: the tenant, and what its plan includes. */
struct sso_tenant { struct uuid id; const char *slug, *tier; bool entitled; };
/* ERR_FORBIDDEN not_entitled unless it has single sign-on. */
enum err sso_included(struct ctx *ctx, const struct sso_tenant *tenant)
    must_check;
/*
 * Finds a tenant by a slug, which anybody may send; begins and ends a
 * transaction.
 */
enum err tenant_find(struct ctx *ctx, const char *slug,
    struct sso_tenant *tenant, bool *found) must_check;
/* The same for who.tenant. */
enum err plan_entitles(struct ctx *ctx) must_check;
/*
 * Begins a transaction pinned to the tenant, without an account.  From then on
 * a refusal is recorded in the tenant's audit trail.
 */
enum err tenant_begin(struct ctx *ctx, const struct uuid *tenant, bool write)
    must_check;
const char *redirect_uri(struct ctx *ctx, const char *slug);
const char *logout_uri(struct ctx *ctx, const char *slug);
/* The bound text for the tenant's sealed client secret; NULL: no memory. */
const char *client_secret_bound(struct ctx *ctx, const struct uuid *tenant);

/* provider.c: the settings of a tenant's provider. */
enum err provider_get(struct ctx *ctx);
enum err provider_put(struct ctx *ctx);
enum err provider_delete(struct ctx *ctx);
extern const struct field provider_view[], provider_fields[];

/* provider_test.c: tries them. */
enum err provider_test(struct ctx *ctx);
extern const struct field tested_view[];

/* domain.c: the domains for which it may speak. */
enum err domain_list(struct ctx *ctx);
enum err domain_add(struct ctx *ctx);
enum err domain_verify(struct ctx *ctx);
enum err domain_delete(struct ctx *ctx);
extern const struct field domain_view[], domain_fields[], proof_view[];

/* enforce.c: requires sign-in by the provider. */
enum err enforce_put(struct ctx *ctx);
extern const struct field enforce_fields[], enforce_view[];

/* start.c: finds the tenant, and redirects to the provider. */
enum err sso_discover(struct ctx *ctx);
enum err sso_start(struct ctx *ctx);
extern const struct field discover_query[], discover_view[], start_query[];
/*
 * PKCE's verifier and the nonce: derived from the browser's secret and the
 * state, so that the content of the database is not enough to complete a
 * sign-in.
 */
enum err value_derived(struct ctx *ctx, const char *purpose,
    const char *browser,
    const char *state, const char **text) must_check;

/* callback.c: the provider's answer. */
enum err sso_callback(struct ctx *ctx);
extern const struct field callback_query[];

/* logout.c: the provider ends sessions. */
enum err sso_logout(struct ctx *ctx);
extern const struct field logout_fields[];

#endif
