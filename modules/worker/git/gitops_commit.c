/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaces a directory by a commit.  Start reading at gitops_commit_task(), at
 * the bottom.
 */
#include "config.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/git/gitops_task.h"

#define TRIES_MAX	12	/* commits on a branch that keeps moving */
#define LOST_MAX	2	/* pushes without an answer */
#define WAIT_MS		20	/* doubled with each try, up to ... */
#define WAIT_MAX_MS	2000
#define LOOK_BACK_MAX	10000	/* commits searched for the operation, ... */
#define LOOK_BACK_S	INT64_C(604800)	/* 7 days */
#define OLD_MAX		500	/* ... and of those that are older */

/* One attempt: the branch as it is, and what shall follow it. */
struct attempt {
	const struct gitops_commit_order	*order;
	struct gitops_tip			 tip;
	git_commit				*parent;	/* or NULL */
	git_tree				*before;	/* or NULL */
	git_oid					 after;		/* tree */
	git_oid					 made;
	int					 lost;
};

static void
attempt_clear(struct attempt *attempt)
{
	git_tree_free(attempt->before);
	git_commit_free(attempt->parent);
	attempt->before = NULL;
	attempt->parent = NULL;
}

/* tip_load - fetches the branch, and reads its last commit */
static enum err
tip_load(struct gitops_work *work, struct attempt *attempt)
{
	enum err e;
	int rc;

	attempt_clear(attempt);
	if ((e = gitops_remote_fetch(work, &attempt->tip)) != ERR_OK ||
	    !attempt->tip.exists)
		return e;
	if ((rc = git_commit_lookup(&attempt->parent, work->clone,
	    &attempt->tip.id)) != 0 ||
	    (rc = git_commit_tree(&attempt->before, attempt->parent)) != 0)
		return gitops_fault(work, rc, "read the branch");
	return ERR_OK;
}

/* tip_follows - refuses a branch that lost what it was seen with */
static enum err
tip_follows(struct gitops_work *work, const struct attempt *attempt)
{
	const char *known = attempt->order->change->known;
	bool holds = known == NULL;
	enum err e;

	if (known != NULL && attempt->tip.exists &&
	    (e = gitops_history_holds(work, known, &attempt->tip.id,
	    &holds)) != ERR_OK)
		return e;
	return holds ? ERR_OK : fail(work->ctx, ERR_INVALID,
	    "history_rewritten", "the branch in the Git repository does not "
	    "hold commit %.12s any more; restore it there", known);
}

/* commit_names - does the message hold this line? */
static bool
commit_names(const git_commit *commit, const char *line)
{
	const char *text = git_commit_message_raw(commit);

	return text != NULL && strstr(text, line) != NULL;
}

/*
 * operation_find - looks for a commit of this operation: its push was accepted,
 * and its answer lost
 */
static enum err
operation_find(struct gitops_work *work, const struct attempt *attempt,
    git_oid *id, bool *found)
{
	const char *line = text_printf(work->ctx->mem, "\nOperation: %s\n",
	    attempt->order->change->operation);
	const int64_t since = (int64_t)time(NULL) - LOOK_BACK_S;
	git_revwalk *walk = NULL;
	git_commit *commit = NULL;
	int rc, n, old = 0;

	*found = false;
	if (!attempt->tip.exists)
		return ERR_OK;
	if (line == NULL)
		return fail(work->ctx, ERR_INTERNAL, NULL, "no memory");
	if ((rc = git_revwalk_new(&walk, work->clone)) == 0 &&
	    (rc = git_revwalk_sorting(walk, GIT_SORT_TIME)) == 0)
		rc = git_revwalk_push(walk, &attempt->tip.id);
	for (n = 0; rc == 0 && !*found && n < LOOK_BACK_MAX &&
	    old < OLD_MAX; n++) {
		if ((rc = git_revwalk_next(id, walk)) == 0)
			rc = git_commit_lookup(&commit, work->clone, id);
		if (rc == 0) {
			*found = commit_names(commit, line);
			old += git_commit_time(commit) < since;
		}
		git_commit_free(commit);
		commit = NULL;
	}
	git_revwalk_free(walk);
	return rc == 0 || rc == GIT_ITEROVER ? ERR_OK :
	    gitops_fault(work, rc, "read the history");
}

