/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of libfcgi.
 *
 * libfcgi has no deadline of its own.  An interval timer interrupts a read that
 * stalls for FCGI_IO_TIMEOUT_S, so that a half-sent request does not block a
 * responder (threat T21).
 *
 * SIGTERM and SIGINT arrive only while a child waits for a connection: they
 * neither break a request off, nor come unnoticed just before the wait.
 */
#include "config.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "libshared/base/str.h"
#include "libshared/doors/fcgi.h"

#define BACKLOG			1024
#define LISTEN_FDS_START	3	/* sd_listen_fds(3) */

struct fcgi {
	FCGX_Request	request;
	bool		ended;		/* read to its end */
	int		ready_fd;	/* epoll: a connection waits */
	sigset_t	idle_mask;	/* while none does */
};

static volatile sig_atomic_t stopping, stalled;

/*
 * socket_inherited - returns the socket that systemd or a parent bound, or -1
 */
static int
socket_inherited(void)
{
	const char *fds = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	int64_t n, owner;
	int fd = -1, on;
	socklen_t len = sizeof(on);

	if (fds != NULL && pid != NULL &&
	    str_int(str_of(fds), 1, 1, &n) &&
	    str_int(str_of(pid), 1, INT32_MAX, &owner) && owner == getpid())
		fd = LISTEN_FDS_START;
	else if (getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 &&
	    on != 0)
		fd = 0;
	if (fd > 0)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

int
fcgi_listen(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket_inherited(), saved;
	mode_t mask;

	if (fd >= 0)
		return fd;
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	(void)unlink(path);
	mask = umask(0117);
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) ==
	    -1 || listen(fd, BACKLOG) == -1) {
		saved = errno;
		(void)umask(mask);
		(void)close(fd);
		errno = saved;
		return -1;
	}
	(void)umask(mask);
	return fd;
}

static void
deadline_wake(int sig)
{
	(void)sig;	/* it interrupts a read */
	stalled = 1;
}

/*
 * ready_watch - an epoll that wakes one child for one connection, not all; -1
 * with errno
 */
static int
ready_watch(int listen_fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int fd, flags = fcntl(listen_fd, F_GETFL);

	if (flags == -1 ||
	    fcntl(listen_fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    (fd = epoll_create1(EPOLL_CLOEXEC)) == -1)
		return -1;
	return epoll_ctl(fd, EPOLL_CTL_ADD, listen_fd, &event) == 0 ? fd : -1;
}

struct fcgi *
fcgi_new(int listen_fd)
{
	struct sigaction action = { .sa_handler = deadline_wake };
	struct fcgi *fcgi;
	sigset_t stops;

	if ((fcgi = calloc(1, sizeof(*fcgi))) == NULL)
		abort();
	(void)sigaction(SIGALRM, &action, NULL);
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	if (sigprocmask(SIG_BLOCK, &stops, &fcgi->idle_mask) != 0 ||
	    (fcgi->ready_fd = ready_watch(listen_fd)) == -1 ||
	    FCGX_Init() != 0 || FCGX_InitRequest(&fcgi->request, listen_fd,
	    FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		abort();
	return fcgi;
}

void
fcgi_free(struct fcgi **fcgi)
{
	if (*fcgi == NULL)
		return;
	FCGX_Free(&(*fcgi)->request, 1);
	(void)close((*fcgi)->ready_fd);
	free(*fcgi);
	*fcgi = NULL;
}

static void
fcgi_deadline(time_t seconds)
{
	struct itimerval timer = { { seconds, 0 }, { seconds, 0 } };

	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

/* fcgi_take - takes a connection that waits; libfcgi's answer, -errno */
static int
fcgi_take(struct fcgi *fcgi)
{
	int rc;

	fcgi->ended = false;
	fcgi_deadline(FCGI_IO_TIMEOUT_S);
	rc = FCGX_Accept_r(&fcgi->request);
	fcgi_deadline(0);
	stalled = 0;
	return rc;
}

/* fcgi_wait - until a connection waits, or a signal says to stop */
static void
fcgi_wait(const struct fcgi *fcgi)
{
	struct epoll_event event;

	(void)epoll_pwait(fcgi->ready_fd, &event, 1, -1, &fcgi->idle_mask);
}

int
fcgi_accept(struct fcgi *fcgi)
{
	int rc = -EAGAIN;

	while (!stopping && (rc = fcgi_take(fcgi)) == -EAGAIN)
		fcgi_wait(fcgi);	/* another child may be quicker */
	if (stopping)
		return 0;
	if (rc != 0)
		return -1;
	(void)fcntl(fcgi->request.ipcFd, F_SETFD, FD_CLOEXEC);
	return 1;
}

/*
 * fcgi_finish - closes the connection.  libfcgi would wait up to two seconds
 * until nginx closes its end, so that a client that is still sending can read
 * the reply.  When the whole body was read that is not needed: a unix socket
 * keeps what was written, so the request is detached and closed at once, and
 * the next request does not wait for nginx.
 */
void
fcgi_finish(struct fcgi *fcgi)
{
	fcgi_deadline(FCGI_IO_TIMEOUT_S);
	if (fcgi->ended)
		FCGX_Detach(&fcgi->request);
	FCGX_Finish_r(&fcgi->request);
	fcgi_deadline(0);
}

void
fcgi_stop(void)
{
	stopping = 1;
	FCGX_ShutdownPending();
}

const char *
fcgi_param(struct fcgi *fcgi, const char *name)
{
	const char *value = FCGX_GetParam(name, fcgi->request.envp);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

bool
fcgi_param_twice(struct fcgi *fcgi, const char *name)
{
	char *const *one = fcgi->request.envp;
	size_t len = strlen(name);
	int n = 0;

	for (; one != NULL && *one != NULL; one++)
		if (strncmp(*one, name, len) == 0 && (*one)[len] == '=')
			n++;
	return n > 1;
}

long
fcgi_read(struct fcgi *fcgi, void *buf, size_t len)
{
	int n, want = len > 65536 ? 65536 : (int)len;

	fcgi_deadline(FCGI_IO_TIMEOUT_S);
	n = FCGX_GetStr(buf, want, fcgi->request.in);
	fcgi_deadline(0);
	if (n == 0 && FCGX_GetError(fcgi->request.in) != 0)
		return -1;
	fcgi->ended = n == 0;
	return n;
}

bool
fcgi_stalled(void)
{
	return stalled != 0;
}

int
fcgi_write(struct fcgi *fcgi, const void *buf, size_t len)
{
	const char *p = buf;
	int n;

	fcgi_deadline(FCGI_IO_TIMEOUT_S);
	while (len > 0) {
		n = FCGX_PutStr(p, len > 65536 ? 65536 : (int)len,
		    fcgi->request.out);
		if (n <= 0)
			break;
		p += n;
		len -= (size_t)n;
	}
	fcgi_deadline(0);
	return len == 0 ? 0 : -1;
}
