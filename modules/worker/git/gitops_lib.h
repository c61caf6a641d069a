/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share in the child: libgit2 and its work. */
#ifndef CAMELEER_GITOPS_LIB_H
#define CAMELEER_GITOPS_LIB_H

#include <git2.h>
#include <git2/sys/stream.h>

#include "modules/worker/git/gitops.h"

/* The work of one child. */
struct gitops_work {
	struct ctx		*ctx;
	const struct gitops_repo *repo;
	const char		*name;		/* of the clone */
	git_repository		*clone;
	int			 parent;	/* socket */
	int			 asks;		/* for credentials */
	bool			 distrusted;	/* by its key */
	bool			 moved;		/* the branch did */
	bool			 local;		/* the clone is to blame */
	const char		*refused;	/* why, says the server */
};

/* The branch at the server. */
struct gitops_tip {
	git_oid	id;
	bool	exists;
	bool	empty;		/* the repository has no branch at all */
};

/* gitops_fault.c: says what a failure of libgit2 means; never ERR_OK. */
enum err gitops_fault(struct gitops_work *work, int rc, const char *what)
    must_check;

/*
 * gitops_cache.c: only one child of the machine works on the clone; the lock
 * ends with the child.
 */
enum err gitops_cache_lock(struct gitops_work *work) must_check;
/* Opens the clone; one that cannot be used is replaced by an empty one. */
enum err gitops_cache_open(struct gitops_work *work) must_check;
/* Closes the clone and removes it. */
enum err gitops_cache_drop(struct gitops_work *work) must_check;

/*
 * gitops_stream.c: from now on libgit2 connects to the server of this URL only,
 * by HTTP and TLS; 0, or -1.
 */
int gitops_stream_only(const char *url) must_check;

/* gitops_remote.c: looks at the branch, without fetching anything. */
enum err gitops_remote_look(struct gitops_work *work, git_direction direction,
    struct gitops_tip *tip) must_check;
/* Looks, and fetches what the clone lacks. */
enum err gitops_remote_fetch(struct gitops_work *work, struct gitops_tip *tip)
    must_check;
/* ERR_OK with work->moved: refused, because the branch moved. */
enum err gitops_remote_push(struct gitops_work *work, const git_oid *id)
    must_check;

#endif
