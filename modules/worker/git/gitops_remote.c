/* SPDX-License-Identifier: Apache-2.0 */
/* What goes over the network: looking, fetching, pushing. */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "modules/worker/git/gitops_lib.h"
#include "modules/worker/peer.h"

#define HOSTS_MAX	((size_t)64 << 10)	/* of git_known_hosts */
#define SSH_USER	"git"
#define PUSHED		"refs/cameleer/pushed"
#define REFUSED_MAX	160

static int
auth_fail(const char *why)
{
	git_error_set_str(GIT_ERROR_CALLBACK, why);
	return GIT_EAUTH;
}

/* on_credential - shows ours once; a second question means: refused */
static int
on_credential(git_credential **out, const char *url, const char *user,
    unsigned int kinds, void *arg)
{
	struct gitops_work *work = arg;
	const struct gitops_repo *repo = work->repo;

	(void)url;	/* ours: see gitops_stream.c */
	if (user == NULL)
		user = repo->user[0] != '\0' ? repo->user : SSH_USER;
	if ((kinds & GIT_CREDENTIAL_USERNAME) != 0)
		return git_credential_username_new(out, user);
	if (work->asks++ > 0)
		return auth_fail("the credential was refused");
	if ((kinds & GIT_CREDENTIAL_SSH_KEY) != 0 && repo->ssh_key != NULL)
		return git_credential_ssh_key_new(out, user, NULL,
		    repo->ssh_key, NULL);
	if ((kinds & GIT_CREDENTIAL_USERPASS_PLAINTEXT) != 0 &&
	    repo->token != NULL)
		return git_credential_userpass_plaintext_new(out, user,
		    repo->token);
	return auth_fail("there is no credential for this server");
}

