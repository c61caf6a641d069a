/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/loopback.h"

static int
listen_tcp(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
	    listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(address.sin_port);
	return fd;
}

static int
listen_unix(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		abort();
	memcpy(address.sun_path, path, strlen(path) + 1);
	(void)unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address,
	    sizeof(address)) != 0 || listen(fd, 64) != 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static void
serve_for_ever(struct loopback *shared, int listening, loopback_fn serve)
{
	int fd;

	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);	/* a test may crash */
	while ((fd = accept(listening, NULL, NULL)) >= 0) {
		__atomic_add_fetch(&shared->connections, 1, __ATOMIC_SEQ_CST);
		if (fork() == 0) {
			close(listening);
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(shared, fd);
			_exit(0);
		}
		close(fd);
	}
	_exit(0);
}

struct loopback *
loopback_start(const char *path, loopback_fn serve)
{
	struct loopback *peer;
	pid_t pid;
	int fd;

	peer = mmap(NULL, sizeof(*peer), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (peer == MAP_FAILED)
		return NULL;
	if (path != NULL && strlen(path) < sizeof(peer->path))
		memcpy(peer->path, path, strlen(path) + 1);
	fd = path != NULL ? listen_unix(path) : listen_tcp(&peer->port);
	if (fd < 0 || (pid = fork()) < 0)
		return NULL;
	if (pid == 0) {
		(void)setpgid(0, 0);
		serve_for_ever(peer, fd, serve);
	}
	(void)setpgid(pid, pid);
	peer->pid = pid;	/* only the parent knows the child's pid */
	close(fd);
	return peer;
}

/* Ends the whole group: a child may be in the middle of an endless answer. */
void
loopback_stop(struct loopback **peer)
{
	if (*peer == NULL || (*peer)->pid <= 1)
		return;
	(void)kill(-(*peer)->pid, SIGKILL);
	(void)waitpid((*peer)->pid, NULL, 0);
	if ((*peer)->path[0] != '\0')
		(void)unlink((*peer)->path);
	(void)munmap(*peer, sizeof(**peer));
	*peer = NULL;
}

size_t
loopback_read_head(int fd, char *text, size_t max)
{
	size_t len = 0;

	while (len + 1 < max && recv(fd, text + len, 1, 0) == 1) {
		text[++len] = '\0';
		if (len >= 4 && memcmp(text + len - 4, "\r\n\r\n", 4) == 0)
			return len;
	}
	return 0;
}

bool
loopback_write(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	for (; len > 0; len -= (size_t)n, p += n)
		if ((n = send(fd, p, len, MSG_NOSIGNAL)) <= 0)
			return false;
	return true;
}

bool
loopback_text(int fd, const char *text)
{
	return loopback_write(fd, text, strlen(text));
}
