/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe - the only program in the tests' containers: static, no shell needed.
 *
 * Called as "java" (a base image's /usr/bin/java) it plays an application:
 * reads its orders from the file after -jar, one per line, then serves HTTP.
 * Called otherwise, the first argument is the order.
 *
 *   say TEXT          one line on standard output
 *   warn TEXT         one line on standard error
 *   count N           N numbered lines as fast as possible
 *   cat PATH          the file, or "cat PATH: error"
 *   env               its environment
 *   id                user, group, capabilities, no_new_privs
 *   write PATH        "write PATH: ok" or the error
 *   connect IP PORT   "connect IP PORT: open", or the error; 2 s at most
 *   hold IP PORT N    opens N connections, says "held" and how many it got,
 *                     and keeps them, for ever; with a fourth word: not
 *   udp IP PORT       sends a datagram and waits 1 s for an echo
 *   resolve NAME [IP] the first A record from the resolver
 *   eat MIB           touches that much memory
 *   exit N            leaves
 *   sleep S           waits
 *   serve PORT CODE   answers every request with CODE, for ever
 *   echo PORT         echoes datagrams, for ever, in a child
 */
#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS	5
#define HOLD_MAX	64

extern char **environ;

static const char *
word(char **words, size_t i)
{
	return i < WORDS && words[i] != NULL ? words[i] : "";
}

static int
number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

static bool
address(const char *ip, const char *port, struct sockaddr_in *to)
{
	memset(to, 0, sizeof(*to));
	to->sin_family = AF_INET;
	to->sin_port = htons((uint16_t)number(port));
	return inet_pton(AF_INET, ip, &to->sin_addr) == 1;
}

static void
show_file(const char *path)
{
	char buf[4096];
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		printf("cat %s: %s\n", path, strerror(errno));
		return;
	}
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		(void)fwrite(buf, 1, (size_t)n, stdout);
	putchar('\n');
	close(fd);
}

static void
show_id(void)
{
	char line[256];
	FILE *status;

	printf("uid %u gid %u\n", getuid(), getgid());
	status = fopen("/proc/self/status", "re");
	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (strncmp(line, "Cap", 3) == 0 ||
		    strncmp(line, "NoNewPrivs", 10) == 0 ||
		    strncmp(line, "Seccomp:", 8) == 0)
			(void)fputs(line, stdout);
	if (status != NULL)
		(void)fclose(status);
}

static void
try_write(const char *path)
{
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	printf("write %s: %s\n", path, fd == -1 ? strerror(errno) : "ok");
	if (fd != -1)
		close(fd);
}

/* connect_within - 0 and the socket, or what went wrong within 2 s */
static int
connect_within(const struct sockaddr_in *to, int *fd)
{
	struct pollfd p;
	socklen_t len;
	int error;

	p.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	p.events = POLLOUT;
	error = 0;
	if (connect(p.fd, (const struct sockaddr *)to, sizeof(*to)) == -1)
		error = errno;
	if (error == EINPROGRESS) {
		error = ETIMEDOUT;
		len = sizeof(error);
		if (poll(&p, 1, 2000) == 1)
			getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &error, &len);
	}
	*fd = p.fd;
	return error;
}

static void
try_connect(const char *ip, const char *port)
{
	struct sockaddr_in to;
	int error, fd;

	if (!address(ip, port, &to))
		return;
	error = connect_within(&to, &fd);
	printf("connect %s %s: %s\n", ip, port,
	    error == 0 ? "open" : strerror(error));
	close(fd);
}

static void
hold(char **w)
{
	int fd, held = 0, i;
	struct sockaddr_in to;

	if (!address(word(w, 1), word(w, 2), &to))
		return;
	for (i = 0; i < number(word(w, 3)) && i < HOLD_MAX; i++)
		if (connect_within(&to, &fd) == 0)
			held++;
		else
			close(fd);
	printf("held %d\n", held);
	while (word(w, 4)[0] == '\0')
		(void)pause();
}

