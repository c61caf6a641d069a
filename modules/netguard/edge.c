/* SPDX-License-Identifier: Apache-2.0 */
/* What one address may take of nginx's connections and handshakes. */
#include "config.h"

#include <stdlib.h>

#include "modules/netguard/edge.h"

#define SOURCES_MAX	65536	/* addresses that are counted */
#define RATE_MAX	200	/* new connections a second of an address */
#define BURST_MAX	1000
#define PREFIX6		"ip6 saddr & ffff:ffff:ffff:ffff::"

struct edge_settings {
	int64_t edge_port, edge_connections;
	const char *edge_trusted;
};

static const struct setting edge_settings[] = {
	SETTING(edge_settings, edge_port, INT, "443", 0, 65535,
	    "Port of nginx for everybody, where connections are counted for "
	    "each address; 0: they are not."),
	SETTING(edge_settings, edge_connections, INT, "256", 16, 65535,
	    "Connections that one address may have there at the same time."),
	SETTING(edge_settings, edge_trusted, NETWORKS, "", 0, 1024,
	    "Load balancers in front of nginx, whose connections are not "
	    "counted."),
	SETTINGS_END
};

bool
edge_conf(struct edge *edge, const struct conf *conf)
{
	const struct edge_settings *part = conf_part(conf, edge_settings,
	    sizeof(*part));

	edge->port = (unsigned)part->edge_port;
	edge->connections = (unsigned)part->edge_connections;
	return networks_parse(str_of(part->edge_trusted), &edge->trusted);
}

void
edge_put_sets(FILE *out, const struct edge *edge)
{
	int v;

	if (edge->port == 0)
		return;
	for (v = 4; v <= 6; v += 2) {
		fprintf(out, "\tset edge%d { type ipv%d_addr; size %d; "
		    "flags dynamic; }\n", v, v, SOURCES_MAX);
		fprintf(out, "\tset pace%d { type ipv%d_addr; size %d; "
		    "flags dynamic, timeout; timeout 30s; }\n", v, v,
		    SOURCES_MAX);
	}
}

static void
edge_put_trusted(FILE *out, const struct networks *trusted)
{
	char text[NETWORK_TEXT_MAX];
	size_t i;

	for (i = 0; i < trusted->n; i++)
		fprintf(out, "\t\t%s saddr %s return\n",
		    trusted->rows[i].v6 ? "ip6" : "ip",
		    network_text(&trusted->rows[i], text));
}

/* A set that is full counts no more addresses, and lets them in. */
void
edge_put_chain(FILE *out, const struct edge *edge)
{
	static const char *const source[] = { "ip saddr", PREFIX6 };
	int i;

	if (edge->port == 0)
		return;
	(void)fputs("\tchain edge {\n", out);
	edge_put_trusted(out, &edge->trusted);
	for (i = 0; i < 2; i++) {
		fprintf(out, "\t\tmeta nfproto ipv%d update @pace%d { %s "
		    "limit rate over %d/second burst %d packets } counter "
		    "drop\n", 4 + 2 * i, 4 + 2 * i, source[i], RATE_MAX,
		    BURST_MAX);
		fprintf(out, "\t\tmeta nfproto ipv%d add @edge%d { %s "
		    "ct count over %u } counter reject with tcp reset\n",
		    4 + 2 * i, 4 + 2 * i, source[i], edge->connections);
	}
	(void)fputs("\t}\n", out);
}

void
edge_put_jump(FILE *out, const struct edge *edge)
{
	if (edge->port != 0)
		fprintf(out, "\t\ttcp dport %u ct state new jump edge\n",
		    edge->port);
}
