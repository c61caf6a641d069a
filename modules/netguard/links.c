/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of the tenants' bridges, by rtnetlink(7).
 *
 * An event only causes a new listing, so a lost event does no harm beyond a
 * delay.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/bridge.h"
#include "modules/netguard/attribute.h"
#include "modules/netguard/links.h"

#define BUFFER	((size_t)64 << 10)

int
links_watch(void)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK,
	    .nl_groups = RTMGRP_LINK };
	int fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);
	if (fd == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&self, sizeof(self)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

void
links_drain(int fd)
{
	char buf[4096];
	ssize_t n;

	do {
		n = recv(fd, buf, sizeof(buf), 0);
	} while (n > 0 || (n == -1 && (errno == EINTR || errno == ENOBUFS)));
}

static bool
is_bridge(const char *data, size_t len)
{
	struct attributes a = { .p = data, .left = len };

	while (attribute_next(&a))
		if (a.type == IFLA_INFO_KIND)
			return a.len >= 6 && memcmp(a.data, "bridge", 6) == 0;
	return false;
}

static bool
name_add(struct links *links, const char *name)
{
	void *grown;

	if (links->n == LINKS_MAX)
		return true;		/* other traffic is dropped */
	grown = realloc(links->names, (links->n + 1) *
	    sizeof(*links->names));
	if (grown == NULL)
		return false;
	links->names = grown;
	memset(links->names[links->n], 0, IF_NAMESIZE);
	memcpy(links->names[links->n++], name, strlen(name));
	return true;
}

static bool
link_take(const struct nlmsghdr *message, struct links *links)
{
	size_t head = NLMSG_LENGTH(sizeof(struct ifinfomsg)), len;
	struct attributes a = { .p = (const char *)message + head };
	char name[IF_NAMESIZE] = "";
	bool bridge = false;

	if (message->nlmsg_len < head)
		return true;
	a.left = message->nlmsg_len - head;
	while (attribute_next(&a)) {
		if (a.type == IFLA_IFNAME) {
			len = strnlen(a.data, a.len);
			if (len < sizeof(name))
				memcpy(name, a.data, len);
		} else if (a.type == IFLA_LINKINFO)
			bridge = is_bridge(a.data, a.len);
	}
	return !bridge || !bridge_name_valid(name) || name_add(links, name);
}

/* messages_take - returns 1: more messages follow; 0: the end; -1: an error */
static int
messages_take(const char *buf, ssize_t n, struct links *links)
{
	const struct nlmsghdr *message = (const void *)buf;
	const struct nlmsgerr *error;
	unsigned left = (unsigned)n;

	for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
		if (message->nlmsg_type == NLMSG_DONE)
			return 0;
		if (message->nlmsg_type == NLMSG_ERROR) {
			error = NLMSG_DATA(message);
			errno = -error->error;
			return -1;
		}
		if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0) {
			errno = EAGAIN;		/* list has changed */
			return -1;
		}
		if (message->nlmsg_type == RTM_NEWLINK &&
		    !link_take(message, links))
			return -1;
	}
	return 1;
}

static int
links_dump(int fd, struct links *links)
{
	struct { struct nlmsghdr head; struct ifinfomsg link; } ask = {
		.head = { .nlmsg_len = sizeof(ask),
		    .nlmsg_type = RTM_GETLINK,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.link = { .ifi_family = AF_UNSPEC },
	};
	char *buf = aligned_alloc(NLMSG_ALIGNTO, BUFFER);
	ssize_t n;
	int state = 1;

	if (buf == NULL)
		return -1;
	if (send(fd, &ask, sizeof(ask), 0) != (ssize_t)sizeof(ask))
		state = -1;
	while (state == 1) {
		n = recv(fd, buf, BUFFER, MSG_TRUNC);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0 || n > (ssize_t)BUFFER)
			state = -1;
		else
			state = messages_take(buf, n, links);
	}
	free(buf);
	return state;
}

static int
by_name(const void *a, const void *b)
{
	return memcmp(a, b, IF_NAMESIZE);
}

int
links_read(struct links *links)
{
	struct timeval patience = { .tv_sec = 2 };
	struct links found = { 0 };
	int fd, tries, state = -1;

	for (tries = 0; tries < 5 && state != 0; tries++) {
		links_free(&found);
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
		    NETLINK_ROUTE);
		if (fd == -1)
			return -1;
		if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		    sizeof(patience)) == 0)
			state = links_dump(fd, &found);
		close(fd);
	}
	if (state != 0) {
		links_free(&found);
		return -1;
	}
	if (found.n > 1)
		qsort(found.names, found.n, sizeof(*found.names), by_name);
	links_free(links);
	*links = found;
	return 0;
}

bool
links_equal(const struct links *a, const struct links *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->names, b->names,
	    a->n * sizeof(*a->names)) == 0);
}

void
links_free(struct links *links)
{
	free(links->names);
	*links = (struct links){ 0 };
}
