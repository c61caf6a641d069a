/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clone: a cache, of which nothing is missed.  It is thrown away when it is
 * damaged, when it is of another repository, and when it has grown too large.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "modules/worker/git/gitops_lib.h"

#define ORIGIN		"origin"
#define PACKS_MAX	400	/* files of packs: two or three for a fetch */

/* cache_path - of the clone or its lock; NULL, with the fault */
static char *
cache_path(struct gitops_work *work, const char *end)
{
	char *path = text_printf(work->ctx->mem, "%s/%s%s",
	    work->repo->directory, work->name, end);

	if (path == NULL)
		(void)fail(work->ctx, ERR_INTERNAL, NULL,
		    "no memory for a path");
	return path;
}

enum err
gitops_cache_lock(struct gitops_work *work)
{
	const char *path = cache_path(work, ".lock");
	int fd, why;

	if (path == NULL)
		return ERR_INTERNAL;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	why = errno;
	if (fd == -1 && (why == ENOSPC || why == EDQUOT))
		return fail(work->ctx, ERR_UNAVAILABLE, "git_full",
		    "there is no room in git_directory");
	if (fd == -1)
		return fail(work->ctx, ERR_INVALID, "git_cache_failed",
		    "git_directory cannot be used: %s; make it a directory of "
		    "the worker's user", strerror(why));
	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return fail(work->ctx, ERR_UNAVAILABLE,
			    "git_cache_failed", "no lock in git_directory: %s",
			    strerror(errno));
	return ERR_OK;
}

/* What fts_read() finds below the clone. */
struct usage { int64_t bytes, packs; };

/* cache_walk - measures the files, or removes everything */
static bool
cache_walk(char *path, bool removes, struct usage *usage)
{
	char *paths[] = { path, NULL };
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	bool good = tree != NULL;
	FTSENT *one;

	while (good && (one = fts_read(tree)) != NULL) {
		if (one->fts_info == FTS_F) {
			usage->bytes += (int64_t)one->fts_statp->st_blocks *
			    512;
			usage->packs += strncmp(one->fts_name, "pack-", 5) ==
			    0;
		}
		if (!removes || one->fts_info == FTS_D)
			continue;
		good = (one->fts_info == FTS_DP ? rmdir(one->fts_accpath) :
		    unlink(one->fts_accpath)) == 0 || errno == ENOENT;
	}
	if (tree != NULL)
		(void)fts_close(tree);
	return good;
}

enum err
gitops_cache_drop(struct gitops_work *work)
{
	char *path = cache_path(work, "");
	struct usage usage = { 0, 0 };

	git_repository_free(work->clone);
	work->clone = NULL;
	if (path == NULL)
		return ERR_INTERNAL;
	if (cache_walk(path, true, &usage))
		return ERR_OK;
	return fail(work->ctx, ERR_UNAVAILABLE, "git_cache_failed", "the old "
	    "clone below git_directory cannot be removed: %s",
	    strerror(errno));
}

/* clone_usable - is it a clone of this repository, and small enough? */
static bool
clone_usable(struct gitops_work *work, char *path)
{
	struct usage usage = { 0, 0 };
	git_remote *origin = NULL;
	const char *url;
	bool good;

	if (!cache_walk(path, false, &usage) || usage.packs > PACKS_MAX ||
	    usage.bytes / (1 << 20) >= work->repo->cache_mib ||
	    git_repository_open_bare(&work->clone, path) != 0)
		return false;
	good = git_remote_lookup(&origin, work->clone, ORIGIN) == 0;
	url = good ? git_remote_url(origin) : NULL;
	good = url != NULL && strcmp(url, work->repo->url) == 0;
	git_remote_free(origin);
	return good;
}

enum err
gitops_cache_open(struct gitops_work *work)
{
	git_repository_init_options options = {
		.version = GIT_REPOSITORY_INIT_OPTIONS_VERSION,
		.flags = GIT_REPOSITORY_INIT_BARE |
		    GIT_REPOSITORY_INIT_MKDIR,
		.mode = 0700,
	};
	char *path = cache_path(work, "");
	git_remote *origin = NULL;
	enum err e;
	int rc;

	if (path == NULL)
		return ERR_INTERNAL;
	if (clone_usable(work, path))
		return ERR_OK;
	git_error_clear();
	if ((e = gitops_cache_drop(work)) != ERR_OK)
		return e;
	if ((rc = git_repository_init_ext(&work->clone, path, &options)) == 0)
		rc = git_remote_create(&origin, work->clone, ORIGIN,
		    work->repo->url);
	git_remote_free(origin);
	return rc == 0 ? ERR_OK : gitops_fault(work, rc, "make a clone");
}
