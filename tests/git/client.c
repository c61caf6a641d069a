/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client SETTINGS VERB ARGUMENT... - one call of the Git client, for tests.
 * Prints a JSON object: what came of it, or code and detail of the failure.
 *
 *	commit PATH OPERATION KNOWN NAME=FILE...   KNOWN may be -
 *	lost PATH OPERATION KNOWN NAME=FILE...     the job is lost before a push
 *	beside PATH OPERATION KNOWN OTHER=FILE NAME=FILE...   OTHER= : removed
 *	many PATH N NAME=FILE                      N commits, FILE and a number
 *	read PATH
 *	contains ID TIP
 *	check
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/conf.h"
#include "libshared/base/confine.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/git/gitops.h"

#define MEMORY		((size_t)64 << 20)
#define FILES_MAX	2000
#define CONTENT_MAX	((size_t)4 << 20)
#define TENANT		"acme"

struct client { struct ctx *ctx; struct gitops_repo repo; struct json *out; };

static void
give_up(const char *why)
{
	(void)fprintf(stderr, "client: %s\n", why);
	exit(2);
}

static struct str
content_of(struct ctx *ctx, const char *path)
{
	char *text = arena_get(ctx->mem, CONTENT_MAX);
	FILE *in = fopen(path, "re");
	size_t len;

	if (text == NULL || in == NULL)
		give_up(path);
	len = fread(text, 1, CONTENT_MAX, in);
	(void)fclose(in);
	return (struct str){ text, len };
}

/* files_of - reads NAME=FILE arguments */
static size_t
files_of(struct ctx *ctx, char *argv[], struct gitops_file *files)
{
	struct str rest, name;
	size_t n;

	for (n = 0; argv[n] != NULL; n++) {
		if (n == FILES_MAX)
			give_up("too many files");
		rest = str_of(argv[n]);
		name = str_cut(&rest, '=');
		files[n].name = arena_text(ctx->mem, name.p, name.len);
		files[n].content = content_of(ctx, rest.p);
	}
	return n;
}

/* hold_fails - as of a worker whose lease was taken over */
static enum err
hold_fails(struct ctx *ctx)
{
	return fail(ctx, ERR_CONFLICT, "job_lost", "another attempt has it");
}

static enum err
commit_run(struct client *client, char *argv[],
    const struct gitops_file *beside)
{
	static struct gitops_file files[FILES_MAX];
	struct gitops_change change = { .path = argv[0],
	    .operation = argv[1], .actor = "system", .tenant = TENANT,
	    .what = "Change the directory", .files = files,
	    .beside = beside };
	struct gitops_commit commit;
	enum err e;

	if (strcmp(argv[2], "-") != 0)
		change.known = argv[2];
	change.n = files_of(client->ctx, argv + (beside == NULL ? 3 : 4),
	    files);
	e = gitops_commit_directory(client->ctx, &client->repo, &change,
	    &commit);
	if (e != ERR_OK)
		return e;
	json_put_text(client->out, "commit", commit.id);
	json_put_bool(client->out, "made", commit.made);
	return ERR_OK;
}

static enum err
run_commit(struct client *client, char *argv[])
{
	return commit_run(client, argv, NULL);
}

static enum err
run_beside(struct client *client, char *argv[])
{
	struct str rest = str_of(argv[3]), name = str_cut(&rest, '=');
	struct gitops_file beside = { .name = arena_text(client->ctx->mem,
	    name.p, name.len), .content = { NULL, 0 } };

	if (rest.len > 0)
		beside.content = content_of(client->ctx, rest.p);
	return commit_run(client, argv, &beside);
}

static enum err
run_lost(struct client *client, char *argv[])
{
	static struct job job = { .kind = "test", .hold = hold_fails };

	client->ctx->job = &job;
	return run_commit(client, argv);
}

