/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses a URL of a tenant may lead to: none with a special purpose
 * (RFC 6890 and the IANA registries it began).
 *
 * IPv4 is a list of what is refused.  IPv6 is the other way round: only global
 * unicast, 2000::/3, is open, less what is special in it, so that mapped,
 * translated (NAT64), local, unique-local and multicast forms are all out.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "libshared/http.h"
#include "libshared/str.h"

struct range { uint8_t net[16]; unsigned bits; };

static const struct range special4[] = {
	{ { 0 }, 8 },			/* this network */
	{ { 10 }, 8 },			/* private */
	{ { 100, 64 }, 10 },		/* shared by carriers */
	{ { 127 }, 8 },			/* loopback */
	{ { 169, 254 }, 16 },		/* link-local, metadata of clouds */
	{ { 172, 16 }, 12 },		/* private */
	{ { 192, 0, 0 }, 24 },		/* IETF protocols */
	{ { 192, 0, 2 }, 24 },		/* documentation */
	{ { 192, 31, 196 }, 24 },	/* AS112 */
	{ { 192, 52, 193 }, 24 },	/* AMT */
	{ { 192, 88, 99 }, 24 },	/* 6to4 relays */
	{ { 192, 168 }, 16 },		/* private */
	{ { 192, 175, 48 }, 24 },	/* AS112 */
	{ { 198, 18 }, 15 },		/* benchmarks */
	{ { 198, 51, 100 }, 24 },	/* documentation */
	{ { 203, 0, 113 }, 24 },	/* documentation */
	{ { 224 }, 4 },			/* multicast */
	{ { 240 }, 4 },			/* reserved, broadcast */
};

static const struct range open6 = { { 0x20 }, 3 };

static const struct range special6[] = {
	{ { 0x20, 0x01 }, 23 },		/* IETF: Teredo, ORCHID, benchmarks */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation */
	{ { 0x20, 0x02 }, 16 },		/* 6to4: any IPv4 within */
	{ { 0x26, 0x20, 0x00, 0x4f, 0x80 }, 48 },	/* AS112 */
	{ { 0x3f, 0xff }, 20 },		/* documentation */
};

static bool
range_holds(const struct range *range, const uint8_t *address)
{
	unsigned whole = range->bits / 8, rest = range->bits % 8;

	return memcmp(range->net, address, whole) == 0 && (rest == 0 ||
	    (range->net[whole] ^ address[whole]) >> (8 - rest) == 0);
}

static bool
special_v4(const uint8_t address[4])
{
	size_t i;

	for (i = 0; i < nitems(special4); i++)
		if (range_holds(&special4[i], address))
			return true;
	return false;
}

static bool
special_v6(const uint8_t address[16])
{
	size_t i;

	if (!range_holds(&open6, address))
		return true;
	for (i = 0; i < nitems(special6); i++)
		if (range_holds(&special6[i], address))
			return true;
	return false;
}

bool
http_address_special(const char *address)
{
	uint8_t raw[16];

	if (inet_pton(AF_INET, address, raw) == 1)
		return special_v4(raw);
	if (inet_pton(AF_INET6, address, raw) == 1)
		return special_v6(raw);
	return true;
}

bool
http_sockaddr_special(const struct sockaddr *address, size_t len)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, address, sizeof(v4));
		return special_v4((const uint8_t *)&v4.sin_addr);
	}
	if (address->sa_family == AF_INET6 && len >= sizeof(v6)) {
		memcpy(&v6, address, sizeof(v6));
		return special_v6(v6.sin6_addr.s6_addr);
	}
	return true;
}
