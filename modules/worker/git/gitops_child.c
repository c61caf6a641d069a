/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child and its parent.  Start reading at gitops_child_run(), at the
 * bottom.
 *
 * The child asks with one byte before it changes the server, and the parent
 * looks whether the job is still its own.  After the byte ANSWER comes the
 * answer, and the end.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/skeleton/job.h"
#include "libshared/skeleton/prefork.h"
#include "modules/worker/git/gitops_child.h"
#include "modules/worker/peer.h"

#define CHILD_ASK	'a'
#define CHILD_GO	'g'
#define CHILD_ANSWER	'r'
#define TICK_MS		500	/* between looks at the job and at a stop */
#define ANSWER_MAX	(GITOPS_TREE_MAX + ((size_t)1 << 20))
#define WINDOW_MAX	((size_t)16 << 20)	/* of a pack, in memory */
#define WINDOWS_MAX	((size_t)256 << 20)

static bool
bytes_send(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = send(fd, p, len, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* ---- in the child ---- */

enum err
gitops_child_ask(struct gitops_work *work)
{
	char word = CHILD_ASK;

	if (bytes_send(work->parent, &word, 1) &&
	    recv(work->parent, &word, 1, 0) == 1 && word == CHILD_GO)
		return ERR_OK;
	return fail(work->ctx, ERR_CONFLICT, "job_lost",
	    "another attempt has taken over");
}

/* library_begin - libgit2 without settings of this machine or user */
static int
library_begin(const struct gitops_repo *repo)
{
	int level, rc = git_libgit2_init();

	for (level = GIT_CONFIG_LEVEL_PROGRAMDATA; rc >= 0 &&
	    level <= GIT_CONFIG_LEVEL_GLOBAL; level++)
		rc = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, WINDOW_MAX);
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT,
		    WINDOWS_MAX);
	if (rc >= 0)
		rc = gitops_stream_only(repo->url);
	if (rc >= 0 && repo->ca_file != NULL)
		rc = git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS,
		    repo->ca_file, NULL);
	return rc;
}

/* task_once - with the clone, whatever it holds */
static enum err
task_once(struct gitops_work *work, const struct gitops_task *task,
    struct gitops_answer *answer)
{
	enum err e;

	if ((e = gitops_cache_open(work)) != ERR_OK)
		return e;
	return task->run(work, task->arg, answer);
}

/* task_begin - checks what was set, before the network is used */
static enum err
task_begin(struct gitops_work *work)
{
	const char *name = text_printf(work->ctx->mem, "refs/heads/%s",
	    work->repo->branch);
	int valid = 0;

	if (library_begin(work->repo) < 0)
		return fail(work->ctx, ERR_INVALID, "git_untrusted",
		    "the certificates in git_ca cannot be read; put the CA of "
		    "the Git server there, in PEM");
	if (name == NULL || git_reference_name_is_valid(&valid, name) != 0 ||
	    valid == 0)
		return fail(work->ctx, ERR_INVALID, "git_missing",
		    "git_branch cannot be the name of a branch; set it right");
	return ERR_OK;
}

/* task_run - a clone that is damaged or too large is made anew, once */
static enum err
task_run(struct gitops_work *work, const struct gitops_task *task,
    struct gitops_answer *answer)
{
	enum err e;

	if ((e = task_begin(work)) != ERR_OK ||
	    (e = gitops_cache_lock(work)) != ERR_OK)
		return e;
	e = task_once(work, task, answer);
	if (e == ERR_OK || !work->local)
		return e;
	fail_clear(work->ctx);
	work->local = false;
	if ((e = gitops_cache_drop(work)) != ERR_OK)
		return e;
	return task_once(work, task, answer);
}

static bool
file_send(int fd, const struct gitops_file *file)
{
	const size_t size[2] = { strlen(file->name), file->content.len };

	return bytes_send(fd, size, sizeof(size)) &&
	    bytes_send(fd, file->name, size[0]) &&
	    bytes_send(fd, file->content.p, size[1]);
}

