/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a piece of work with libgit2 in a child, which may hang, crash or be
 * taken over by what it reads: it is killed at the deadline, and its answer is
 * checked.
 */
#ifndef CAMELEER_GITOPS_CHILD_H
#define CAMELEER_GITOPS_CHILD_H

#include "modules/worker/git/gitops_lib.h"

#define GITOPS_CODE_MAX		48
#define GITOPS_DETAIL_MAX	400

struct gitops_answer {
	int32_t		err;			/* enum err */
	char		code[GITOPS_CODE_MAX];
	char		detail[GITOPS_DETAIL_MAX];
	char		id[GITOPS_ID_MAX];
	bool		yes;
	uint32_t	n;			/* files that follow */
	const struct gitops_file *files;	/* in the child only */
};

/* What the child does; it fails through work->ctx. */
typedef enum err (*gitops_task_fn)(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer);

struct gitops_task {
	gitops_task_fn	 run;
	const void	*arg;
	const char	*clone;		/* its name in git_directory */
	int64_t		 timeout_s;
};

/* Files of the answer are in ctx->mem. */
enum err gitops_child_run(struct ctx *ctx, const struct gitops_repo *repo,
    const struct gitops_task *task, struct gitops_answer *answer) must_check;

/* In the child: ERR_CONFLICT job_lost when the job was lost meanwhile. */
enum err gitops_child_ask(struct gitops_work *work) must_check;

#endif
