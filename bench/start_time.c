/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start_time SOCKET PATH COMMAND... - milliseconds from exec to the first
 * good answer on a responder's socket; then the command is ended.
 * start_time - - COMMAND...         - milliseconds until the command has ended.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/fcgi_peer.h"

#define PATIENCE_S	10.0
#define MOMENT_NS	200000	/* between two attempts to connect */

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static pid_t
start(char *const argv[])
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	return pid;
}

/* hear - reads a whole answer within the socket's timeout */
static bool
hear(int fd)
{
	static unsigned char answer[FCGI_ANSWER_MAX];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, answer + len, sizeof(answer) - len)) > 0)
		len += (size_t)n;
	return n == 0 && fcgi_good(answer, len);
}

static bool
answers(const char *path, const unsigned char *request, size_t len)
{
	static const struct timeval patience = { (time_t)PATIENCE_S, 0 };
	int fd = fcgi_connect(path);
	bool good;

	if (fd == -1)
		return false;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience));
	good = write(fd, request, len) == (ssize_t)len && hear(fd);
	(void)close(fd);
	return good;
}

static bool
ready(const char *path, const char *route, pid_t pid)
{
	static const struct timespec moment = { 0, MOMENT_NS };
	unsigned char request[FCGI_REQUEST_MAX];
	char path_param[256];
	char method[] = "CAM_METHOD=GET", id[] = "CAM_REQUEST_ID=bench",
	    address[] = "CAM_CLIENT_IP=127.0.0.1";
	char *params[] = { method, id, address, path_param };
	double end = now() + PATIENCE_S;
	size_t len;

	(void)snprintf(path_param, sizeof(path_param), "CAM_PATH=%s", route);
	len = fcgi_request(params, 4, request, sizeof(request));
	while (!answers(path, request, len)) {
		if (now() > end || waitpid(pid, NULL, WNOHANG) != 0)
			return false;
		(void)nanosleep(&moment, NULL);
	}
	return true;
}

int
main(int argc, char *argv[])
{
	bool good, serves;
	int status = 0;
	double began;
	pid_t pid;

	if (argc < 4)
		return 2;
	serves = strcmp(argv[1], "-") != 0;
	(void)unlink(argv[1]);
	began = now();
	pid = start(argv + 3);
	good = pid > 0 && (serves ? ready(argv[1], argv[2], pid) :
	    waitpid(pid, &status, 0) == pid && status == 0);
	if (good)
		(void)printf("%.1f\n", (now() - began) * 1000);
	if (serves && pid > 0 && kill(pid, SIGTERM) == 0)
		(void)waitpid(pid, &status, 0);
	return good ? 0 : 1;
}
