/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is to run for a tenant: a directory of the GitOps repository, which is
 * read, changed and committed as a whole.  Git is the only memory of it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/json.h"
#include "libshared/skeleton/job.h"
#include "modules/worker/runtime/kubernetes.h"

#define ROOM_MORE	32	/* files that one change may add */
#define DIGEST_SHORT	16
#define ACTOR		"platform"
#define DIGEST_PURPOSE	"manifest-digest"
#define BOOTSTRAP	"bootstrap-token"

/* files_digest - over names and contents, in their order */
static void
files_digest(const struct desired *d, char hex[SHA256_HEX_MAX])
{
	char all[3 * SHA256_HEX_MAX] = "";
	size_t i, n;

	for (i = 0; i < d->n; i++) {
		n = strlen(all);
		sha256_hex(d->files[i].name, strlen(d->files[i].name),
		    all + n);
		n += strlen(all + n);
		sha256_hex(d->files[i].content.p, d->files[i].content.len,
		    all + n);
		sha256_hex(all, strlen(all), hex);
		memcpy(all, hex, SHA256_HEX_MAX);
	}
	sha256_hex(all, strlen(all), hex);
}

enum err
desired_read(struct ctx *ctx, const struct runtime_kubernetes *place,
    const char *slug, struct desired *d)
{
	struct desired made = { .place = place, .slug = slug,
	    .path = text_printf(ctx->mem, "tenants/%s/%s",
	    place->cluster.name, slug) };
	struct gitops_tree tree;
	enum err e;

	if (made.path == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a path");
	if ((e = gitops_repo_open(ctx, &made.repo)) != ERR_OK ||
	    (e = place->notes->get(ctx, &made.known)) != ERR_OK ||
	    (e = gitops_tree_read(ctx, &made.repo, made.path, &tree)) !=
	    ERR_OK)
		return e;
	made.room = tree.n + ROOM_MORE;
	made.files = arena_array(ctx->mem, made.room, sizeof(*made.files));
	if (made.files == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for files");
	if (tree.n > 0)
		memcpy(made.files, tree.files, tree.n * sizeof(*tree.files));
	made.n = tree.n;
	files_digest(&made, made.found);
	*d = made;
	return ERR_OK;
}

struct gitops_file *
desired_find(const struct desired *d, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < d->n; i++)
		if (strcmp(d->files[i].name, name) == 0)
			return &d->files[i];
	return NULL;
}

enum err
desired_keep(struct ctx *ctx, struct desired *d, const char *name,
    struct str content)
{
	struct gitops_file *file = desired_find(d, name);

	if (file == NULL && d->n == d->room)
		return fail(ctx, ERR_TOO_LARGE, "manifest_too_large",
		    "the manifests of %s are too many", d->slug);
	if (file == NULL)
		file = &d->files[d->n++];
	*file = (struct gitops_file){ name, content };
	return ERR_OK;
}

enum err
desired_put(struct ctx *ctx, struct desired *d,
    const struct manifest_files *files)
{
	const struct manifest_file *file;
	size_t i, len = strlen(d->path);
	enum err e;

	for (i = 0; i < files->n; i++) {
		file = &files->rows[i];
		if (strncmp(file->path, d->path, len) != 0 ||
		    file->path[len] != '/')
			d->beside = (struct gitops_file){ file->path,
			    str_of(file->text) };
		else if ((e = desired_keep(ctx, d, file->path + len + 1,
		    str_of(file->text))) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

size_t
desired_drop(struct desired *d, const char *prefix)
{
	size_t i, kept = 0, dropped;

	for (i = 0; i < d->n; i++)
		if (strncmp(d->files[i].name, prefix, strlen(prefix)) != 0)
			d->files[kept++] = d->files[i];
	dropped = d->n - kept;
	d->n = kept;
	return dropped;
}

/* desired_before - what was sealed before */
static enum err
desired_before(struct ctx *ctx, const struct desired *d,
    struct manifest_files *before)
{
	struct manifest_file *rows = arena_array(ctx->mem, d->n + 1,
	    sizeof(*rows));
	size_t i;

	for (i = 0; rows != NULL && i < d->n; i++) {
		rows[i].path = text_printf(ctx->mem, "%s/%s", d->path,
		    d->files[i].name);
		rows[i].text = arena_text(ctx->mem, d->files[i].content.p,
		    d->files[i].content.len);
		if (rows[i].path == NULL || rows[i].text == NULL)
			rows = NULL;
	}
	if (rows == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for files");
	*before = (struct manifest_files){ rows, d->n };
	return ERR_OK;
}

static int
name_compare(const void *a, const void *b)
{
	const struct gitops_file *left = a, *right = b;

	return strcmp(left->name, right->name);
}

/*
 * operation_name - of the job, of what it found and of what it wants: a job
 * commits more than once, and an answer that was lost is of the same change
 */
static const char *
operation_name(struct ctx *ctx, const struct desired *d)
{
	char hex[SHA256_HEX_MAX];
	struct uuid id;

	files_digest(d, hex);
	if (ctx->job != NULL)
		id = ctx->job->id;
	else
		uuid7(&id);
	return text_printf(ctx->mem, "%s-%.*s-%.*s", id.text, DIGEST_SHORT,
	    d->found, DIGEST_SHORT, hex);
}

enum err
desired_commit(struct ctx *ctx, const struct desired *d, const char *what,
    const char **commit)
{
	struct gitops_change change = { .path = d->path, .files = d->files,
	    .n = d->n, .beside = d->beside.name == NULL ? NULL : &d->beside,
	    .actor = ACTOR, .tenant = d->slug, .what = what,
	    .known = d->known };
	struct gitops_commit made;
	enum err e;

	qsort(d->files, d->n, sizeof(*d->files), name_compare);
	change.operation = operation_name(ctx, d);
	if (change.operation == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a name");
	if ((e = gitops_commit_directory(ctx, &d->repo, &change, &made)) !=
	    ERR_OK)
		return e;
	*commit = made.made || d->known == NULL ? arena_text(ctx->mem,
	    made.id, strlen(made.id)) : d->known;
	if (*commit == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no memory for a name");
	return made.made ? d->place->notes->set(ctx, *commit) : ERR_OK;
}

/* A part of a tree that was just read is ours to change. */
static struct json *
part_of(struct json *object, const char *name)
{
	return (struct json *)(uintptr_t)json_get(object, name);
}

/*
 * kubernetes_seal - the key by which a kept secret is known: of the tenant, and
 * of no use to open anything
 */
enum err
kubernetes_seal(struct ctx *ctx, const struct desired *d,
    const struct runtime_secret *secrets, struct manifest_seal *seal)
{
	struct manifest_files *before = arena_get(ctx->mem, sizeof(*before));
	const struct runtime_secret *one = secrets;
	enum err e;

	if (d->place->seal_wrong != NULL)
		return fail(ctx, ERR_INVALID, "certificate_invalid",
		    "the certificate of sealed-secrets is refused: %s",
		    d->place->seal_wrong);
	while (one != NULL && one->name != NULL &&
	    strcmp(one->name, BOOTSTRAP) != 0)
		one++;
	if (before == NULL || one == NULL || one->name == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no bootstrap token");
	if ((e = desired_before(ctx, d, before)) != ERR_OK)
		return e;
	seal->certificate = &d->place->seal;
	seal->before = before;
	hmac_sha256(one->data, one->len, DIGEST_PURPOSE,
	    strlen(DIGEST_PURPOSE), seal->key);
	return ERR_OK;
}

/* kubernetes_none - edits a Deployment or the release: nothing shall run */
void
kubernetes_none(struct ctx *ctx, struct json *object, void *arg)
{
	struct json *spec = part_of(object, "spec"), *values;

	(void)ctx;
	(void)arg;
	if (json_member_is(object, "kind", "Deployment"))
		json_put_int(spec, "replicas", 0);
	if (!json_member_is(object, "kind", "HelmRelease"))
		return;
	values = part_of(spec, "values");
	if (json_is_object(json_get(values, "server")))
		json_put_int(part_of(values, "server"), "replicas", 0);
	if (json_is_object(json_get(values, "pgbouncer")))
		json_put_int(part_of(values, "pgbouncer"), "replicas", 0);
}

/* desired_edit - changes a file, if it is there */
enum err
desired_edit(struct ctx *ctx, const struct desired *d, const char *name,
    manifest_edit_fn edit, void *arg)
{
	struct gitops_file *file = desired_find(d, name);

	return file == NULL ? ERR_OK : manifest_edit(ctx, file->content, edit,
	    arg, &file->content);
}