static void
try_udp(const char *ip, const char *port)
{
	struct sockaddr_in to;
	struct pollfd p;
	char buf[16];

	if (!address(ip, port, &to))
		return;
	p.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	p.events = POLLIN;
	if (connect(p.fd, (struct sockaddr *)&to, sizeof(to)) == -1 ||
	    send(p.fd, "x", 1, 0) != 1 || poll(&p, 1, 1000) != 1 ||
	    recv(p.fd, buf, sizeof(buf), 0) != 1)
		printf("udp %s %s: silent\n", ip, port);
	else
		printf("udp %s %s: echo\n", ip, port);
	close(p.fd);
}

/* The first nameserver of resolv.conf, unless one is given. */
static const char *
resolver(const char *given, char *buf, size_t size)
{
	char line[256];
	FILE *conf;

	if (given[0] != '\0')
		return given;
	snprintf(buf, size, "%s", "127.0.0.1");
	conf = fopen("/etc/resolv.conf", "re");
	while (conf != NULL && fgets(line, sizeof(line), conf) != NULL)
		if (strncmp(line, "nameserver ", 11) == 0) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(buf, size, "%.40s", line + 11);
			break;
		}
	if (conf != NULL)
		(void)fclose(conf);
	return buf;
}

static size_t
dns_query(const char *name, unsigned char *q, size_t max)
{
	static const unsigned char head[12] = { 7, 7, 1, 0, 0, 1 };
	static const unsigned char tail[5] = { 0, 0, 1, 0, 1 };
	size_t at, len;

	memcpy(q, head, sizeof(head));
	at = sizeof(head);
	while (*name != '\0' && at + 70 < max) {
		len = strcspn(name, ".");
		if (len > 63)
			len = 63;
		q[at++] = (unsigned char)len;
		memcpy(q + at, name, len);
		at += len;
		name += len + (name[len] == '.');
	}
	memcpy(q + at, tail, sizeof(tail));
	return at + sizeof(tail);
}

static void
try_resolve(const char *name, const char *given)
{
	unsigned char q[512], a[512];
	char server[64], text[INET_ADDRSTRLEN];
	struct sockaddr_in to;
	struct pollfd p;
	size_t len;
	ssize_t n;

	n = -1;
	if (!address(resolver(given, server, sizeof(server)), "53", &to))
		return;
	p.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	p.events = POLLIN;
	len = dns_query(name, q, sizeof(q));
	if (connect(p.fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	    send(p.fd, q, len, 0) == (ssize_t)len && poll(&p, 1, 2000) == 1)
		n = recv(p.fd, a, sizeof(a), 0);
	close(p.fd);
	if (n < (ssize_t)len + 16)
		printf("resolve %s: %s\n", name, n < 0 ? "silent" : "none");
	else
		printf("resolve %s: %s\n", name, inet_ntop(AF_INET,
		    a + n - 4, text, sizeof(text)));
}

static void
serve(const char *port, const char *code)
{
	struct sockaddr_in at;
	char buf[1024];
	int s, c, on, len;

	on = 1;
	address("0.0.0.0", port, &at);
	s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, (struct sockaddr *)&at, sizeof(at)) == -1 ||
	    listen(s, 16) == -1) {
		printf("serve: %s\n", strerror(errno));
		close(s);
		return;
	}
	for (;;) {
		c = accept4(s, NULL, NULL, SOCK_CLOEXEC);
		if (c == -1)
			continue;
		if (recv(c, buf, sizeof(buf), 0) > 0) {
			len = snprintf(buf, sizeof(buf), "HTTP/1.1 %s X\r\n"
			    "Content-Length: 2\r\nConnection: close\r\n\r\nok",
			    code[0] != '\0' ? code : "200");
			(void)send(c, buf, (size_t)len, MSG_NOSIGNAL);
		}
		close(c);
	}
}

