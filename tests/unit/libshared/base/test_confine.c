/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libshared/base/confine.h"
#include "tests/support/unit.h"

#define CONFINED	10	/* added to it: the number of a call */

/* confined_run - returns the exit status of fn in a confined child */
static int
confined_run(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		    process_confine() != 0)
			_exit(1);
		_exit(fn());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Returns the first call that was not refused with EPERM, or CONFINED. */
static int
calls_refused(void)
{
	static char name[] = "true";
	char *argv[] = { name, NULL };
	const struct timeval now = { 1, 0 };

	/* valgrind ends with a program that does not start */
	if (!CONFINE_RELAXED && (execv("/bin/true", argv) != -1 ||
	    errno != EPERM))
		return CONFINED + 1;
	if (!CONFINE_RELAXED && (ptrace(PTRACE_ATTACH, getppid(), NULL,
	    NULL) != -1 || errno != EPERM))
		return CONFINED + 2;
	if (unshare(CLONE_NEWUSER) != -1 || errno != EPERM)
		return CONFINED + 3;
	if (mount("none", "/tmp", "tmpfs", 0, NULL) != -1 || errno != EPERM)
		return CONFINED + 4;
	if (settimeofday(&now, NULL) != -1 || errno != EPERM)
		return CONFINED + 5;
	if (setuid(getuid()) != -1 || errno != EPERM)
		return CONFINED + 6;
	return CONFINED;
}

static int
work_goes_on(void)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC), status = 0;
	int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	void *p = malloc((size_t)64 << 20);
	pid_t pid = fork();
	bool opened = fd != -1 && peer != -1, given = p != NULL;

	if (pid == 0)
		_exit(7);	/* stands for the inspector's child */
	if (waitpid(pid, &status, 0) != pid)
		opened = false;
	free(p);
	if (fd != -1)
		(void)close(fd);
	if (peer != -1)
		(void)close(peer);
	return opened && given && WEXITSTATUS(status) == 7 ? CONFINED :
	    CONFINED + 1;
}

static int
limits_hold(void)
{
	struct rlimit core, memory;
	void *p;

	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
		return CONFINED + 1;
	if (getrlimit(RLIMIT_AS, &memory) != 0)
		return CONFINED + 2;
	if (memory.rlim_max == RLIM_INFINITY)
		return CONFINED;	/* a sanitizer's build */
	p = mmap(NULL, 2 * CONFINE_MEMORY_MAX, PROT_READ,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p != MAP_FAILED) {
		(void)munmap(p, 2 * CONFINE_MEMORY_MAX);
		return CONFINED + 3;
	}
	if (memory.rlim_max != CONFINE_MEMORY_MAX)
		return CONFINED + 4;
	return CONFINED;
}

static void
test_dangerous_calls_are_refused(void **state)
{
	(void)state;
	assert_int_equal(confined_run(calls_refused), CONFINED);
}

static void
test_what_a_responder_does_goes_on(void **state)
{
	(void)state;
	assert_int_equal(confined_run(work_goes_on), CONFINED);
}

static void
test_memory_and_core_dumps_are_limited(void **state)
{
	(void)state;
	assert_int_equal(confined_run(limits_hold), CONFINED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dangerous_calls_are_refused),
		cmocka_unit_test(test_what_a_responder_does_goes_on),
		cmocka_unit_test(test_memory_and_core_dumps_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
