/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the table and notices changes by other programs.
 *
 * The table has its own chains: `accept` ends the evaluation of this table
 * only, `drop` is final whatever other tables say.  While a bridge is not in
 * the set yet, a rule for the prefix of its name drops its traffic.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <netinet/in.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libshared/base/bridge.h"
#include "modules/netguard/attribute.h"
#include "modules/netguard/rules.h"

#define NFT		"/usr/sbin/nft"
#define TENANT		"\"" BRIDGE_PREFIX "*\""
#define FORGET(table)	"table inet " table "\ndelete table inet " table "\n"

static void
put_bridges(FILE *out, const struct links *links)
{
	size_t i;

	(void)fputs("\tset bridges {\n\t\ttype ifname\n", out);
	for (i = 0; i < links->n; i++)
		fprintf(out, "%s\"%s\"", i == 0 ? "\t\telements = { " : ", ",
		    links->names[i]);
	(void)fputs(links->n > 0 ? " }\n\t}\n" : "\t}\n", out);
	(void)fputs("\tset same {\n\t\ttype ifname . ifname\n", out);
	for (i = 0; i < links->n; i++)
		fprintf(out, "%s\"%s\" . \"%s\"", i == 0 ?
		    "\t\telements = { " : ", ", links->names[i],
		    links->names[i]);
	(void)fputs(links->n > 0 ? " }\n\t}\n" : "\t}\n", out);
}

/* put_servers - names the tenants' servers by bridge and address */
static void
put_servers(FILE *out, const struct links *links)
{
	char mac[BRIDGE_MAC_MAX];
	size_t i;

	(void)fputs("\tset servers {\n\t\ttype ifname . ether_addr\n", out);
	for (i = 0; i < links->n; i++) {
		bridge_server_mac(links->names[i], mac);
		fprintf(out, "%s\"%s\" . %s", i == 0 ?
		    "\t\telements = { " : ", ", links->names[i], mac);
	}
	(void)fputs(links->n > 0 ? " }\n\t}\n" : "\t}\n", out);
}

static void
put_networks(FILE *out, const char *name, bool v6, const struct network *rows,
    size_t n)
{
	char text[NETWORK_TEXT_MAX];
	bool first = true;
	size_t i;

	fprintf(out, "\tset %s {\n\t\ttype %s\n\t\tflags interval\n"
	    "\t\tauto-merge\n", name, v6 ? "ipv6_addr" : "ipv4_addr");
	for (i = 0; i < n; i++) {
		if (rows[i].v6 != v6)
			continue;
		fprintf(out, "%s%s", first ? "\t\telements = { " : ", ",
		    network_text(&rows[i], text));
		first = false;
	}
	(void)fputs(first ? "\t}\n" : " }\n\t}\n", out);
}

static void
put_sets(FILE *out, const struct rules *rules, const struct links *links)
{
	put_bridges(out, links);
	put_servers(out, links);
	put_networks(out, "special4", false, network_special_v4,
	    network_special_v4_n);
	put_networks(out, "special6", true, network_special_v6,
	    network_special_v6_n);
	put_networks(out, "open4", false, rules->open.rows, rules->open.n);
	put_networks(out, "open6", true, rules->open.rows, rules->open.n);
}

/*
 * put_forward - drops all traffic between tenants, also of established
 * connections; allows only replies into a tenant; allows traffic out of a
 * tenant to the platform's endpoints, to networks that the operator opened, and
 * to public addresses.  Networks with a special purpose belong to the operator,
 * and clouds serve the credentials of machines there.
 */
