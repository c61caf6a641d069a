/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the branch: a directory, its history, and whether we may push. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "modules/worker/git/gitops_task.h"

enum err
gitops_history_holds(struct gitops_work *work, const char *id,
    const git_oid *tip, bool *holds)
{
	git_commit *commit = NULL;
	git_oid wanted;
	int rc;

	*holds = false;
	if ((rc = git_oid_fromstr(&wanted, id)) != 0)
		return gitops_fault(work, rc, "read an id");
	rc = git_commit_lookup(&commit, work->clone, &wanted);
	git_commit_free(commit);
	if (rc == GIT_ENOTFOUND) {
		git_error_clear();
		return ERR_OK;
	}
	if (rc == 0 && git_oid_equal(&wanted, tip)) {
		*holds = true;
		return ERR_OK;
	}
	if (rc == 0)
		rc = git_graph_descendant_of(work->clone, tip, &wanted);
	if (rc < 0)
		return gitops_fault(work, rc, "read the history");
	*holds = rc == 1;
	return ERR_OK;
}

/* What a walk over a directory collects. */
struct listing {
	struct gitops_work	*work;
	struct gitops_file	*files;
	size_t			 n, bytes;
	enum err		 e;
};

/* file_take - copies the content, which the walk's memory does not keep */
static enum err
file_take(struct listing *list, const char *root, const git_tree_entry *entry)
{
	struct ctx *ctx = list->work->ctx;
	struct gitops_file *file = &list->files[list->n];
	git_blob *blob = NULL;
	int rc = git_blob_lookup(&blob, list->work->clone,
	    git_tree_entry_id(entry));

	if (rc != 0)
		return gitops_fault(list->work, rc, "read a file");
	file->content.len = (size_t)git_blob_rawsize(blob);
	list->bytes += file->content.len;
	if (file->content.len <= GITOPS_FILE_MAX &&
	    list->bytes <= GITOPS_TREE_MAX) {
		file->name = text_printf(ctx->mem, "%s%s", root,
		    git_tree_entry_name(entry));
		file->content.p = arena_text(ctx->mem,
		    git_blob_rawcontent(blob), file->content.len);
	}
	git_blob_free(blob);
	if (file->name == NULL || strlen(file->name) > GITOPS_PATH_MAX ||
	    file->content.p == NULL)
		return fail(ctx, ERR_INVALID, "git_too_large", "a file in the "
		    "directory in the Git repository is too large");
	list->n++;
	return ERR_OK;
}

static int
on_entry(const char *root, const git_tree_entry *entry, void *arg)
{
	struct listing *list = arg;

	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		return 0;
	if (list->n == GITOPS_FILES_MAX)
		list->e = fail(list->work->ctx, ERR_INVALID, "git_too_large",
		    "the directory in the Git repository holds more than %d "
		    "files", GITOPS_FILES_MAX);
	else
		list->e = file_take(list, root, entry);
	return list->e == ERR_OK ? 0 : -1;
}

/* directory_find - *found NULL: there is no such directory */
static int
directory_find(struct gitops_work *work, const git_oid *id, const char *path,
    git_tree **found)
{
	git_tree_entry *entry = NULL;
	git_commit *commit = NULL;
	git_tree *top = NULL;
	int rc;

	if ((rc = git_commit_lookup(&commit, work->clone, id)) == 0 &&
	    (rc = git_commit_tree(&top, commit)) == 0)
		rc = git_tree_entry_bypath(&entry, top, path);
	if (rc == 0 && git_tree_entry_type(entry) == GIT_OBJECT_TREE)
		rc = git_tree_lookup(found, work->clone,
		    git_tree_entry_id(entry));
	git_tree_entry_free(entry);
	git_tree_free(top);
	git_commit_free(commit);
	return rc == GIT_ENOTFOUND ? 0 : rc;
}

enum err
gitops_read_task(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	struct listing list = { .work = work, .e = ERR_OK };
	struct gitops_tip tip;
	git_tree *tree = NULL;
	enum err e;
	int rc;

	list.files = arena_array(work->ctx->mem, GITOPS_FILES_MAX,
	    sizeof(*list.files));
	if (list.files == NULL)
		return fail(work->ctx, ERR_INTERNAL, NULL, "no memory");
	if ((e = gitops_remote_fetch(work, &tip)) != ERR_OK || !tip.exists)
		return e;
	rc = directory_find(work, &tip.id, arg, &tree);
	if (rc == 0 && tree != NULL)
		rc = git_tree_walk(tree, GIT_TREEWALK_PRE, on_entry, &list);
	git_tree_free(tree);
	if (list.e != ERR_OK)
		return list.e;
	if (rc != 0)
		return gitops_fault(work, rc, "read a directory");
	(void)git_oid_tostr(answer->id, sizeof(answer->id), &tip.id);
	answer->n = (uint32_t)list.n;
	answer->files = list.files;
	return ERR_OK;
}

enum err
gitops_contains_task(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	const struct gitops_contains_order *order = arg;
	git_commit *commit = NULL;
	struct gitops_tip tip;
	git_oid of;
	enum err e;
	int rc;

	if ((rc = git_oid_fromstr(&of, order->tip)) != 0)
		return gitops_fault(work, rc, "read an id");
	rc = git_commit_lookup(&commit, work->clone, &of);
	git_commit_free(commit);
	if (rc != 0 && (e = gitops_remote_fetch(work, &tip)) != ERR_OK)
		return e;
	if (rc != 0) {
		rc = git_commit_lookup(&commit, work->clone, &of);
		git_commit_free(commit);
	}
	git_error_clear();
	if (rc == GIT_ENOTFOUND)
		return ERR_OK;	/* not on our branch: it holds nothing of it */
	return gitops_history_holds(work, order->id, &of, &answer->yes);
}

enum err
gitops_check_task(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	struct gitops_tip tip;
	enum err e;

	(void)arg;
	(void)answer;
	if ((e = gitops_remote_look(work, GIT_DIRECTION_FETCH, &tip)) !=
	    ERR_OK)
		return e;
	if (!tip.exists && !tip.empty)
		return fail(work->ctx, ERR_INVALID, "git_missing", "the Git "
		    "repository has no branch %s; make it, or set git_branch "
		    "right", work->repo->branch);
	return gitops_remote_look(work, GIT_DIRECTION_PUSH, &tip);
}