/* hosts_text - git_known_hosts, or "" when it cannot be read */
static const char *
hosts_text(struct gitops_work *work)
{
	char *text = arena_get(work->ctx->mem, HOSTS_MAX + 1);
	ssize_t n = -1;
	int fd;

	if (text == NULL || work->repo->known_hosts == NULL)
		return "";
	fd = open(work->repo->known_hosts, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, text, HOSTS_MAX);
		(void)close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* host_known - does a line of the file hold this key? */
static bool
host_known(struct gitops_work *work, const git_cert_hostkey *key)
{
	struct str rest = str_of(hosts_text(work)), line, word;
	const char *wanted;

	if ((key->type & GIT_CERT_SSH_RAW) == 0 || base64_encode(work->ctx,
	    key->hostkey, key->hostkey_len, &wanted) != ERR_OK)
		return false;
	while (rest.len > 0) {
		line = str_cut(&rest, '\n');
		if (str_starts(line, "#") || str_starts(line, "@"))
			continue;
		while (line.len > 0) {
			word = str_cut(&line, ' ');
			if (str_is(word, wanted))
				return true;
		}
	}
	return false;
}

/* on_certificate - is the server the one that the operator named? */
static int
on_certificate(git_cert *cert, int valid, const char *host, void *arg)
{
	struct gitops_work *work = arg;
	bool good = valid != 0;

	(void)host;
	if (cert->cert_type == GIT_CERT_HOSTKEY_LIBSSH2)
		good = host_known(work, (const git_cert_hostkey *)cert);
	work->distrusted = !good;
	return good ? 0 : GIT_ECERTIFICATE;
}

/* on_progress - ends a fetch that is larger than the clone may be */
static int
on_progress(const git_indexer_progress *stats, void *arg)
{
	const struct gitops_work *work = arg;

	if ((int64_t)(stats->received_bytes >> 20) < work->repo->cache_mib)
		return 0;
	git_error_set_str(GIT_ERROR_NET, "the repository is larger than "
	    "git_cache_mib");
	return -1;
}

/* on_reference - what the server says of the branch that was pushed */
static int
on_reference(const char *name, const char *status, void *arg)
{
	static const char *const moved[] = { "non-fast-forward",
	    "fetch first", "failed to update ref", "cannot lock ref",
	    "incorrect old value", "already exists", NULL };
	struct gitops_work *work = arg;
	size_t i;

	(void)name;
	if (status == NULL)
		return 0;
	for (i = 0; moved[i] != NULL; i++)
		work->moved = work->moved || strstr(status, moved[i]) != NULL;
	if (!work->moved)
		work->refused = peer_words(work->ctx, status, REFUSED_MAX);
	return 0;
}

static git_remote_callbacks
work_callbacks(struct gitops_work *work)
{
	work->asks = 0;
	return (git_remote_callbacks){
		.version = GIT_REMOTE_CALLBACKS_VERSION,
		.credentials = on_credential,
		.certificate_check = on_certificate,
		.transfer_progress = on_progress,
		.push_update_reference = on_reference,
		.payload = work,
	};
}

static const char *
branch_name(struct gitops_work *work, const char *folder)
{
	const char *name = text_printf(work->ctx->mem, "refs/%s/%s", folder,
	    work->repo->branch);

	return name != NULL ? name : "";
}

/* remote_connect - opens a connection, in *remote even when it fails */
static int
remote_connect(struct gitops_work *work, git_direction direction,
    git_remote **remote)
{
	const git_remote_connect_options options = {
		.version = GIT_REMOTE_CONNECT_OPTIONS_VERSION,
		.callbacks = work_callbacks(work),
		.proxy_opts.version = GIT_PROXY_OPTIONS_VERSION,
		.follow_redirects = GIT_REMOTE_REDIRECT_NONE,
	};
	int rc;

	*remote = NULL;
	rc = git_remote_create_anonymous(remote, work->clone,
	    work->repo->url);
	if (rc != 0)
		return rc;
	return git_remote_connect_ext(*remote, direction, &options);
}

/* remote_heads - finds the branch in what the server lists */
static int
remote_heads(struct gitops_work *work, git_remote *remote,
    struct gitops_tip *tip)
{
	const char *name = branch_name(work, "heads");
	const git_remote_head **heads;
	size_t n, i;
	int rc;

	if ((rc = git_remote_ls(&heads, &n, remote)) != 0)
		return rc;
	*tip = (struct gitops_tip){ .exists = false, .empty = true };
	for (i = 0; i < n; i++) {
		if (strncmp(heads[i]->name, "refs/heads/", 11) == 0)
			tip->empty = false;
		if (strcmp(heads[i]->name, name) != 0)
			continue;
		tip->exists = true;
		tip->id = heads[i]->oid;
	}
	return 0;
}

enum err
gitops_remote_look(struct gitops_work *work, git_direction direction,
    struct gitops_tip *tip)
{
	git_remote *remote;
	int rc = remote_connect(work, direction, &remote);

	if (rc == 0)
		rc = remote_heads(work, remote, tip);
	git_remote_free(remote);
	return rc == 0 ? ERR_OK : gitops_fault(work, rc, "look at the branch");
}

/* clone_has - is the commit there?  Packs arrive whole or not at all. */
static bool
clone_has(struct gitops_work *work, const git_oid *id)
{
	git_commit *commit = NULL;
	bool has = git_commit_lookup(&commit, work->clone, id) == 0;

	git_commit_free(commit);
	git_error_clear();
	return has;
}

/* clone_note - what the clone has: the next fetch gets only what is new */
static int
clone_note(struct gitops_work *work, const git_oid *id)
{
	git_reference *ref = NULL;
	int rc = git_reference_create(&ref, work->clone,
	    branch_name(work, "remotes/origin"), id, 1, NULL);

	git_reference_free(ref);
	return rc;
}

static int
remote_download(struct gitops_work *work, git_remote *remote)
{
	const git_fetch_options options = {
		.version = GIT_FETCH_OPTIONS_VERSION,
		.callbacks = work_callbacks(work),
		.proxy_opts.version = GIT_PROXY_OPTIONS_VERSION,
		.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE,
		.follow_redirects = GIT_REMOTE_REDIRECT_NONE,
	};
	char *spec = text_printf(work->ctx->mem, "+%s:%s", branch_name(work,
	    "heads"), branch_name(work, "remotes/origin"));
	const git_strarray specs = { &spec, 1 };

	if (spec == NULL)
		return -1;
	return git_remote_download(remote, &specs, &options);
}

enum err
gitops_remote_fetch(struct gitops_work *work, struct gitops_tip *tip)
{
	git_remote *remote;
	int rc = remote_connect(work, GIT_DIRECTION_FETCH, &remote);

	if (rc == 0)
		rc = remote_heads(work, remote, tip);
	if (rc == 0 && tip->exists && !clone_has(work, &tip->id))
		rc = remote_download(work, remote);
	if (rc == 0 && tip->exists)
		rc = clone_note(work, &tip->id);
	git_remote_free(remote);
	return rc == 0 ? ERR_OK : gitops_fault(work, rc, "fetch");
}

/* push_start - sends the commit; the server's words come to on_reference() */
static int
push_start(struct gitops_work *work, const git_oid *id)
{
	const git_push_options options = {
		.version = GIT_PUSH_OPTIONS_VERSION,
		.pb_parallelism = 1,
		.callbacks = work_callbacks(work),
		.proxy_opts.version = GIT_PROXY_OPTIONS_VERSION,
		.follow_redirects = GIT_REMOTE_REDIRECT_NONE,
	};
	char *spec = text_printf(work->ctx->mem, PUSHED ":%s",
	    branch_name(work, "heads"));
	const git_strarray specs = { &spec, 1 };
	git_reference *ref = NULL;
	git_remote *remote = NULL;
	int rc = -1;

	if (spec != NULL)
		rc = git_reference_create(&ref, work->clone, PUSHED, id, 1,
		    NULL);
	git_reference_free(ref);
	if (rc == 0)
		rc = git_remote_create_anonymous(&remote, work->clone,
		    work->repo->url);
	if (rc == 0)
		rc = git_remote_push(remote, &specs, &options);
	git_remote_free(remote);
	return rc;
}

enum err
gitops_remote_push(struct gitops_work *work, const git_oid *id)
{
	int rc;

	work->moved = false;
	work->refused = NULL;
	rc = push_start(work, id);
	if (rc == GIT_ENONFASTFORWARD || work->moved) {
		git_error_clear();
		work->moved = true;
		return ERR_OK;
	}
	if (work->refused != NULL)
		return fail(work->ctx, ERR_INVALID, "git_rejected", "the Git "
		    "server does not take our commit: %s; let our account push "
		    "to git_branch", work->refused);
	if (rc != 0)
		return gitops_fault(work, rc, "push");
	rc = clone_note(work, id);
	return rc == 0 ? ERR_OK : gitops_fault(work, rc, "note a commit");
}
