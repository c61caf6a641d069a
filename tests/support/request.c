/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/process.h"
#include "libshared/skeleton/req.h"
#include "libshared/skeleton/service.h"
#include "tests/support/fake_sql.h"
#include "tests/support/request.h"

struct ctx *ctx;
struct req req;
struct route route;

static struct conf conf;
static const struct service service = { .name = "things" };

static enum err
nothing(struct ctx *unused)
{
	(void)unused;
	return ERR_OK;
}

int
request_setup(void **state)
{
	(void)state;
	if (crypto_init() != 0)
		return -1;
	fake_reset();
	conf = (struct conf){ .base_url = BASE_URL, .processes = 1,
	    .retire_after = 100 };
	process = (struct process){ .conf = &conf };
	route = (struct route){ .method = POST, .path = "/api/things",
	    .perm = PERM_TENANT_MANAGE, .flags = ROUTE_WRITE,
	    .handler = nothing, .audit = "thing.create", .about = "Makes." };
	req = (struct req){ .route = &route, .method = POST,
	    .content_length = -1 };
	ctx = ctx_new(1 << 20);
	ctx->req = &req;
	ctx->service = &service;
	ctx->request_id = "r-1";
	ctx->client_ip = "192.0.2.1";
	return 0;
}

int
request_teardown(void **state)
{
	(void)state;
	fake_done();
	ctx_free(&ctx);
	return 0;
}

void
signed_in(const char *role, const char *permissions)
{
	ctx->who = (struct who){ .role = role, .permissions = permissions,
	    .tenant_slug = "acme", .tenant_state = "active" };
	assert_true(uuid_set(&ctx->who.account, ACCOUNT));
	assert_true(uuid_set(&ctx->who.session, SESSION));
	assert_true(uuid_set(&ctx->who.tenant, TENANT));
}

const char *
replied(const char *name, size_t *n)
{
	const char *value = NULL;
	size_t i, count = 0;

	for (i = 0; i < req.nheaders; i++)
		if (strcmp(req.headers[i].name, name) == 0) {
			value = req.headers[i].value;
			count++;
		}
	if (n != NULL)
		*n = count;
	return value;
}

const struct json *
replied_json(void)
{
	struct json *value = NULL;

	if (req.body_out == NULL || json_parse(ctx, req.body_out,
	    req.body_out_len, &value) != ERR_OK)
		fail_msg("the reply is no JSON: %s",
		    req.body_out == NULL ? "(none)" : req.body_out);
	return value;
}

void
assert_fault(enum err e, const char *code)
{
	if (ctx->fault.err != e || ctx->fault.code == NULL ||
	    strcmp(ctx->fault.code, code) != 0)
		fail_msg("fault %d %s (%s), wanted %d %s", ctx->fault.err,
		    ctx->fault.code, ctx->fault.detail, e, code);
}
