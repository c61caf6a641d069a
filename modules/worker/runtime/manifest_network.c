/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NetworkPolicies of a tenant (M3.8, T14): nothing in or out, then the list of
 * what is allowed.  Applications reach their server and the internet; the
 * server reaches its pool and the internet; only the pool reaches PostgreSQL.
 */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "libshared/base/network.h"
#include "libshared/base/str.h"
#include "modules/worker/runtime/manifest_part.h"

#define DNS_PORT	53
#define HTTPS_PORT	443
#define OPENSEARCH_PORT	9200
#define RANGE_SIZE_MAX	64

static const struct manifest_kind policy_kind = { "networking.k8s.io/v1",
    "NetworkPolicy" };

/* policy_new - for the pods of a role; NULL: for all pods */
static struct json *
policy_new(struct manifest *m, struct json *list, const char *name,
    const char *role)
{
	struct json *spec, *selector;

	json_add(list, manifest_spec(m, &policy_kind, name, &spec));
	selector = manifest_member(m->ctx, spec, "podSelector");
	if (role != NULL)
		manifest_pair(m->ctx, selector, "matchLabels",
		    &(const struct runtime_pair){ ROLE_LABEL, role });
	return spec;
}

/* rule_new - a rule of a direction ("ingress", "egress"); returns its peers */
static struct json *
rule_new(struct manifest *m, struct json *spec, const char *way, int64_t port)
{
	const char *type = way[0] == 'i' ? "Ingress" : "Egress";
	struct json *rule = json_object(m->ctx), *row;

	if (json_is_null(json_get(spec, "policyTypes")))
		json_put(spec, "policyTypes", json_array(m->ctx));
	if (json_is_null(json_get(spec, way))) {
		json_put(spec, way, json_array(m->ctx));
		json_add_text((struct json *)(uintptr_t)json_get(spec,
		    "policyTypes"), type);
	}
	json_add((struct json *)(uintptr_t)json_get(spec, way), rule);
	if (port != 0) {
		row = manifest_row(m->ctx, manifest_list(m->ctx, rule,
		    "ports"));
		json_put_text(row, "protocol", "TCP");
		json_put_int(row, "port", port);
	}
	return manifest_list(m->ctx, rule, way[0] == 'i' ? "from" : "to");
}

static void
role_put(struct manifest *m, struct json *peers, const char *role)
{
	manifest_pair(m->ctx, manifest_member(m->ctx, manifest_row(m->ctx,
	    peers), "podSelector"), "matchLabels",
	    &(const struct runtime_pair){ ROLE_LABEL, role });
}

/* Namespace and pods stand in one item: two items would mean "or". */
static void
peers_put(struct manifest *m, struct json *list,
    const struct manifest_peers *peers)
{
	const struct manifest_peer *peer;
	struct json *row;
	size_t i;

	for (i = 0; i < peers->n; i++) {
		peer = &peers->rows[i];
		row = manifest_row(m->ctx, list);
		if (peer->cidr != NULL) {
			manifest_pair(m->ctx, row, "ipBlock",
			    &(const struct runtime_pair){ "cidr",
			    peer->cidr });
			continue;
		}
		manifest_pair(m->ctx, manifest_member(m->ctx, row,
		    "namespaceSelector"), "matchLabels",
		    &(const struct runtime_pair){
		    "kubernetes.io/metadata.name", peer->space });
		if (peer->label != NULL)
			manifest_pair(m->ctx, manifest_member(m->ctx, row,
			    "podSelector"), "matchLabels",
			    &(const struct runtime_pair){ peer->label,
			    peer->value });
	}
}

static void
deny_put(struct manifest *m, struct json *list)
{
	struct json *spec = policy_new(m, list, "default-deny", NULL);
	struct json *types = manifest_list(m->ctx, spec, "policyTypes");

	json_add_text(types, "Ingress");
	json_add_text(types, "Egress");
}

static void
dns_put(struct manifest *m, struct json *list)
{
	static const char *const protocols[] = { "UDP", "TCP" };
	struct json *spec = policy_new(m, list, "allow-dns", NULL);
	struct json *rule, *ports, *row;
	size_t i;

	peers_put(m, rule_new(m, spec, "egress", 0), &m->place->dns);
	rule = (struct json *)(uintptr_t)json_at(json_get(spec, "egress"), 0);
	ports = manifest_list(m->ctx, rule, "ports");
	for (i = 0; i < nitems(protocols); i++) {
		row = manifest_row(m->ctx, ports);
		json_put_text(row, "protocol", protocols[i]);
		json_put_int(row, "port", DNS_PORT);
	}
}

