/* SPDX-License-Identifier: Apache-2.0 */
/* Settings, credentials, and what is asked of a child. */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/str.h"
#include "libshared/skeleton/process.h"
#include "modules/worker/git/gitops_task.h"

#define WHAT_MAX	72	/* of a subject, with the tenant before it */
#define CLONE		"clone"
#define PROBE		"probe"	/* stays empty: a check waits for nobody */
#define CHECK_S		15	/* for a look; nobody waits for longer */
#define NAME_FIRST	"abcdefghijklmnopqrstuvwxyz" \
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define NAME_CHARS	NAME_FIRST ".-"

static const struct setting git_settings[] = {
	SETTING(gitops_conf, git_url, GIT_URL, "", 0, 1023,
	    "GitOps repository of the clusters; empty: there is none."),
	SETTING(gitops_conf, git_branch, TEXT, "main", 1, 200,
	    "Branch there that the platform writes and Flux reads."),
	SETTING(gitops_conf, git_ca, PATH, "", 0, 255,
	    "CA certificates (PEM) for the Git server."),
	SETTING(gitops_conf, git_known_hosts, PATH, "", 0, 255,
	    "Host keys of the Git server for ssh://, as ssh-keyscan prints "
	    "them."),
	SETTING(gitops_conf, git_user, TEXT, "", 0, 255,
	    "Account there; its token is the credential git.token, its SSH "
	    "key the credential git.key."),
	SETTING(gitops_conf, git_author, TEXT, "Cameleer", 1, 255,
	    "Author of our commits; the credential git.signing signs them."),
	SETTING(gitops_conf, git_author_mail, TEXT, "cameleer@localhost", 1,
	    255, "Address of that author."),
	SETTING(gitops_conf, git_directory, PATH, "/var/cache/cameleer/git",
	    1, 255, "Directory for a clone, which may be lost at any time."),
	SETTING(gitops_conf, git_cache_mib, INT, "1024", 16, 65536,
	    "MiB that the clone may have."),
	SETTING(gitops_conf, git_timeout_s, INT, "120", 5, 500,
	    "Seconds that one exchange with the Git server may take."),
	SETTINGS_END
};

const struct gitops_conf *
gitops_conf(void)
{
	return conf_part(process.conf, git_settings,
	    sizeof(struct gitops_conf));
}

static const char *
text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

/* credential_opt - *text stays NULL when none is configured */
static enum err
credential_opt(struct ctx *ctx, const char *name, const char **text)
{
	if (conf_credential_path(ctx, name) == NULL)
		return ERR_OK;
	return conf_credential(ctx, name, text);
}

enum err
gitops_repo_open(struct ctx *ctx, struct gitops_repo *repo)
{
	const struct gitops_conf *conf = gitops_conf();
	struct gitops_repo made = {
		.url = conf->git_url, .branch = conf->git_branch,
		.ca_file = text_or_null(conf->git_ca),
		.known_hosts = text_or_null(conf->git_known_hosts),
		.user = conf->git_user, .author = conf->git_author,
		.author_mail = conf->git_author_mail,
		.directory = conf->git_directory,
		.cache_mib = conf->git_cache_mib,
		.timeout_s = conf->git_timeout_s,
		.ssh_key = conf_credential_path(ctx, "git.key"),
	};
	enum err e;

	if (conf->git_url[0] == '\0')
		return fail(ctx, ERR_INVALID, "git_missing",
		    "git_url is not set: there is no GitOps repository");
	if ((e = credential_opt(ctx, "git.token", &made.token)) != ERR_OK ||
	    (e = credential_opt(ctx, "git.signing", &made.signing)) != ERR_OK)
		return e;
	*repo = made;
	return ERR_OK;
}

/* path_valid - plain names with / between them; none begins with a dot */
static bool
path_valid(const char *path)
{
	struct str rest = str_of(path), name;

	if (rest.len == 0 || rest.len > GITOPS_PATH_MAX ||
	    rest.p[rest.len - 1] == '/')
		return false;
	while (rest.len > 0) {
		name = str_cut(&rest, '/');
		if (name.len == 0 || strchr(NAME_FIRST, name.p[0]) == NULL ||
		    strspn(name.p, NAME_CHARS) < name.len)
			return false;
	}
	return true;
}

static bool
word_valid(const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text);

	return len > 0 && len <= GITOPS_PATH_MAX &&
	    strspn(text, NAME_CHARS) == len;
}

static bool
id_valid(const char *id)
{
	return strlen(id) == GITOPS_ID_MAX - 1 &&
	    strspn(id, "0123456789abcdef") == GITOPS_ID_MAX - 1;
}

