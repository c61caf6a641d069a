/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at the GitOps repository, before a tenant needs it: reachable, trusted,
 * with the branch, and open for our pushes.  cameleerctl doctor shows the
 * result.
 */
#include "config.h"

#include "modules/worker/git/gitops.h"
#include "modules/worker/rounds/rounds.h"

enum err
gitops_round(struct ctx *ctx)
{
	struct gitops_repo repo;
	enum err e;

	if (gitops_conf()->git_url[0] == '\0')
		return ERR_OK;
	if ((e = gitops_repo_open(ctx, &repo)) != ERR_OK)
		return e;
	return gitops_check(ctx, &repo);
}