/* run_many - prints milliseconds of each commit */
static enum err
run_many(struct client *client, char *argv[])
{
	struct gitops_file file;
	struct gitops_change change = { .path = argv[0], .actor = "system",
	    .tenant = TENANT, .what = "Change the directory",
	    .files = &file, .n = 1 };
	struct json *times = json_array(client->ctx);
	struct gitops_commit commit;
	int64_t n, i, began;
	struct uuid id;
	enum err e = ERR_OK;
	struct str rest = str_of(argv[2]), name = str_cut(&rest, '=');

	if (!str_int(str_of(argv[1]), 1, 1000, &n))
		give_up("no number");
	file.name = arena_text(client->ctx->mem, name.p, name.len);
	for (i = 0; e == ERR_OK && i < n; i++) {
		uuid7(&id);
		change.operation = id.text;
		file.content = str_of(text_printf(client->ctx->mem, "%s%d\n",
		    rest.p, (int)i));
		began = clock_us();
		e = gitops_commit_directory(client->ctx, &client->repo,
		    &change, &commit);
		json_add_text(times, text_printf(client->ctx->mem, "%d",
		    (int)(clock_us() - began)));
	}
	json_put(client->out, "us", times);
	return e;
}

static enum err
run_read(struct client *client, char *argv[])
{
	struct json *files = json_object(client->ctx);
	struct gitops_tree tree;
	size_t i;
	enum err e;

	e = gitops_tree_read(client->ctx, &client->repo, argv[0], &tree);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < tree.n; i++)
		json_put_text(files, tree.files[i].name, arena_text(
		    client->ctx->mem, tree.files[i].content.p,
		    tree.files[i].content.len));
	json_put_text(client->out, "commit", tree.id);
	json_put(client->out, "files", files);
	return ERR_OK;
}

static enum err
run_contains(struct client *client, char *argv[])
{
	bool contains;
	enum err e;

	e = gitops_contains(client->ctx, &client->repo, argv[0], argv[1],
	    &contains);
	if (e == ERR_OK)
		json_put_bool(client->out, "contains", contains);
	return e;
}

static enum err
run_check(struct client *client, char *argv[])
{
	(void)argv;
	return gitops_check(client->ctx, &client->repo);
}

static const struct {
	const char	*verb;
	int		 least;
	enum err	(*run)(struct client *client, char *argv[]);
} verbs[] = {
	{ "commit", 3, run_commit },
	{ "beside", 4, run_beside },
	{ "lost", 3, run_lost },
	{ "many", 3, run_many },
	{ "read", 1, run_read },
	{ "contains", 2, run_contains },
	{ "check", 0, run_check },
};

static enum err
verb_run(struct client *client, int argc, char *argv[])
{
	size_t i;

	for (i = 0; i < nitems(verbs); i++)
		if (strcmp(verbs[i].verb, argv[2]) == 0 &&
		    argc - 3 >= verbs[i].least)
			return verbs[i].run(client, argv + 3);
	give_up("no such verb, or too few arguments");
	return ERR_INTERNAL;
}

int
main(int argc, char *argv[])
{
	struct client client = { .ctx = ctx_new(MEMORY) };
	const char *text;
	enum err e;

	if (argc < 3 || crypto_init() != 0)
		give_up("usage: client SETTINGS VERB ARGUMENT...");
	/* What a child of the worker cannot do, this cannot do either. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    process_confine() != 0)
		give_up("not confined");
	log_init("client", LOG_WARN);
	if ((process.conf = conf_load(argv[1], stderr)) == NULL)
		return 2;
	client.out = json_object(client.ctx);
	e = gitops_repo_open(client.ctx, &client.repo);
	if (e == ERR_OK)
		e = verb_run(&client, argc, argv);
	json_put_int(client.out, "err", e);
	json_put_text(client.out, "code", client.ctx->fault.code);
	json_put_text(client.out, "detail", client.ctx->fault.detail);
	if (json_print(client.ctx, client.out, &text, NULL) != ERR_OK)
		give_up("no memory");
	(void)puts(text);
	ctx_free(&client.ctx);
	return e == ERR_OK ? 0 : 1;
}