/* path_clear - refuses a path on which a file stands in the way */
static enum err
path_clear(struct gitops_work *work, const struct attempt *attempt,
    const char *path)
{
	const char *end = path;
	git_tree_entry *entry;
	bool taken = false;
	char *part;

	while (end != NULL && attempt->before != NULL && !taken) {
		end = strchr(end, '/');
		part = arena_text(work->ctx->mem, path, end == NULL ?
		    strlen(path) : (size_t)(end - path));
		if (part != NULL && git_tree_entry_bypath(&entry,
		    attempt->before, part) == 0) {
			taken = git_tree_entry_type(entry) != GIT_OBJECT_TREE;
			git_tree_entry_free(entry);
		}
		end = end == NULL ? NULL : end + 1;
	}
	git_error_clear();
	return !taken ? ERR_OK : fail(work->ctx, ERR_INVALID,
	    "git_path_taken", "a file stands in the Git repository where the "
	    "directory %s belongs; remove it there", path);
}

/* parent_of - the directory of a file; NULL: the top one */
static const char *
parent_of(struct ctx *ctx, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? NULL : arena_text(ctx->mem, path,
	    (size_t)(slash - path));
}

/* files_tree - a tree of exactly the files of the change */
static int
files_tree(struct gitops_work *work, const struct gitops_change *change,
    git_oid *id)
{
	git_tree_update *updates = arena_array(work->ctx->mem, change->n + 1,
	    sizeof(*updates));
	int rc = updates == NULL ? -1 : 0;
	size_t i;

	for (i = 0; rc == 0 && i < change->n; i++) {
		updates[i].action = GIT_TREE_UPDATE_UPSERT;
		updates[i].filemode = GIT_FILEMODE_BLOB;
		updates[i].path = change->files[i].name;
		rc = git_blob_create_from_buffer(&updates[i].id, work->clone,
		    change->files[i].content.p, change->files[i].content.len);
	}
	return rc != 0 ? rc : git_tree_create_updated(id, work->clone, NULL,
	    change->n, updates);
}

/* path_exists - is there something to remove? */
static bool
path_exists(const struct attempt *attempt, const char *path)
{
	git_tree_entry *entry = NULL;
	bool exists = attempt->before != NULL && git_tree_entry_bypath(&entry,
	    attempt->before, path) == 0;

	git_tree_entry_free(entry);
	git_error_clear();
	return exists;
}

/* One or two updates of the branch's tree. */
struct updates { git_tree_update rows[2]; size_t n; };

/* directory_update - what libgit2 does also removes directories left empty */
static int
directory_update(struct gitops_work *work, const struct attempt *attempt,
    struct updates *updates)
{
	const struct gitops_change *change = attempt->order->change;
	git_tree_update *update = &updates->rows[updates->n];

	*update = (git_tree_update){ .action = GIT_TREE_UPDATE_UPSERT,
	    .filemode = GIT_FILEMODE_TREE, .path = change->path };
	if (change->n > 0) {
		updates->n++;
		return files_tree(work, change, &update->id);
	}
	update->action = GIT_TREE_UPDATE_REMOVE;
	updates->n += path_exists(attempt, change->path);
	return 0;
}

/* beside_update - the same for the file that is elsewhere */
static int
beside_update(struct gitops_work *work, const struct attempt *attempt,
    struct updates *updates)
{
	const struct gitops_file *beside = attempt->order->change->beside;
	git_tree_update *update = &updates->rows[updates->n];

	*update = (git_tree_update){ .action = GIT_TREE_UPDATE_UPSERT,
	    .filemode = GIT_FILEMODE_BLOB, .path = beside->name };
	if (beside->content.p != NULL) {
		updates->n++;
		return git_blob_create_from_buffer(&update->id, work->clone,
		    beside->content.p, beside->content.len);
	}
	update->action = GIT_TREE_UPDATE_REMOVE;
	updates->n += path_exists(attempt, beside->name);
	return 0;
}

/* tree_build - the tree of the branch with the directory replaced */
static enum err
tree_build(struct gitops_work *work, struct attempt *attempt)
{
	const struct gitops_change *change = attempt->order->change;
	const char *above = change->beside == NULL ? NULL :
	    parent_of(work->ctx, change->beside->name);
	struct updates updates = { .n = 0 };
	enum err e;
	int rc;

	if ((e = path_clear(work, attempt, change->path)) != ERR_OK ||
	    (above != NULL && (e = path_clear(work, attempt, above)) !=
	    ERR_OK))
		return e;
	if ((rc = directory_update(work, attempt, &updates)) == 0 &&
	    (change->beside == NULL || (rc = beside_update(work, attempt,
	    &updates)) == 0))
		rc = git_tree_create_updated(&attempt->after, work->clone,
		    attempt->before, updates.n, updates.rows);
	return rc == 0 ? ERR_OK : gitops_fault(work, rc, "build a tree");
}

/* tree_same - is there nothing to commit? */
static bool
tree_same(const struct attempt *attempt)
{
	const struct gitops_file *beside = attempt->order->change->beside;

	if (attempt->before == NULL)
		return attempt->order->change->n == 0 &&
		    (beside == NULL || beside->content.p == NULL);
	return git_oid_equal(git_tree_id(attempt->before), &attempt->after);
}