static void
put_forward(FILE *out)
{
	char global[NETWORK_TEXT_MAX];

	fprintf(out, "\tchain forward {\n"
	    "\t\ttype filter hook forward priority -5; policy accept;\n"
	    "\t\tiifname . oifname @same accept\n"
	    "\t\tiifname " TENANT " oifname " TENANT " counter drop\n"
	    "\t\tiifname " TENANT " iifname != @bridges counter drop\n"
	    "\t\toifname " TENANT " oifname != @bridges counter drop\n"
	    "\t\toifname " TENANT " ct state established,related accept\n"
	    "\t\toifname " TENANT " counter drop\n"
	    "\t\tiifname != " TENANT " accept\n"
	    "\t\tjump endpoints\n"
	    "\t\tip daddr @open4 accept\n"
	    "\t\tip6 daddr @open6 accept\n"
	    "\t\tip daddr @special4 counter drop\n"
	    "\t\tip6 daddr @special6 counter drop\n"
	    "\t\tip6 daddr != %s counter drop\n"
	    "\t}\n", network_text(&network_open_v6, global));
}

/*
 * put_input - allows DNS at the bridge's own address and the platform's
 * endpoints
 */
static void
put_input(FILE *out)
{
	(void)fputs("\tchain input {\n"
	    "\t\ttype filter hook input priority -5; policy accept;\n"
	    "\t\tiifname != " TENANT " accept\n"
	    "\t\tiifname != @bridges counter drop\n"
	    "\t\tct state established,related accept\n"
	    "\t\tfib daddr . iif type local udp dport 53 accept\n"
	    "\t\tfib daddr . iif type local tcp dport 53 accept\n"
	    "\t\tjump endpoints\n"
	    "\t\tcounter drop\n\t}\n", out);
}

/*
 * put_endpoints - opens the database to the tenants' servers, not to
 * applications
 */
static void
put_endpoints(FILE *out, const struct rules *rules)
{
	const struct rules_endpoint *end;
	size_t i;

	(void)fputs("\tchain endpoints {\n", out);
	for (i = 0; i < rules->nends; i++) {
		end = &rules->ends[i];
		if (end->database)
			fprintf(out, "\t\tip daddr %s tcp dport %u iifname . "
			    "ether saddr != @servers counter drop\n",
			    end->address, end->port);
		fprintf(out, "\t\tip daddr %s tcp dport %u accept\n",
		    end->address, end->port);
	}
	(void)fputs("\t}\n", out);
}

static void
put_limit(FILE *out, const struct rules_endpoint *end, size_t i)
{
	fprintf(out, "\t\tip daddr %s tcp dport %u add @tenants%zu { "
	    "iifname ct count over %u } counter reject with tcp reset\n",
	    end->address, end->port, i, end->per_tenant);
	if (end->all > 0)
		fprintf(out, "\t\tip daddr %s tcp dport %u add @all%zu { "
		    "ip daddr ct count over %u } counter reject with tcp "
		    "reset\n", end->address, end->port, i, end->all);
}

/*
 * Connections are counted in a separate table, whose sets, with the open
 * connections, stay when the table is written again.  Its priority is later
 * than the other's, so that only accepted connections are counted.
 */
static void
put_limits(FILE *out, const struct rules *rules)
{
	static const char *const hooks[] = { "forward", "input" };
	size_t i, hook;

	(void)fputs("table inet " RULES_LIMITS " {\n", out);
	for (i = 0; i < rules->nends; i++) {
		fprintf(out, "\tset tenants%zu { type ifname; size 8192; "
		    "flags dynamic; }\n", i);
		fprintf(out, "\tset all%zu { type ipv4_addr; size 8; "
		    "flags dynamic; }\n", i);
	}
	edge_put_sets(out, &rules->edge);
	(void)fputs("}\nflush table inet " RULES_LIMITS "\n"
	    "table inet " RULES_LIMITS " {\n\tchain limits {\n", out);
	for (i = 0; i < rules->nends; i++)
		put_limit(out, &rules->ends[i], i);
	(void)fputs("\t}\n", out);
	edge_put_chain(out, &rules->edge);
	for (hook = 0; hook < nitems(hooks); hook++) {
		fprintf(out, "\tchain %s {\n\t\ttype filter hook %s priority "
		    "-4; policy accept;\n\t\tiifname " TENANT " ct state new "
		    "jump limits\n\t\tiifname " TENANT " accept\n",
		    hooks[hook], hooks[hook]);
		if (strcmp(hooks[hook], "input") == 0)
			edge_put_jump(out, &rules->edge);
		(void)fputs("\t}\n", out);
	}
	(void)fputs("}\n", out);
}