/*
 * range_inside - whether the range, which is valid, lies in the block: an
 * exception must
 */
static bool
range_inside(const char *range, bool six)
{
	char copy[RANGE_SIZE_MAX];
	struct str rest = str_of(range), address = str_cut(&rest, '/');
	uint8_t bytes[16];

	if ((strchr(range, ':') != NULL) != six ||
	    address.len >= sizeof(copy))
		return false;
	memcpy(copy, address.p, address.len);
	copy[address.len] = '\0';
	return !six || (inet_pton(AF_INET6, copy, bytes) == 1 &&
	    network_holds(&network_open_v6, true, bytes));
}

/* A block of addresses, less the networks in it that have other purposes. */
struct block {
	const char		*cidr;
	const struct network	*special;
	size_t			 n;
	bool			 six;
};

/* block_put - the block as a peer, also without the place's own ranges in it */
static void
block_put(struct manifest *m, struct json *peers, const struct block *part)
{
	struct json *block = manifest_member(m->ctx, manifest_row(m->ctx,
	    peers), "ipBlock"), *except;
	char text[NETWORK_TEXT_MAX];
	size_t i;

	json_put_text(block, "cidr", part->cidr);
	except = manifest_list(m->ctx, block, "except");
	for (i = 0; i < part->n; i++)
		json_add_text(except, network_text(&part->special[i], text));
	for (i = 0; i < m->place->nranges; i++)
		if (range_inside(m->place->ranges[i], part->six))
			json_add_text(except, m->place->ranges[i]);
}

/* internet_put - what netguard lets containers of an engine reach, too */
static void
internet_put(struct manifest *m, struct json *list, const char *name,
    const char *role)
{
	struct json *peers = rule_new(m, policy_new(m, list, name, role),
	    "egress", 0);
	char open[NETWORK_TEXT_MAX];

	block_put(m, peers, &(const struct block){ "0.0.0.0/0",
	    network_special_v4, network_special_v4_n, false });
	block_put(m, peers, &(const struct block){ network_text(
	    &network_open_v6, open), network_special_v6,
	    network_special_v6_n, true });
}

static void
app_put(struct manifest *m, struct json *list)
{
	struct json *spec = policy_new(m, list, "apps-to-server", ROLE_APP);

	role_put(m, rule_new(m, spec, "egress", RUNTIME_SERVER_PORT),
	    ROLE_SERVER);
	internet_put(m, list, "apps-to-internet", ROLE_APP);
}

static void
server_put(struct manifest *m, struct json *list)
{
	struct json *spec = policy_new(m, list, "server", ROLE_SERVER);

	role_put(m, rule_new(m, spec, "ingress", RUNTIME_SERVER_PORT),
	    ROLE_APP);
	role_put(m, rule_new(m, spec, "egress", MANIFEST_DATABASE_PORT),
	    ROLE_POOLER);
	if (m->place->platform.n > 0)
		peers_put(m, rule_new(m, spec, "egress",
		    HTTPS_PORT),
		    &m->place->platform);
	if (m->place->opensearch.n > 0)
		peers_put(m, rule_new(m, spec, "egress",
		    OPENSEARCH_PORT),
		    &m->place->opensearch);
	internet_put(m, list, "server-to-internet", ROLE_SERVER);
}

static void
pooler_put(struct manifest *m, struct json *list)
{
	struct json *spec = policy_new(m, list, "pooler", ROLE_POOLER);

	role_put(m, rule_new(m, spec, "ingress", MANIFEST_DATABASE_PORT),
	    ROLE_SERVER);
	peers_put(m, rule_new(m, spec, "egress", m->place->postgres_port),
	    &m->place->postgres);
}

/* A rule without peers would allow all of them. */
static void
platform_put(struct manifest *m, struct json *list)
{
	if (m->place->platform.n > 0)
		peers_put(m, rule_new(m, policy_new(m, list, "platform", NULL),
		    "ingress", 0), &m->place->platform);
}

enum err
manifest_network(struct manifest *m)
{
	struct json *list = json_array(m->ctx);

	deny_put(m, list);
	dns_put(m, list);
	app_put(m, list);
	server_put(m, list);
	pooler_put(m, list);
	platform_put(m, list);
	return manifest_file_add(m, "namespace/network.yaml", list);
}
