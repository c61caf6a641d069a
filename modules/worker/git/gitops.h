/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client of one branch of a Git repository: reads a directory of it, and
 * replaces one by a commit (M3.3).
 *
 * Each call runs in a child process with a deadline, over a local clone that is
 * only a cache: a damaged one is thrown away.  ERR_UNAVAILABLE: try again;
 * ERR_INVALID: an operator must act, and the detail says how; ERR_CONFLICT
 * job_lost: another attempt has the job.  Nothing is ever forced on the branch
 * (docs/decisions/0012-git.md).
 */
#ifndef CAMELEER_GITOPS_H
#define CAMELEER_GITOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

#define GITOPS_ID_MAX	41		/* 40 hexadecimal digits and the NUL */
#define GITOPS_PATH_MAX	255
#define GITOPS_FILES_MAX	1000		/* of one directory */
#define GITOPS_FILE_MAX	((size_t)1 << 20)
#define GITOPS_TREE_MAX	((size_t)8 << 20)	/* all its files together */

struct gitops_conf {
	const char	*git_url, *git_branch, *git_ca, *git_known_hosts;
	const char	*git_user, *git_author, *git_author_mail;
	const char	*git_directory;
	int64_t		 git_cache_mib, git_timeout_s;
};
const struct gitops_conf *gitops_conf(void);

struct gitops_repo {
	const char	*url, *branch;
	const char	*ca_file;	/* PEM; NULL: those of the system */
	const char	*known_hosts;	/* file with the host keys of SSH */
	const char	*user;		/* account that the token belongs to */
	const char	*author, *author_mail;
	const char	*directory;	/* where the clone is kept */
	int64_t		 cache_mib, timeout_s;
	const char	*token;		/* NULL, or in ctx->secrets */
	const char	*ssh_key;	/* NULL, or path of a private key */
	const char	*signing;	/* NULL, or an OpenSSH key's text */
};

struct gitops_file { const char *name; struct str content; };

/* A directory and exactly the files that it holds afterwards. */
struct gitops_change {
	const char		*path;		/* tenants/eu1/acme */
	const struct gitops_file	*files;	/* none: it is removed */
	size_t			 n;
	/*
	 * NULL, or one file elsewhere by its whole path, in the same commit;
	 * without content (p NULL) it is removed.
	 */
	const struct gitops_file	*beside;
	/* For the message: ids of operation and actor, not their names. */
	const char		*operation, *actor, *tenant, *what;
	/*
	 * A commit that the branch was seen with, or NULL: when the branch does
	 * not hold it any more, its history was rewritten and nothing is done.
	 */
	const char		*known;
};

struct gitops_commit {
	char	id[GITOPS_ID_MAX];	/* empty: the branch has none yet */
	bool	made;			/* false: nothing had to change */
};

struct gitops_tree {
	char			 id[GITOPS_ID_MAX];	/* of the commit */
	const struct gitops_file	*files;
	size_t			 n;
};

/* From settings and credentials; ERR_INVALID when git_url is empty. */
enum err gitops_repo_open(struct ctx *ctx, struct gitops_repo *repo) must_check;

/*
 * Commits on top of the branch and pushes; a branch that moved meanwhile is
 * fetched and the commit made anew.  A commit of the same operation that is
 * there already is the result: its push was accepted, and the answer lost.
 */
enum err gitops_commit_directory(struct ctx *ctx,
    const struct gitops_repo *repo, const struct gitops_change *change,
    struct gitops_commit *commit) must_check;

/* The files of a directory, or none when it does not exist, in ctx->mem. */
enum err gitops_tree_read(struct ctx *ctx, const struct gitops_repo *repo,
    const char *path, struct gitops_tree *tree) must_check;

/* Is the commit `id` the commit `tip`, or an ancestor of it? */
enum err gitops_contains(struct ctx *ctx, const struct gitops_repo *repo,
    const char *id, const char *tip, bool *contains) must_check;

/*
 * Is the repository there, with the branch (unless it is empty), and may we
 * push?  Changes nothing.
 */
enum err gitops_check(struct ctx *ctx, const struct gitops_repo *repo)
    must_check;

#endif
