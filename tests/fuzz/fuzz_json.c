/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_check() decides, and json-c accepts all that it accepts; printing and
 * reading again changes nothing; field tables accept any value without a crash.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"
#include "libshared/doors/json.h"

#define MEM_MAX	((size_t)64 << 20)

struct body {
	const char	*slug, *name, *mail, *tier, *password, *any, *data;
	int64_t		 size;
	bool		 on;
	struct uuid	 id;
};

static const char *const tiers[] = { "low", "mid", NULL };

static const struct field body_in[] = {
	FIELD_TEXT_OPT(struct body, slug, 3, 31, CHARSET_SLUG),
	FIELD_TEXT_OPT(struct body, name, 2, 40, CHARSET_NAME),
	FIELD_TEXT_OPT(struct body, mail, 3, 254, CHARSET_EMAIL),
	FIELD_CHOICE_OPT(struct body, tier, tiers),
	FIELD_SECRET_OPT(struct body, password, 3, 64, CHARSET_TOKEN),
	FIELD_TEXT_OPT(struct body, any, 0, 100, CHARSET_TEXT),
	FIELD_AT(struct body, data, FIELD_KIND_JSON, FIELD_OPTIONAL,
	    CHARSET_ANY, 0, 1000, NULL),
	FIELD_INT_OPT(struct body, size, -10, 1000),
	FIELD_BOOL_OPT(struct body, on),
	FIELD_AT(struct body, id, FIELD_KIND_UUID, FIELD_OPTIONAL,
	    CHARSET_TEXT, 36, 36, NULL),
	FIELD_END
};

static void
check_texts(struct ctx *ctx, const struct body *body)
{
	const char *const texts[] = { body->slug, body->name, body->mail,
	    body->tier, body->password, body->any };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i] != NULL)
			must(field_check_text(ctx, &body_in[i], texts[i],
			    strlen(texts[i])) == NULL);
	must(body->size == 0 || (body->size >= -10 && body->size <= 1000));
	must(uuid_empty(&body->id) || uuid_valid(body->id.text, 36));
}

/* What was decoded is encoded, and decodes to the same again. */
static void
check_fields(struct ctx *ctx, const struct json *value)
{
	struct body body, again;
	struct json *object = NULL;

	if (field_decode(ctx, body_in, value, &body) != ERR_OK) {
		must(ctx->fault.err != ERR_OK);
		return;
	}
	check_texts(ctx, &body);
	must(field_encode(ctx, body_in, &body, &object) == ERR_OK);
	if (body.size == 0)
		json_put_null(object, "size");
	must(field_decode(ctx, body_in, object, &again) == ERR_OK);
	must(again.size == body.size && again.on == body.on);
	must(strcmp(again.id.text, body.id.text) == 0);
	must((again.mail == NULL) == (body.mail == NULL));
}

static void
check_value(struct ctx *ctx, const struct json *value, size_t size)
{
	const char *once, *twice;
	struct json *again = NULL;
	size_t len, len_again, at;

	must(json_print(ctx, value, &once, &len) == ERR_OK);
	must(len <= size);
	must(json_check(once, len, &at) == NULL);
	must(json_parse(ctx, once, len, &again) == ERR_OK);
	must(json_print(ctx, again, &twice, &len_again) == ERR_OK);
	must(len == len_again && memcmp(once, twice, len) == 0);
	check_fields(ctx, value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ctx *ctx;
	struct json *value = NULL;
	const char *why;
	enum err e;
	size_t at;

	if (ctx == NULL)
		ctx = ctx_new(MEM_MAX);
	why = json_check((const char *)data, size, &at);
	must(at <= size);
	e = json_parse(ctx, (const char *)data, size, &value);
	must((why == NULL) == (e == ERR_OK));
	if (e == ERR_OK)
		check_value(ctx, value, size);
	ctx_reset(ctx);
	return 0;
}