static void
echo(const char *port)
{
	struct sockaddr_in at, from;
	socklen_t len;
	char buf[64];
	ssize_t n;
	int s;

	if (fork() != 0)
		return;
	address("0.0.0.0", port, &at);
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(s, (struct sockaddr *)&at, sizeof(at)) == -1)
		_exit(1);
	for (;;) {
		len = sizeof(from);
		n = recvfrom(s, buf, sizeof(buf), 0, (struct sockaddr *)&from,
		    &len);
		if (n > 0)
			(void)sendto(s, buf, (size_t)n, 0,
			    (struct sockaddr *)&from, len);
	}
}

static void
eat(const char *mib)
{
	size_t i, n;
	char *p;

	n = (size_t)number(mib) << 20;
	p = malloc(n);
	for (i = 0; p != NULL && i < n; i += 4096)
		p[i] = (char)i;
	printf("ate %s: %d\n", mib, p != NULL ? p[n - 1] : -1);
}

static void
count(const char *n)
{
	int i;

	for (i = 1; i <= number(n); i++)
		printf("line %d\n", i);
}

/* What is no network: false when the order is not ours. */
static bool
obey_local(char **w)
{
	char **e;

	if (strcmp(w[0], "say") == 0)
		printf("%s\n", word(w, 1));
	else if (strcmp(w[0], "warn") == 0)
		fprintf(stderr, "%s\n", word(w, 1));
	else if (strcmp(w[0], "count") == 0)
		count(word(w, 1));
	else if (strcmp(w[0], "cat") == 0)
		show_file(word(w, 1));
	else if (strcmp(w[0], "env") == 0)
		for (e = environ; *e != NULL; e++)
			printf("env %s\n", *e);
	else if (strcmp(w[0], "id") == 0)
		show_id();
	else if (strcmp(w[0], "write") == 0)
		try_write(word(w, 1));
	else if (strcmp(w[0], "eat") == 0)
		eat(word(w, 1));
	else if (strcmp(w[0], "exit") == 0)
		exit(number(word(w, 1)));
	else if (strcmp(w[0], "sleep") == 0)
		sleep((unsigned)number(word(w, 1)));
	else
		return false;
	return true;
}

static void
obey(char **w)
{
	if (w[0] == NULL || obey_local(w))
		;
	else if (strcmp(w[0], "connect") == 0)
		try_connect(word(w, 1), word(w, 2));
	else if (strcmp(w[0], "hold") == 0)
		hold(w);
	else if (strcmp(w[0], "udp") == 0)
		try_udp(word(w, 1), word(w, 2));
	else if (strcmp(w[0], "resolve") == 0)
		try_resolve(word(w, 1), word(w, 2));
	else if (strcmp(w[0], "echo") == 0)
		echo(word(w, 1));
	else if (strcmp(w[0], "serve") == 0)
		serve(word(w, 1), word(w, 2));
	else
		printf("probe: no order '%s'\n", w[0]);
	(void)fflush(stdout);
}

static void
obey_file(const char *path)
{
	char line[512], *words[WORDS + 1], *at;
	FILE *orders;
	size_t n;

	orders = fopen(path, "re");
	if (orders == NULL) {
		printf("probe: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	while (fgets(line, sizeof(line), orders) != NULL) {
		memset(words, 0, sizeof(words));
		line[strcspn(line, "\n")] = '\0';
		for (at = line, n = 0; n < WORDS && *at != '\0'; n++) {
			words[n] = at;
			at += strcspn(at, " ");
			if (*at != '\0')
				*at++ = '\0';
		}
		obey(words);
	}
	(void)fclose(orders);
}

static void
leave(int sig)
{
	_exit(128 + sig);
}

int
main(int argc, char *argv[])
{
	struct sigaction action = { .sa_handler = leave };
	int i;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGTERM, &action, NULL);
	for (i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], "-jar") == 0) {
			obey_file(argv[i + 1]);
			serve("9876", "200");
			return 1;
		}
	obey(argv + 1);
	return 0;
}