/* commit_write - stores the commit, signed when there is a key */
static enum err
commit_write(struct gitops_work *work, struct attempt *attempt,
    const git_buf *content)
{
	const struct str data = { content->ptr, content->size };
	const char *signature = NULL;
	enum err e;
	int rc;

	if (attempt->order->key != NULL && (e = gitops_sign(work->ctx,
	    attempt->order->key, data, &signature)) != ERR_OK)
		return e;
	rc = git_commit_create_with_signature(&attempt->made, work->clone,
	    content->ptr, signature, NULL);
	return rc == 0 ? ERR_OK : gitops_fault(work, rc, "store a commit");
}

static enum err
commit_make(struct gitops_work *work, struct attempt *attempt)
{
	const struct gitops_change *change = attempt->order->change;
	const git_commit *parents[] = { attempt->parent };
	git_buf content = { NULL, 0, 0 };
	git_signature *author = NULL;
	git_tree *tree = NULL;
	const char *message;
	enum err e;
	int rc;

	message = text_printf(work->ctx->mem, "%s: %s\n\nOperation: %s\n"
	    "Actor: %s\nTenant: %s\n", change->tenant, change->what,
	    change->operation, change->actor, change->tenant);
	if (message == NULL)
		return fail(work->ctx, ERR_INTERNAL, NULL, "no memory");
	if ((rc = git_signature_now(&author, work->repo->author,
	    work->repo->author_mail)) == 0 &&
	    (rc = git_tree_lookup(&tree, work->clone, &attempt->after)) == 0)
		rc = git_commit_create_buffer(&content, work->clone, author,
		    author, NULL, message, tree, attempt->parent != NULL,
		    parents);
	e = rc == 0 ? commit_write(work, attempt, &content) :
	    gitops_fault(work, rc, "make a commit");
	git_buf_dispose(&content);
	git_tree_free(tree);
	git_signature_free(author);
	return e;
}

/* wait_turn - longer with each try, and at random: others try as well */
static void
wait_turn(int tries)
{
	int longest = WAIT_MS << (tries < 7 ? tries : 7);
	uint16_t chance;

	if (longest > WAIT_MAX_MS)
		longest = WAIT_MAX_MS;
	crypto_random(&chance, sizeof(chance));
	(void)poll(NULL, 0, longest / 2 + chance % (longest / 2 + 1));
}

/*
 * push_try - ERR_OK with *done false: the branch moved, or the answer was lost,
 * and the next attempt finds out what became of it
 */
static enum err
push_try(struct gitops_work *work, struct attempt *attempt, bool *done)
{
	enum err e;

	if ((e = gitops_child_ask(work)) != ERR_OK)
		return e;
	e = gitops_remote_push(work, &attempt->made);
	*done = e == ERR_OK && !work->moved;
	if (e != ERR_UNAVAILABLE || work->local || attempt->lost++ >= LOST_MAX)
		return e;
	fail_clear(work->ctx);
	return ERR_OK;
}

/* attempt_run - one try from the fetch to the push */
static enum err
attempt_run(struct gitops_work *work, struct attempt *attempt,
    struct gitops_answer *answer, bool *done)
{
	git_oid id;
	enum err e;

	if ((e = tip_load(work, attempt)) != ERR_OK ||
	    (e = tip_follows(work, attempt)) != ERR_OK ||
	    (e = operation_find(work, attempt, &id, done)) != ERR_OK)
		return e;
	answer->yes = true;
	if (!*done) {
		if ((e = tree_build(work, attempt)) != ERR_OK)
			return e;
		answer->yes = !tree_same(attempt);
		*done = !answer->yes;
		id = attempt->tip.id;
	}
	if (!*done) {
		if ((e = commit_make(work, attempt)) != ERR_OK ||
		    (e = push_try(work, attempt, done)) != ERR_OK)
			return e;
		id = attempt->made;
	}
	if (*done && (answer->yes || attempt->tip.exists))
		(void)git_oid_tostr(answer->id, sizeof(answer->id), &id);
	return ERR_OK;
}

enum err
gitops_commit_task(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer)
{
	struct attempt attempt = { .order = arg };
	bool done = false;
	enum err e;
	int tries;

	for (tries = 0; tries < TRIES_MAX; tries++) {
		if (tries > 0)
			wait_turn(tries);
		e = attempt_run(work, &attempt, answer, &done);
		if (e == ERR_OK && !done)
			continue;
		attempt_clear(&attempt);
		return e;
	}
	attempt_clear(&attempt);
	return fail(work->ctx, ERR_UNAVAILABLE, "git_busy", "others changed "
	    "the branch in the Git repository %d times meanwhile; the "
	    "operation tries again", TRIES_MAX);
}
