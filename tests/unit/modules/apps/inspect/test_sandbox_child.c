/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/archive.h"
#include "tests/support/rows.h"

#include "libshared/base/str.h"
#include "modules/apps/inspect/sandbox.h"

#define SOME_SIZE	((size_t)1 << 20)

static volatile int out_fd = 4;

static void
do_open(int fd)
{
	(void)fd;
	(void)open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static void
do_socket(int fd)
{
	(void)fd;
	(void)socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void
do_fork(int fd)
{
	(void)fd;
	if (fork() == 0)
		_exit(0);
}

static void
do_exec(int fd)
{
	(void)fd;
	(void)execl("/bin/true", "true", (char *)NULL);
}

static void
do_kill(int fd)
{
	(void)fd;
	(void)kill(getppid(), 0);
}

static void
do_write_file(int fd)
{
	(void)!write(fd, "x", 1);
}

static void
do_write_error(int fd)
{
	(void)fd;
	(void)!write(STDERR_FILENO, "x", 1);
}

static void
do_read_answer(int fd)
{
	char c;

	(void)fd;
	(void)!pread(out_fd, &c, 1, 0);
}

static void
do_execute_memory(int fd)
{
	(void)fd;
	(void)mmap(NULL, SOME_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
do_protect(int fd)
{
	void *p = mmap(NULL, SOME_SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)fd;
	(void)mprotect(p, SOME_SIZE, PROT_READ | PROT_EXEC);
}

static void
do_ptrace(int fd)
{
	(void)fd;
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void
do_raise_limit(int fd)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	(void)fd;
	(void)setrlimit(RLIMIT_AS, &limit);
}

#if defined(__x86_64__)
/* x32 uses the same call numbers with another meaning. */
static void
do_x32(int fd)
{
	(void)fd;
	(void)syscall(0x40000000 + SYS_getpid);
}
#endif

static size_t
misbehave(int fd, void *arg, void *answer, size_t max)
{
	void (*act)(int) = *(void (**)(int))arg;

	act(fd);
	memset(answer, 'x', max);
	return max;
}

static enum sandbox_end
run(sandbox_fn fn, void *arg, void *answer, size_t max)
{
	struct sandbox box = { .run = fn, .arg = arg, .cpu_s = 2,
	    .wall_ms = 10000, .starved_ms = 20000 };
	int file = archive_file("hello", 5);
	enum sandbox_end end;
	size_t len = 0;

	box.fd = file;
	end = sandbox_run(&box, answer, max, &len);
	close(file);
	return end;
}

static void
test_what_reading_does_not_need_kills(void **state)
{
	static const struct { const char *row; void (*act)(int); } rows[] = {
		{ "open", do_open }, { "socket", do_socket },
		{ "fork", do_fork }, { "exec", do_exec }, { "kill", do_kill },
		{ "write file", do_write_file },
		{ "write stderr", do_write_error },
		{ "read answer", do_read_answer },
		{ "execute memory", do_execute_memory },
		{ "protect", do_protect }, { "ptrace", do_ptrace },
		{ "raise limit", do_raise_limit },
#if defined(__x86_64__)
		{ "x32", do_x32 },
#endif
	};
	char answer[4];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		assert_row(run(misbehave, (void *)(uintptr_t)&rows[i].act,
		    answer, 4) == SANDBOX_DIED, rows[i].row);
}

/* malloc(3) may fail in the child without affecting other processes. */
static size_t
take_memory(int fd, void *arg, void *answer, size_t max)
{
	size_t taken = 0;
	char *p;

	(void)fd;
	(void)arg;
	(void)max;
	while (taken < (size_t)4096 && (p = malloc(SOME_SIZE)) != NULL) {
		*(volatile char *)p = 1;
		taken++;
	}
	memcpy(answer, &taken, sizeof(taken));
	return sizeof(taken);
}

static void
test_memory_is_limited(void **state)
{
	size_t taken = 0;

	(void)state;
	assert_int_equal(run(take_memory, NULL, &taken, sizeof(taken)),
	    SANDBOX_DONE);
	assert_true(taken > 300 && taken <= 512);
}

static size_t
list_files(int fd, void *arg, void *answer, size_t max)
{
	char *open_at = answer;
	int i;

	(void)fd;
	(void)arg;
	for (i = 0; i < (int)max; i++)
		open_at[i] = fcntl(i, F_GETFD) >= 0;
	return max;
}

static void
test_other_files_are_closed(void **state)
{
	char open_at[64] = { 0 };
	int extra[20], i;

	(void)state;
	for (i = 0; i < 20; i++)
		extra[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(run(list_files, NULL, open_at, sizeof(open_at)),
	    SANDBOX_DONE);
	for (i = 0; i < 20; i++)
		close(extra[i]);
	for (i = 0; i < (int)sizeof(open_at); i++)
		assert_int_equal(open_at[i], i >= 2 && i <= 4);
}

static size_t
read_other(int fd, void *arg, void *answer, size_t max)
{
	(void)fd;
	(void)max;
	return (size_t)(pread(*(int *)arg, answer, 1, 0) == 1);
}

static void
test_other_files_cannot_be_read(void **state)
{
	int secret = archive_file("secret", 6), fd;
	char answer[4];

	(void)state;
	for (fd = 0; fd < 40; fd++)
		if (fd != 3)
			assert_int_equal(run(read_other, &fd, answer, 4),
			    SANDBOX_DIED);
	close(secret);
}

static size_t
answer_ok(int fd, void *arg, void *answer, size_t max)
{
	(void)arg;
	(void)max;
	return pread(fd, answer, 2, 0) == 2 ? 2 : 0;
}

/* The service may start with low descriptors closed. */
static void
test_low_descriptors_may_be_missing(void **state)
{
	char answer[4];
	int status, i;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (i = 0; i < 5; i++)
			(void)close(i);
		_exit(run(answer_ok, NULL, answer, 4) == SANDBOX_DONE &&
		    answer[0] == 'h' ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
test_works_without_root(void **state)
{
	char answer[4];
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() == 0 &&
		    (setresgid(65534, 65534, 65534) != 0 ||
		    setresuid(65534, 65534, 65534) != 0))
			_exit(2);
		_exit(run(answer_ok, NULL, answer, 4) == SANDBOX_DONE &&
		    answer[0] == 'h' ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_low_descriptors_may_be_missing),
		cmocka_unit_test(test_works_without_root),
	};
	const struct CMUnitTest strict[] = {
		cmocka_unit_test(test_what_reading_does_not_need_kills),
		cmocka_unit_test(test_memory_is_limited),
		cmocka_unit_test(test_other_files_cannot_be_read),
	};
	/* The strict sandbox kills a child that looks at its open files. */
	const struct CMUnitTest relaxed[] = {
		cmocka_unit_test(test_other_files_are_closed),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	if (sandbox_is_strict())
		return failed + cmocka_run_group_tests(strict, NULL, NULL);
	return failed + cmocka_run_group_tests(relaxed, NULL, NULL);
}