char *
rules_text(const struct rules *rules, const struct links *links)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	out = open_memstream(&text, &len);
	if (out == NULL)
		return NULL;
	(void)fputs(FORGET(RULES_TABLE) "table inet " RULES_TABLE " {\n", out);
	put_sets(out, rules, links);
	put_endpoints(out, rules);
	put_forward(out);
	put_input(out);
	(void)fputs("}\n", out);
	put_limits(out, rules);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int
write_all(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;

	while (len > 0) {
		n = write(fd, text, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
spawn_nft(int input, pid_t *pid)
{
	static char name[] = "nft", option[] = "-f", dash[] = "-";
	static char path[] = "PATH=/usr/sbin:/usr/bin", lang[] = "LC_ALL=C";
	char *argv[] = { name, option, dash, NULL };
	char *envp[] = { path, lang, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int error;

	sigemptyset(&none);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -1;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return -1;
	}
	error = posix_spawn_file_actions_adddup2(&actions, input,
	    STDIN_FILENO);
	if (error == 0)
		error = posix_spawnattr_setsigmask(&attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setflags(&attributes,
		    POSIX_SPAWN_SETSIGMASK);
	if (error == 0)
		error = posix_spawn(pid, NFT, &actions, &attributes, argv,
		    envp);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	errno = error;
	return error == 0 ? 0 : -1;
}

int
rules_apply(const char *text)
{
	int ends[2], status, written;
	pid_t pid, got;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	if (spawn_nft(ends[0], &pid) == -1) {
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	close(ends[0]);
	written = write_all(ends[1], text);
	close(ends[1]);
	do {
		got = waitpid(pid, &status, 0);
	} while (got == -1 && errno == EINTR);
	if (got == pid && written == 0 && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0)
		return 0;
	errno = EIO;
	return -1;
}

int
rules_remove(void)
{
	return rules_apply(FORGET(RULES_TABLE) FORGET(RULES_LIMITS));
}

int
rules_watch(void)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int group = NFNLGRP_NFTABLES;
	int fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_NETFILTER);
	if (fd == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&self, sizeof(self)) == -1 ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
	    sizeof(group)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * names_us - reads attribute 1, where each message about a table has its name
 */
static bool
names_us(const struct nlmsghdr *message)
{
	static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 &&
	    NFTA_RULE_TABLE == 1 && NFTA_SET_TABLE == 1 &&
	    NFTA_SET_ELEM_LIST_TABLE == 1, "one attribute for all");
	size_t head = NLMSG_LENGTH(sizeof(struct nfgenmsg));
	struct attributes a = { .p = (const char *)message + head };

	if (message->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES ||
	    message->nlmsg_len < head)
		return false;
	a.left = message->nlmsg_len - head;
	while (attribute_next(&a))
		if (a.type == NFTA_TABLE_NAME)
			return a.len == sizeof(RULES_TABLE) &&
			    memcmp(a.data, RULES_TABLE, a.len) == 0;
	return false;
}

int
rules_touched(int fd)
{
	_Alignas(struct nlmsghdr) char buf[32768];
	const struct nlmsghdr *message;
	int touched = 0;
	unsigned left;
	ssize_t n;

	for (;;) {
		n = recv(fd, buf, sizeof(buf), 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == ENOBUFS) {	/* events were lost */
			touched = 1;
			continue;
		}
		if (n <= 0)
			return touched;
		left = (unsigned)n;
		for (message = (const void *)buf; NLMSG_OK(message, left);
		    message = NLMSG_NEXT(message, left))
			if (names_us(message))
				touched = 1;
	}
}
