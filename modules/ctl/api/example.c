/* SPDX-License-Identifier: Apache-2.0 */
/* An example for each operation, and that none of them lacks anything. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/ctl/api/example.h"
#include "modules/ctl/api/openapi.h"

#include "data/examples.h"

/* read_file - puts the examples of a file beside the others */
static enum err
read_file(struct ctx *ctx, const struct example_file *file, struct json *all)
{
	const struct json *example;
	struct json *found;
	const char *name;
	size_t i;
	enum err e;

	if (json_parse(ctx, (const char *)file->text, file->len, &found) !=
	    ERR_OK) {
		fail_clear(ctx);
		return fail(ctx, ERR_INTERNAL, "openapi",
		    "the examples `%s' are not JSON", file->name);
	}
	for (i = 0; i < json_count(found); i++) {
		name = json_key_at(found, i, &example);
		if (json_get(all, name) != NULL)
			return fail(ctx, ERR_INTERNAL, "openapi",
			    "%s: a second example of %s", file->name, name);
		if ((e = openapi_copy(ctx, all, name, example)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
examples_read(struct ctx *ctx, const struct example_file *files, size_t n,
    struct json **all)
{
	struct json *made = json_object(ctx);
	size_t i;
	enum err e;

	for (i = 0; i < n; i++)
		if ((e = read_file(ctx, &files[i], made)) != ERR_OK)
			return e;
	*all = made;
	return ERR_OK;
}

enum err
examples_carried(struct ctx *ctx, struct json **all)
{
	return examples_read(ctx, example_files, nitems(example_files), all);
}

/* lacks_parameter - names the first of the path that is not given, or NULL */
static const char *
lacks_parameter(struct ctx *ctx, const char *path, const struct json *given)
{
	struct str rest = str_of(path), part;
	const char *name;

	while (rest.len > 0) {
		part = str_cut(&rest, '/');
		if (part.len <= 2 || part.p[0] != '{')
			continue;
		name = text_printf(ctx->mem, "%.*s", (int)part.len - 2,
		    part.p + 1);
		if (json_member(given, name) == NULL)
			return name;
	}
	return NULL;
}

/* lacks_member - names the first required one that is not given, or NULL */
static const char *
lacks_member(const struct json *schema, const struct json *given)
{
	const struct json *required = json_get(schema, "required");
	const char *name;
	size_t i;

	for (i = 0; i < json_count(required); i++) {
		name = json_text(json_at(required, i), NULL);
		if (json_is_null(json_get(given, name)))
			return name;
	}
	return NULL;
}

/* what_lacks - names the part that an example does not have, or NULL */
static const char *
what_lacks(struct ctx *ctx, const struct route_facts *facts,
    const struct json *example)
{
	bool answers = facts->output != NULL || facts->file;
	const char *name;

	if (facts->input != NULL && json_get(example, "body") == NULL)
		return "body";
	if (answers && json_get(example, "answer") == NULL)
		return "answer";
	if ((name = lacks_parameter(ctx, facts->path, json_get(example,
	    "path"))) != NULL)
		return name;
	return lacks_member(facts->query, json_get(example, "query"));
}

enum err
example_find(struct ctx *ctx, const struct json *all,
    const struct route_facts *facts, const struct json **example)
{
	const char *name = text_printf(ctx->mem, "%s %s", facts->method,
	    facts->path), *part;
	const struct json *found = json_get(all, name);

	if (!json_is_object(found))
		return fail(ctx, ERR_INTERNAL, "openapi",
		    "%s has no example in data/examples", name);
	if (json_member(found, "none") != NULL) {
		*example = NULL;
		return ERR_OK;
	}
	if ((part = what_lacks(ctx, facts, found)) != NULL)
		return fail(ctx, ERR_INTERNAL, "openapi",
		    "the example of %s lacks `%s'", name, part);
	*example = found;
	return ERR_OK;
}
