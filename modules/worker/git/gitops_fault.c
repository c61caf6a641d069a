/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What failures of libgit2 mean.  Where its codes do not tell them apart, its
 * texts do; a text that is not known is a failure that may pass.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/log.h"
#include "modules/worker/git/gitops_lib.h"
#include "modules/worker/peer.h"

#define WORDS_MAX	160	/* of the library's or the server's text */

static bool
says_any(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(text, *words) != NULL)
			return true;
	return false;
}

/* fault_local - is it a failure of the clone, not of the server? */
static bool
fault_local(int klass)
{
	switch (klass) {
	case GIT_ERROR_OS:
	case GIT_ERROR_NET:
	case GIT_ERROR_HTTP:
	case GIT_ERROR_SSH:
	case GIT_ERROR_SSL:
	case GIT_ERROR_NONE:
	case GIT_ERROR_NOMEMORY:
	case GIT_ERROR_CALLBACK:
		return false;
	default:
		return true;
	}
}

static enum err
fault_untrusted(struct gitops_work *work)
{
	if (strncmp(work->repo->url, "ssh:", 4) == 0)
		return fail(work->ctx, ERR_INVALID, "git_untrusted", "the Git "
		    "server shows a host key that is not in git_known_hosts; "
		    "compare it with what its operator says, then add it");
	return fail(work->ctx, ERR_INVALID, "git_untrusted", "the certificate "
	    "of the Git server is not trusted; set git_ca to its CA, or renew "
	    "the certificate");
}

enum err
gitops_fault(struct gitops_work *work, int rc, const char *what)
{
	static const char *const denied[] = { "status code: 401",
	    "status code: 403", "authentication replays",
	    "Failed to authenticate", "Unable to extract public key", NULL };
	static const char *const missing[] = { "status code: 404",
	    "epository not found", "does not exist",
	    "does not appear to be a git repository",
	    "failed to resolve path", NULL };
	static const char *const full[] = { "No space left", "quota", NULL };
	const git_error *last = git_error_last();
	const char *text = last != NULL && last->message != NULL ?
	    peer_words(work->ctx, last->message, WORDS_MAX) : "no reason given";
	int klass = last != NULL ? last->klass : GIT_ERROR_NONE;

	log_event(LOG_WARN, "git_failed", LOG_TEXT("during", what),
	    LOG_INT("code", rc), LOG_INT("class", klass),
	    LOG_TEXT("detail", text));
	if (work->distrusted || rc == GIT_ECERTIFICATE)
		return fault_untrusted(work);
	if (rc == GIT_EAUTH || says_any(text, denied))
		return fail(work->ctx, ERR_INVALID, "git_denied", "the Git "
		    "server refuses our credentials; put a token that may "
		    "write into git.token, or a key into git.key, and check "
		    "git_user");
	work->local = work->clone != NULL && (fault_local(klass) ||
	    rc == GIT_ELOCKED || says_any(text, full) ||
	    strstr(text, work->repo->directory) != NULL);
	if (says_any(text, full))
		return fail(work->ctx, ERR_UNAVAILABLE, "git_full", "there is "
		    "no room for the clone of the Git repository; make room in "
		    "git_directory");
	if (work->local)
		return fail(work->ctx, ERR_UNAVAILABLE, "git_cache_failed",
		    "%s in the clone below git_directory failed: %s", what,
		    text);
	if (says_any(text, missing))
		return fail(work->ctx, ERR_INVALID, "git_missing", "the Git "
		    "server has no such repository, or hides it from us; set "
		    "git_url right, and give our account access");
	return fail(work->ctx, ERR_UNAVAILABLE, "git_unavailable",
	    "the Git server failed at `%s': %s", what, text);
}
