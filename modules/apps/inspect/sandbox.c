/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's side: fork, wait with a deadline, kill, collect.
 *
 * Start reading at sandbox_run(), at the bottom.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "modules/apps/inspect/sandbox_child.h"

/* How long the next poll may wait; 0 when it is over, *end says how. */
static int
patience_ms(const struct sandbox *box, pid_t pid, int64_t begun,
    enum sandbox_end *end)
{
	int64_t passed = clock_ms() - begun;
	bool working;

	if (passed < box->wall_ms)
		return (int)(box->wall_ms - passed);
	working = clock_cpu_ms_of(pid) * 2 >= box->wall_ms;
	*end = working ? SANDBOX_LATE : SANDBOX_STARVED;
	if (working || passed >= box->starved_ms)
		return 0;
	passed = box->starved_ms - passed;
	return (int)(passed < 100 ? passed : 100);
}

/* Reads until the child closes the pipe; one byte too many is a lie. */
static enum sandbox_end
answer_read(const struct sandbox *box, pid_t pid, int fd,
    struct sandbox_answer *answer)
{
	int64_t begun = clock_ms();
	struct pollfd p = { .fd = fd, .events = POLLIN };
	enum sandbox_end end = SANDBOX_LATE;
	uint8_t beyond;
	ssize_t n;
	int wait_ms;

	while ((wait_ms = patience_ms(box, pid, begun, &end)) > 0) {
		if (poll(&p, 1, wait_ms) <= 0)
			continue;	/* EINTR and time: asked above */
		if (answer->len < answer->max)
			n = read(fd, answer->to + answer->len,
			    answer->max - answer->len);
		else
			n = read(fd, &beyond, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (n > 0 && answer->len == answer->max))
			return SANDBOX_DIED;
		if (n == 0)
			return SANDBOX_DONE;
		answer->len += (size_t)n;
	}
	return end;
}

/* The child is gone when this returns. */
static enum sandbox_end
child_collect(pid_t pid, enum sandbox_end end)
{
	int status;

	if (end != SANDBOX_DONE)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			return SANDBOX_NONE;
	if (end != SANDBOX_DONE)
		return end;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return SANDBOX_LATE;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return SANDBOX_STARVED;	/* not by us, not by the filter */
	if (WIFEXITED(status) && WEXITSTATUS(status) == SANDBOX_EXIT_NONE)
		return SANDBOX_NONE;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return SANDBOX_DIED;
	return SANDBOX_DONE;
}

enum sandbox_end
sandbox_run(const struct sandbox *box, void *answer, size_t max, size_t *len)
{
	struct sandbox_answer got = { .to = answer, .max = max };
	enum sandbox_end end;
	int pipe_fd[2];
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return SANDBOX_NONE;
	pid = fork();
	if (pid == 0)
		sandbox_child(box, pipe_fd[1], max);
	close(pipe_fd[1]);
	if (pid < 0) {
		close(pipe_fd[0]);
		return SANDBOX_NONE;
	}
	end = answer_read(box, pid, pipe_fd[0], &got);
	close(pipe_fd[0]);
	end = child_collect(pid, end);
	if (end == SANDBOX_DONE)
		*len = got.len;
	return end;
}