/* what_valid - one line, which ends up in a subject and in no trailer */
static bool
what_valid(const struct gitops_change *change)
{
	size_t len = change->what == NULL ? 0 : strlen(change->what), i;

	for (i = 0; i < len; i++)
		if (change->what[i] < 0x20 || change->what[i] == 0x7f)
			return false;
	return len > 0 && str_utf8(str_of(change->what)) &&
	    strlen(change->tenant) + 2 + len <= WHAT_MAX;
}

static bool
files_valid(const struct gitops_change *change)
{
	size_t i, bytes = 0;

	if (change->n > GITOPS_FILES_MAX)
		return false;
	for (i = 0; i < change->n; i++) {
		if (!path_valid(change->files[i].name) ||
		    change->files[i].content.len > GITOPS_FILE_MAX)
			return false;
		bytes += change->files[i].content.len;
	}
	return bytes <= GITOPS_TREE_MAX;
}

/* beside_valid - a file that is in no directory of the change */
static bool
beside_valid(const struct gitops_change *change)
{
	const struct gitops_file *beside = change->beside;
	size_t len = strlen(change->path);

	return beside == NULL || (path_valid(beside->name) &&
	    beside->content.len <= GITOPS_FILE_MAX &&
	    (strncmp(beside->name, change->path, len) != 0 ||
	    (beside->name[len] != '/' && beside->name[len] != '\0')));
}

static bool
change_valid(const struct gitops_change *change)
{
	return path_valid(change->path) && files_valid(change) &&
	    beside_valid(change) &&
	    word_valid(change->operation) && word_valid(change->actor) &&
	    word_valid(change->tenant) && what_valid(change) &&
	    (change->known == NULL || id_valid(change->known));
}

enum err
gitops_commit_directory(struct ctx *ctx, const struct gitops_repo *repo,
    const struct gitops_change *change, struct gitops_commit *commit)
{
	struct gitops_commit_order order = { .change = change };
	const struct gitops_task task = { gitops_commit_task, &order, CLONE,
	    repo->timeout_s };
	struct gitops_answer answer;
	struct gitops_key *key;
	enum err e;

	if (!change_valid(change))
		return fail(ctx, ERR_INVALID, "git_change_invalid", "a name, "
		    "a size or a word of the change cannot be committed");
	if (repo->signing != NULL) {
		if ((key = arena_get(ctx->secrets, sizeof(*key))) == NULL)
			return fail(ctx, ERR_INTERNAL, NULL, "no memory");
		if ((e = gitops_key_read(ctx, str_of(repo->signing), key)) !=
		    ERR_OK)
			return e;
		order.key = key;
	}
	if ((e = gitops_child_run(ctx, repo, &task, &answer)) != ERR_OK)
		return e;
	memcpy(commit->id, answer.id, sizeof(commit->id));
	commit->made = answer.yes;
	return ERR_OK;
}

enum err
gitops_tree_read(struct ctx *ctx, const struct gitops_repo *repo,
    const char *path, struct gitops_tree *tree)
{
	const struct gitops_task task = { gitops_read_task, path, CLONE,
	    repo->timeout_s };
	struct gitops_answer answer;
	enum err e;

	if (!path_valid(path))
		return fail(ctx, ERR_INVALID, "git_change_invalid",
		    "there is no such directory in a GitOps repository");
	if ((e = gitops_child_run(ctx, repo, &task, &answer)) != ERR_OK)
		return e;
	memcpy(tree->id, answer.id, sizeof(tree->id));
	tree->files = answer.files;
	tree->n = answer.n;
	return ERR_OK;
}

enum err
gitops_contains(struct ctx *ctx, const struct gitops_repo *repo,
    const char *id, const char *tip, bool *contains)
{
	const struct gitops_contains_order order = { id, tip };
	const struct gitops_task task = { gitops_contains_task, &order, CLONE,
	    repo->timeout_s };
	struct gitops_answer answer;
	enum err e;

	if (!id_valid(id) || !id_valid(tip))
		return fail(ctx, ERR_INVALID, "git_change_invalid",
		    "a commit has an id of 40 hexadecimal digits");
	if ((e = gitops_child_run(ctx, repo, &task, &answer)) != ERR_OK)
		return e;
	*contains = answer.yes;
	return ERR_OK;
}

enum err
gitops_check(struct ctx *ctx, const struct gitops_repo *repo)
{
	const struct gitops_task task = { gitops_check_task, NULL, PROBE,
	    CHECK_S };
	struct gitops_answer answer;

	return gitops_child_run(ctx, repo, &task, &answer);
}
