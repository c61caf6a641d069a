/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Dockerfile-like template: FROM base, COPY, ENV, LABEL, WORKDIR, USER,
 * ENTRYPOINT in JSON form.  No continuation lines, no variables, no shell.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/json.h"
#include "modules/worker/image/oci_template.h"

struct parser {
	struct ctx		*ctx;
	struct image_template	*out;
	const char		*why;
	bool			 from;
};

static const char *const sources[TEMPLATE_SOURCES] = {
	[TEMPLATE_AGENT] = "agent.jar", [TEMPLATE_APP] = "app.jar",
};

static bool
line_refuse(struct parser *p, const char *why)
{
	p->why = why;
	return false;
}

static const char *
text_keep(struct parser *p, struct str s)
{
	const char *text = arena_text(p->ctx->mem, s.p, s.len);

	if (text == NULL)
		p->why = "the template is too large";
	return text;
}

/*
 * path_is_sound - absolute; no empty, "." or ".." part, no blank or control
 * character
 */
static bool
path_is_sound(struct str path)
{
	struct str part;
	size_t i;

	if (path.len < 2 || path.p[0] != '/' || path.len > 200)
		return false;
	for (i = 0; i < path.len; i++)
		if (path.p[i] <= ' ' || path.p[i] > '~')
			return false;
	path.p++;
	path.len--;
	if (path.p[path.len - 1] == '/')
		return false;
	while (path.len > 0) {
		part = str_cut(&path, '/');
		if (part.len == 0 || str_is(part, ".") || str_is(part, ".."))
			return false;
	}
	return true;
}

static bool
read_from(struct parser *p, struct str rest)
{
	if (p->from)
		return line_refuse(p, "a second FROM");
	p->from = true;
	return str_is(rest, "base") || line_refuse(p, "FROM takes only 'base'");
}

static bool
read_copy(struct parser *p, struct str rest)
{
	struct str from = str_cut(&rest, ' ');
	size_t i;

	for (i = 0; i < nitems(sources); i++)
		if (str_is(from, sources[i]))
			break;
	if (i == nitems(sources))
		return line_refuse(p, "COPY takes agent.jar or app.jar");
	if (p->out->copy[i] != NULL)
		return line_refuse(p, "the same file is copied twice");
	if (!path_is_sound(rest))
		return line_refuse(p, "COPY needs one absolute, plain path");
	rest.p++;
	rest.len--;
	return (p->out->copy[i] = text_keep(p, rest)) != NULL;
}

/*
 * read_pair - reads name="value" or name=value; a value holds no quote and no
 * backslash
 */
static bool
read_pair(struct parser *p, struct str rest, struct template_pair *pairs,
    size_t *n)
{
	bool paired = memchr(rest.p, '=', rest.len) != NULL;
	struct str name = str_cut(&rest, '=');
	size_t i;

	for (i = 0; i < name.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789._-"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ", name.p[i]) == NULL)
			return line_refuse(p,
			    "a name holds letters, digits, ._-");
	if (name.len == 0 || !paired)
		return line_refuse(p, "name=value is needed");
	if (rest.len >= 2 && rest.p[0] == '"' &&
	    rest.p[rest.len - 1] == '"') {
		rest.p++;
		rest.len -= 2;
	} else if (rest.len > 0 && memchr(rest.p, ' ', rest.len) != NULL)
		return line_refuse(p, "a value with blanks needs quotes");
	if (rest.len > 0 && (memchr(rest.p, '"', rest.len) != NULL ||
	    memchr(rest.p, '\\', rest.len) != NULL ||
	    memchr(rest.p, '$', rest.len) != NULL))
		return line_refuse(p, "a value holds no quote, backslash or $");
	if (*n == TEMPLATE_ITEMS_MAX)
		return line_refuse(p, "too many of these");
	for (i = 0; i < *n; i++)
		if (str_is(name, pairs[i].name))
			return line_refuse(p, "the same name twice");
	pairs[*n].name = text_keep(p, name);
	pairs[*n].value = text_keep(p, rest);
	if (p->why != NULL)
		return false;
	(*n)++;
	return true;
}

static bool
read_env(struct parser *p, struct str rest)
{
	return read_pair(p, rest, p->out->env, &p->out->nenv);
}

static bool
read_label(struct parser *p, struct str rest)
{
	return read_pair(p, rest, p->out->labels, &p->out->nlabels);
}

static bool
read_workdir(struct parser *p, struct str rest)
{
	if (p->out->workdir != NULL)
		return line_refuse(p, "a second WORKDIR");
	if (!path_is_sound(rest))
		return line_refuse(p, "WORKDIR needs one absolute, plain path");
	return (p->out->workdir = text_keep(p, rest)) != NULL;
}

/*
 * read_user - accepts numbers only, since a file of the base would resolve
 * names; never root
 */