static void
text_copy(char *to, size_t max, const char *text)
{
	size_t len = text == NULL ? 0 : strnlen(text, max - 1);

	if (len > 0)
		memcpy(to, text, len);
	to[len] = '\0';
}

static void
child_work(struct gitops_work *work, const struct gitops_task *task)
{
	struct gitops_answer answer = { .n = 0 };
	char word = CHILD_ANSWER;
	uint32_t i;
	bool sent;

	fail_clear(work->ctx);
	answer.err = (int32_t)task_run(work, task, &answer);
	text_copy(answer.code, sizeof(answer.code), work->ctx->fault.code);
	text_copy(answer.detail, sizeof(answer.detail),
	    work->ctx->fault.detail);
	sent = bytes_send(work->parent, &word, 1) &&
	    bytes_send(work->parent, &answer, sizeof(answer));
	for (i = 0; sent && answer.err == ERR_OK && i < answer.n; i++)
		sent = file_send(work->parent, &answer.files[i]);
	_exit(sent ? 0 : 1);
}

/* ---- in the parent ---- */

struct child { pid_t pid; int fd; int64_t until_ms; };

/*
 * child_wait - until there is something to read; the job and the deadline must
 * hold, whatever the child sends
 */
static enum err
child_wait(struct ctx *ctx, const struct child *child)
{
	struct pollfd ready = { .fd = child->fd, .events = POLLIN };
	enum err e;
	int n;

	do {
		if (clock_ms() > child->until_ms)
			return fail(ctx, ERR_UNAVAILABLE, "git_slow", "the "
			    "Git server was not done in time; look at it, or "
			    "raise git_timeout_s");
		if ((n = poll(&ready, 1, TICK_MS)) > 0)
			continue;
		if ((e = job_still(ctx)) != ERR_OK)
			return e;
		if (prefork_stopping())
			return fail(ctx, ERR_UNAVAILABLE, "git_unavailable",
			    "the worker stops; the operation goes on later");
	} while (n <= 0);
	return ERR_OK;
}

static enum err
child_gone(struct ctx *ctx)
{
	return fail(ctx, ERR_UNAVAILABLE, "git_unavailable",
	    "the process that talks to the Git server ended by itself");
}

/* child_word - waits for the next byte */
static enum err
child_word(struct ctx *ctx, const struct child *child, char *word)
{
	enum err e;

	if ((e = child_wait(ctx, child)) != ERR_OK)
		return e;
	return recv(child->fd, word, 1, 0) == 1 ? ERR_OK : child_gone(ctx);
}

