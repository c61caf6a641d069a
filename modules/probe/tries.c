/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe's tries.  All connections are begun at once and share one deadline,
 * so that the run is short however many of them are dropped.
 */
#include "config.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/clock.h"
#include "modules/probe/tries.h"

#define ROUTES		"/proc/net/route"
#define ANSWER_MAX	512

struct try {
	const char	*word;		/* NULL: it is under way */
	int64_t		 began_ms, took_ms;
	int		 fd;		/* -1: none */
};

static void
try_end(struct try *try, const char *word)
{
	try->word = word;
	try->took_ms = clock_ms() - try->began_ms;
	if (try->fd != -1)
		(void)close(try->fd);
	try->fd = -1;
}

static const char *
word_of(int error)
{
	switch (error) {
	case 0:
		return "open";
	case ECONNREFUSED:
	case ECONNRESET:
		return "refused";
	case ETIMEDOUT:
		return "silent";
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
		return "unreachable";
	case EACCES:
	case EPERM:
		return "denied";
	default:
		return "error";
	}
}

/* gateway_find - reads the default gateway from the kernel's routes */
static bool
gateway_find(struct in_addr *found)
{
	char line[256], *rest, *field;
	FILE *routes = fopen(ROUTES, "re");
	bool there = false;

	while (routes != NULL && !there &&
	    fgets(line, sizeof(line), routes) != NULL) {
		rest = line;
		(void)strsep(&rest, "\t");
		field = strsep(&rest, "\t");
		there = field != NULL && strcmp(field, "00000000") == 0;
		field = strsep(&rest, "\t");
		if (there && field != NULL)
			found->s_addr = (in_addr_t)strtoul(field, NULL, 16);
	}
	if (routes != NULL)
		(void)fclose(routes);
	return there;
}

/* name_find - asks the resolver of the container for an IPv4 address */
static bool
name_find(const char *name, struct in_addr *found)
{
	unsigned char answer[ANSWER_MAX];
	ns_msg message;
	ns_rr record;
	int i, len;

	_res.retrans = 1;
	_res.retry = 2;
	len = res_search(name, ns_c_in, ns_t_a, answer, sizeof(answer));
	if (len <= 0 || len > (int)sizeof(answer) ||
	    ns_initparse(answer, len, &message) != 0)
		return false;
	for (i = 0; i < ns_msg_count(message, ns_s_an); i++)
		if (ns_parserr(&message, ns_s_an, i, &record) == 0 &&
		    ns_rr_type(record) == ns_t_a && ns_rr_rdlen(record) == 4) {
			memcpy(found, ns_rr_rdata(record), 4);
			return true;
		}
	return false;
}

/* host_find - puts address and port into *to; 0: the host is unknown */
static socklen_t
host_find(const char *host, uint16_t port, struct sockaddr_storage *to)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;
	struct sockaddr_in *four = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		return sizeof(*six);
	}
	four->sin_family = AF_INET;
	four->sin_port = htons(port);
	if (strcmp(host, "gateway") == 0 ?
	    gateway_find(&four->sin_addr) :
	    inet_pton(AF_INET, host, &four->sin_addr) == 1 ||
	    name_find(host, &four->sin_addr))
		return sizeof(*four);
	return 0;
}

static void
tcp_begin(struct try *try, const char *host, uint16_t port)
{
	struct sockaddr_storage to;
	socklen_t len = host_find(host, port, &to);

	if (len == 0) {
		try_end(try, "unknown");
		return;
	}
	try->began_ms = clock_ms();	/* without the name's time */
	try->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);
	if (try->fd == -1 || connect(try->fd, (const struct sockaddr *)&to,
	    len) == 0)
		try_end(try, try->fd == -1 ? word_of(errno) : "open");
	else if (errno != EINPROGRESS)
		try_end(try, word_of(errno));
}

static void
socket_try(struct try *try, int family, int protocol)
{
	try->fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, protocol);
	try_end(try, try->fd == -1 ? word_of(errno) : "open");
}

static bool
port_read(const char *text, uint16_t *port)
{
	unsigned long value;
	char *end;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	value = strtoul(text, &end, 10);
	*port = (uint16_t)value;
	return *end == '\0' && value > 0 && value < 65536;
}

/* order_begin - begins the try of one line; false: it is malformed */
static bool
order_begin(struct try *try, char *line)
{
	const char *what = strsep(&line, " "), *host = strsep(&line, " ");
	const char *number = strsep(&line, " ");
	struct in_addr found;
	uint16_t port;

	*try = (struct try){ .began_ms = clock_ms(), .fd = -1 };
	if (strcmp(what, "raw") == 0 && host == NULL)
		socket_try(try, AF_INET, IPPROTO_ICMP);
	else if (strcmp(what, "packet") == 0 && host == NULL)
		socket_try(try, AF_PACKET, 0);
	else if (strcmp(what, "name") == 0 && host != NULL && number == NULL)
		try_end(try, name_find(host, &found) ? "open" : "unknown");
	else if (strcmp(what, "tcp") == 0 && host != NULL &&
	    port_read(number, &port) && line == NULL)
		tcp_begin(try, host, port);
	else
		return false;
	return true;
}

/* connection_end - asks what came of a connection that has an answer */
static void
connection_end(struct try *try)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(try->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		error = errno;
	try_end(try, word_of(error));
}

/* connections_wait - until all have an answer, or the deadline */
static void
connections_wait(struct try *tries, size_t n)
{
	int64_t left, until = clock_ms() + TRIES_WAIT_MS;
	struct pollfd waits[TRIES_MAX];
	size_t i, open = 1;

	while (open > 0 && (left = until - clock_ms()) > 0) {
		for (i = open = 0; i < n; i++) {
			waits[i] = (struct pollfd){ .fd = tries[i].fd,
			    .events = POLLOUT };
			open += tries[i].fd != -1;
		}
		if (open == 0 || poll(waits, n, (int)left) <= 0)
			continue;
		for (i = 0; i < n; i++)
			if (tries[i].fd != -1 && waits[i].revents != 0)
				connection_end(&tries[i]);
	}
	for (i = 0; i < n; i++)
		if (tries[i].word == NULL)
			try_end(&tries[i], "silent");
}

int
tries_run(const char *orders, FILE *out)
{
	static char text[TRIES_TEXT_MAX];
	static struct try tries[TRIES_MAX];
	size_t i, n = 0, len = strlen(orders);
	char *line, *rest = text;
	bool good = len < sizeof(text);

	if (good)
		memcpy(text, orders, len + 1);
	while (good && (line = strsep(&rest, "\n")) != NULL) {
		if (line[0] == '\0')
			continue;
		good = n < TRIES_MAX && order_begin(&tries[n], line);
		n += good;
	}
	connections_wait(tries, n);
	if (!good)
		return -1;
	for (i = 0; i < n; i++)
		fprintf(out, "%zu %s %lld\n", i, tries[i].word,
		    (long long)tries[i].took_ms);
	(void)fputs("end\n", out);
	return 0;
}
