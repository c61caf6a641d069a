/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks as prefixes.  IPv4 is a list of what is refused.  IPv6 is a list of
 * what is open: global unicast, 2000::/3, without its special parts, so that
 * mapped, translated (NAT64), local, unique-local and multicast addresses are
 * refused.  Unique-local covers the address fd00:ec2::254 of AWS, 100.64.0.0/10
 * the address 100.100.100.200 of Alibaba, and 192.0.0.0/24 the address
 * 192.0.0.192 of Oracle, where machines get their credentials.
 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "libshared/base/network.h"

#define V4(bits, ...)	{ false, { __VA_ARGS__ }, bits }
#define V6(bits, ...)	{ true, { __VA_ARGS__ }, bits }

const struct network network_special_v4[] = {
	V4(8, 0),			/* this network */
	V4(8, 10),			/* private */
	V4(10, 100, 64),		/* shared by carriers */
	V4(8, 127),			/* loopback */
	V4(32, 168, 63, 129, 16),	/* Azure's services for its machines */
	V4(16, 169, 254),		/* link-local, metadata of clouds */
	V4(12, 172, 16),		/* private */
	V4(24, 192, 0, 0),		/* IETF protocols */
	V4(24, 192, 0, 2),		/* documentation */
	V4(24, 192, 31, 196),		/* AS112 */
	V4(24, 192, 52, 193),		/* AMT */
	V4(24, 192, 88, 99),		/* 6to4 relays */
	V4(16, 192, 168),		/* private */
	V4(24, 192, 175, 48),		/* AS112 */
	V4(15, 198, 18),		/* benchmarks */
	V4(24, 198, 51, 100),		/* documentation */
	V4(24, 203, 0, 113),		/* documentation */
	V4(4, 224),			/* multicast */
	V4(4, 240),			/* reserved, broadcast */
};
const size_t network_special_v4_n = nitems(network_special_v4);

const struct network network_open_v6 = V6(3, 0x20);

const struct network network_special_v6[] = {
	V6(23, 0x20, 0x01),		/* IETF: Teredo, ORCHID, benchmarks */
	V6(32, 0x20, 0x01, 0x0d, 0xb8),	/* documentation */
	V6(16, 0x20, 0x02),		/* 6to4: any IPv4 within */
	V6(48, 0x26, 0x20, 0x00, 0x4f, 0x80),	/* AS112 */
	V6(20, 0x3f, 0xff),		/* documentation */
};
const size_t network_special_v6_n = nitems(network_special_v6);

bool
network_holds(const struct network *network, bool v6, const uint8_t *address)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;

	return network->v6 == v6 &&
	    memcmp(network->net, address, whole) == 0 && (rest == 0 ||
	    (network->net[whole] ^ address[whole]) >> (8 - rest) == 0);
}

static bool
holds_any(const struct network *rows, size_t n, bool v6,
    const uint8_t *address)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (network_holds(&rows[i], v6, address))
			return true;
	return false;
}

bool
network_special(bool v6, const uint8_t *address)
{
	if (!v6)
		return holds_any(network_special_v4, network_special_v4_n,
		    false, address);
	return !network_holds(&network_open_v6, true, address) ||
	    holds_any(network_special_v6, network_special_v6_n, true, address);
}

/*
 * network_canonical - true when no bit is set after the prefix: 10.1.2.3/16 is
 * a mistake
 */
static bool
network_canonical(const struct network *network)
{
	unsigned i, bits = network->bits;

	for (i = bits; i < (network->v6 ? 128U : 32U); i++)
		if ((network->net[i / 8] >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

bool
network_parse(struct str text, struct network *network)
{
	struct network parsed = { 0 };
	char address[NETWORK_TEXT_MAX];
	bool prefix = memchr(text.p, '/', text.len) != NULL;
	struct str host = str_cut(&text, '/');
	int64_t bits;

	if (host.len == 0 || host.len >= sizeof(address))
		return false;
	memcpy(address, host.p, host.len);
	address[host.len] = '\0';
	parsed.v6 = memchr(host.p, ':', host.len) != NULL;
	if (inet_pton(parsed.v6 ? AF_INET6 : AF_INET, address,
	    parsed.net) != 1)
		return false;
	bits = parsed.v6 ? 128 : 32;
	if (prefix && !str_int(text, 0, bits, &bits))
		return false;
	parsed.bits = (unsigned)bits;
	if (!network_canonical(&parsed))
		return false;
	*network = parsed;
	return true;
}

const char *
network_text(const struct network *network, char text[NETWORK_TEXT_MAX])
{
	char address[INET6_ADDRSTRLEN] = "";

	(void)inet_ntop(network->v6 ? AF_INET6 : AF_INET, network->net,
	    address, sizeof(address));
	(void)snprintf(text, NETWORK_TEXT_MAX, "%s/%u", address,
	    network->bits);
	return text;
}

bool
networks_parse(struct str list, struct networks *networks)
{
	bool more = list.len > 0;
	struct str part;

	networks->n = 0;
	while (more) {
		more = memchr(list.p, ',', list.len) != NULL;
		part = str_trim(str_cut(&list, ','));
		if (networks->n == NETWORKS_MAX ||
		    !network_parse(part, &networks->rows[networks->n]))
			return false;
		networks->n++;
	}
	return true;
}

bool
networks_hold(const struct networks *networks, bool v6,
    const uint8_t *address)
{
	return holds_any(networks->rows, networks->n, v6, address);
}
