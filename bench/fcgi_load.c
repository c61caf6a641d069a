/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fcgi_load SOCKET CLIENTS SECONDS PARAM... - as many clients, each with one
 * request after the other on a connection of its own, as nginx asks a
 * responder.  Prints requests per second; exit 1 when an answer was not good.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "bench/fcgi_peer.h"

#define CLIENTS_MAX	64
#define STALL_MS	5000

struct client {
	int		fd;
	size_t		len;
	unsigned char	answer[FCGI_ANSWER_MAX];
};

struct load {
	const char	*path;
	int		 epoll, n;
	unsigned char	 request[FCGI_REQUEST_MAX];
	size_t		 request_len;
	uint64_t	 done;
	struct client	 clients[CLIENTS_MAX];
};

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ask - the request is smaller than a socket's buffer: it never blocks */
static bool
ask(struct load *load, struct client *client)
{
	struct epoll_event event = { .events = EPOLLIN,
	    .data.ptr = client };

	client->len = 0;
	client->fd = fcgi_connect(load->path);
	return client->fd != -1 &&
	    write(client->fd, load->request, load->request_len) ==
	    (ssize_t)load->request_len &&
	    epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event) == 0;
}

/* hear - what has come; at the end the next request */
static bool
hear(struct load *load, struct client *client)
{
	ssize_t n = read(client->fd, client->answer + client->len,
	    sizeof(client->answer) - client->len);

	if (n > 0) {
		client->len += (size_t)n;
		return true;
	}
	(void)close(client->fd);
	if (n < 0 || !fcgi_good(client->answer, client->len)) {
		(void)fprintf(stderr, "fcgi_load: a bad answer: %.*s\n",
		    (int)client->len, (const char *)client->answer + 8);
		return false;
	}
	load->done++;
	return ask(load, client);
}

static bool
run(struct load *load, double seconds)
{
	struct epoll_event events[CLIENTS_MAX];
	double start = now();
	int i, n;

	for (i = 0; i < load->n; i++)
		if (!ask(load, &load->clients[i]))
			return false;
	while (now() - start < seconds) {
		n = epoll_wait(load->epoll, events, CLIENTS_MAX, STALL_MS);
		if (n <= 0)
			return false;
		for (i = 0; i < n; i++)
			if (!hear(load, events[i].data.ptr))
				return false;
	}
	(void)printf("%.0f\n", (double)load->done / (now() - start));
	return true;
}

int
main(int argc, char *argv[])
{
	static struct load load;

	if (argc < 5) {
		(void)fprintf(stderr, "usage: fcgi_load SOCKET CLIENTS "
		    "SECONDS NAME=VALUE|NAME@FILE...\n");
		return 2;
	}
	load.path = argv[1];
	load.n = (int)strtol(argv[2], NULL, 10);
	load.request_len = fcgi_request(argv + 4, argc - 4, load.request,
	    sizeof(load.request));
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (load.n < 1 || load.n > CLIENTS_MAX || load.request_len == 0 ||
	    load.epoll == -1) {
		(void)fprintf(stderr, "fcgi_load: odd arguments\n");
		return 2;
	}
	return run(&load, strtod(argv[3], NULL)) ? 0 : 1;
}
