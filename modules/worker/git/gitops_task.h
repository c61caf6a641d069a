/* SPDX-License-Identifier: Apache-2.0 */
/* What a child can be told to do; gitops.h says what each does. */
#ifndef CAMELEER_GITOPS_TASK_H
#define CAMELEER_GITOPS_TASK_H

#include "modules/worker/git/gitops_child.h"
#include "modules/worker/git/gitops_sign.h"

struct gitops_commit_order {
	const struct gitops_change	*change;
	const struct gitops_key		*key;	/* NULL: not signed */
};

struct gitops_contains_order { const char *id, *tip; };

/* arg: the struct above; id and yes of the answer are those of the result. */
enum err gitops_commit_task(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer) must_check;
/* arg: the path */
enum err gitops_read_task(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer) must_check;
enum err gitops_contains_task(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer) must_check;
/* arg: none */
enum err gitops_check_task(struct gitops_work *work, const void *arg,
    struct gitops_answer *answer) must_check;

/* Is `tip` the commit or a descendant of it?  An unknown one is not. */
enum err gitops_history_holds(struct gitops_work *work, const char *id,
    const git_oid *tip, bool *holds) must_check;

#endif