static bool
read_user(struct parser *p, struct str rest)
{
	struct str whole = rest, uid = str_cut(&rest, ':');
	int64_t value;

	if (p->out->user != NULL)
		return line_refuse(p, "a second USER");
	if (!str_int(uid, 1, 65535, &value) ||
	    !str_int(rest, 1, 65535, &value))
		return line_refuse(p,
		    "USER needs uid:gid, neither of them root");
	return (p->out->user = text_keep(p, whole)) != NULL;
}

static bool
read_entrypoint(struct parser *p, struct str rest)
{
	struct json *list;
	const char *text;
	size_t i, len;

	if (p->out->nentrypoint > 0)
		return line_refuse(p, "a second ENTRYPOINT");
	if (json_parse(p->ctx, rest.p, rest.len, &list) != ERR_OK) {
		fail_clear(p->ctx);
		return line_refuse(p, "ENTRYPOINT needs a JSON array");
	}
	if (!json_is_array(list) || json_count(list) == 0 ||
	    json_count(list) > TEMPLATE_ITEMS_MAX)
		return line_refuse(p, "ENTRYPOINT needs a JSON array");
	for (i = 0; i < json_count(list); i++) {
		text = json_text(json_at(list, i), &len);
		if (text == NULL || len == 0)
			return line_refuse(p, "ENTRYPOINT holds texts only");
		p->out->entrypoint[i] = text;
	}
	p->out->nentrypoint = i;
	return p->out->entrypoint[0][0] == '/' ||
	    line_refuse(p, "ENTRYPOINT begins with an absolute path");
}

static const struct {
	const char	*word;
	bool		(*read)(struct parser *p, struct str rest);
} instructions[] = {
	{ "FROM", read_from }, { "COPY", read_copy }, { "ENV", read_env },
	{ "LABEL", read_label }, { "WORKDIR", read_workdir },
	{ "USER", read_user }, { "ENTRYPOINT", read_entrypoint },
};

static bool
read_line(struct parser *p, struct str line)
{
	struct str word;
	size_t i;

	if (line.len == 0 || line.p[0] == '#')
		return true;
	for (i = 0; i < line.len; i++)
		if ((unsigned char)line.p[i] < ' ')
			return line_refuse(p, "a control character");
	if (line.p[line.len - 1] == '\\')
		return line_refuse(p, "continued lines are not read");
	word = str_cut(&line, ' ');
	for (i = 0; i < nitems(instructions); i++)
		if (str_is(word, instructions[i].word))
			break;
	if (i == nitems(instructions))
		return line_refuse(p, "unknown instruction");
	if (!p->from && i != 0)
		return line_refuse(p, "FROM comes first");
	if (line.len == 0)
		return line_refuse(p, "an instruction without an argument");
	return instructions[i].read(p, line);
}

static const char *
template_lacks(const struct parser *p)
{
	if (!p->from)
		return "FROM is missing";
	if (p->out->copy[TEMPLATE_AGENT] == NULL)
		return "COPY agent.jar is missing";
	if (p->out->copy[TEMPLATE_APP] == NULL)
		return "COPY app.jar is missing";
	if (p->out->user == NULL)
		return "USER is missing";
	if (p->out->nentrypoint == 0)
		return "ENTRYPOINT is missing";
	return NULL;
}

enum err
image_template_parse(struct ctx *ctx, const char *name, struct str rest,
    FILE *err, struct image_template **out)
{
	struct parser p = { .ctx = ctx };
	int line = 0;

	p.out = arena_get(ctx->mem, sizeof(*p.out));
	if (p.out == NULL || rest.len > TEMPLATE_SIZE_MAX)
		return fail(ctx, ERR_INVALID, "template_invalid",
		    "%s is too large", name);
	while (p.why == NULL && rest.len > 0) {
		line++;
		if (!read_line(&p, str_cut(&rest, '\n')))
			break;
	}
	if (p.why == NULL)
		p.why = template_lacks(&p);
	if (p.why == NULL) {
		*out = p.out;
		return ERR_OK;
	}
	fprintf(err, "%s:%d: %s\n", name, line, p.why);
	return fail(ctx, ERR_INVALID, "template_invalid", "%s:%d: %s", name,
	    line, p.why);
}

enum err
image_template_load(struct ctx *ctx, const char *path, FILE *err,
    struct image_template **out)
{
	char *text = arena_get(ctx->mem, TEMPLATE_SIZE_MAX + 1);
	size_t len = 0;
	ssize_t n = -1;
	int fd;

	if (text == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		while ((n = read(fd, text + len, TEMPLATE_SIZE_MAX + 1 -
		    len)) > 0)
			len += (size_t)n;
		close(fd);
	}
	if (n == -1) {
		fprintf(err, "%s: %s\n", path, strerror(errno));
		return fail(ctx, ERR_INVALID, "template_invalid",
		    "%s cannot be read", path);
	}
	return image_template_parse(ctx, path, (struct str){ text, len }, err,
	    out);
}