/* child_permit - says that the effect may happen; who asks reads it at once */
static enum err
child_permit(struct ctx *ctx, const struct child *child)
{
	char word = CHILD_GO;
	enum err e;

	if ((e = job_still(ctx)) != ERR_OK)
		return e;
	return send(child->fd, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ?
	    ERR_OK : child_gone(ctx);
}

/* child_rest - reads what follows, up to the end */
static enum err
child_rest(struct ctx *ctx, const struct child *child, struct buf *rest)
{
	char data[16384];
	ssize_t n;
	enum err e;

	buf_init(rest, ctx->mem, ANSWER_MAX);
	do {
		if ((e = child_wait(ctx, child)) != ERR_OK)
			return e;
		n = recv(child->fd, data, sizeof(data), 0);
		if (n > 0)
			buf_put(rest, data, (size_t)n);
	} while (!rest->full && (n > 0 || (n == -1 && errno == EINTR)));
	if (n == 0 && !rest->full)
		return ERR_OK;
	return fail(ctx, ERR_UNAVAILABLE, "git_unavailable",
	    "the answer of the process that talks to the Git server is not "
	    "whole");
}

/* files_take - makes files of the bytes behind an answer */
static bool
files_take(struct ctx *ctx, struct str rest, struct gitops_answer *answer)
{
	struct gitops_file *files;
	size_t size[2];
	uint32_t i;

	if (answer->n > GITOPS_FILES_MAX || (files = arena_array(ctx->mem,
	    answer->n + 1, sizeof(*files))) == NULL)
		return false;
	for (i = 0; i < answer->n; i++) {
		if (rest.len < sizeof(size))
			return false;
		memcpy(size, rest.p, sizeof(size));
		rest.p += sizeof(size);
		rest.len -= sizeof(size);
		if (size[0] > GITOPS_PATH_MAX || size[1] > GITOPS_FILE_MAX ||
		    size[0] + size[1] > rest.len)
			return false;
		if ((files[i].name = arena_text(ctx->mem, rest.p,
		    size[0])) == NULL)
			return false;
		files[i].content = (struct str){ rest.p + size[0], size[1] };
		rest.p += size[0] + size[1];
		rest.len -= size[0] + size[1];
	}
	answer->files = files;
	return rest.len == 0;
}

static bool
answer_sound(const struct gitops_answer *answer)
{
	size_t len = strnlen(answer->id, GITOPS_ID_MAX);

	return answer->err >= ERR_OK && answer->err < ERR__MAX &&
	    answer->code[GITOPS_CODE_MAX - 1] == '\0' &&
	    strspn(answer->code, "abcdefghijklmnopqrstuvwxyz_") ==
	    strlen(answer->code) &&
	    (len == 0 || (len == GITOPS_ID_MAX - 1 &&
	    strspn(answer->id, "0123456789abcdef") == len));
}

/* answer_take - the child's failure becomes ours */
static enum err
answer_take(struct ctx *ctx, const struct child *child,
    struct gitops_answer *answer)
{
	struct buf rest;
	const char *code;
	enum err e;

	if ((e = child_rest(ctx, child, &rest)) != ERR_OK)
		return e;
	if (rest.len >= sizeof(*answer))
		memcpy(answer, rest.p, sizeof(*answer));
	if (rest.len < sizeof(*answer) || !answer_sound(answer) ||
	    !files_take(ctx, (struct str){ rest.p + sizeof(*answer),
	    rest.len - sizeof(*answer) }, answer))
		return fail(ctx, ERR_UNAVAILABLE, "git_unavailable",
		    "the process that talks to the Git server answered "
		    "nonsense");
	if (answer->err == ERR_OK)
		return ERR_OK;
	code = arena_text(ctx->mem, answer->code, strlen(answer->code));
	return fail(ctx, (enum err)answer->err, code, "%s",
	    peer_words(ctx, answer->detail, GITOPS_DETAIL_MAX));
}

static enum err
child_talk(struct ctx *ctx, const struct child *child,
    struct gitops_answer *answer)
{
	char word = CHILD_ASK;
	enum err e;

	while ((e = child_word(ctx, child, &word)) == ERR_OK &&
	    word == CHILD_ASK)
		if ((e = child_permit(ctx, child)) != ERR_OK)
			return e;
	return e != ERR_OK ? e : answer_take(ctx, child, answer);
}

static void
child_end(const struct child *child)
{
	(void)close(child->fd);
	(void)kill(child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) == -1 && errno == EINTR)
		;
}

enum err
gitops_child_run(struct ctx *ctx, const struct gitops_repo *repo,
    const struct gitops_task *task, struct gitops_answer *answer)
{
	struct gitops_work work = { .ctx = ctx, .repo = repo,
	    .name = task->clone };
	struct child child = { .until_ms = clock_ms() +
	    task->timeout_s * 1000 };
	pid_t self = getpid();
	int ends[2];
	enum err e;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return fail(ctx, ERR_UNAVAILABLE, "git_unavailable",
		    "no socket: %s", strerror(errno));
	if ((child.pid = fork()) == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(ends[0]);
		work.parent = ends[1];
		if (getppid() == self)
			child_work(&work, task);
		_exit(1);
	}
	(void)close(ends[1]);
	child.fd = ends[0];
	if (child.pid == -1) {
		(void)close(child.fd);
		return fail(ctx, ERR_UNAVAILABLE, "git_unavailable",
		    "no process: %s", strerror(errno));
	}
	e = child_talk(ctx, &child, answer);
	child_end(&child);
	return e;
}
