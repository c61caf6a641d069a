/* SPDX-License-Identifier: Apache-2.0 */
/* TXT records: queried by the system's resolver, compared byte for byte. */
#include "config.h"

#include <netdb.h>
#include <string.h>

#include <arpa/nameser.h>
#include <resolv.h>

#include "libshared/base/arena.h"
#include "libshared/doors/dns.h"

#define ANSWER_MAX	16384
#define TEXT_MAX	1024
#define RECORDS_MAX	100	/* records that are compared */
#define LABEL_MAX	63

bool
dns_domain_sound(const char *name)
{
	static const char inside[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t len, labels = 0;
	const char *p = name;

	if (strlen(name) > DNS_NAME_MAX)
		return false;
	for (;; p++) {
		len = strspn(p, inside);
		if (len == 0 || len > LABEL_MAX || p[0] == '-' ||
		    p[len - 1] == '-')
			return false;
		labels++;
		if (p[len] == '\0')	/* a top-level domain is not a number */
			return labels >= 2 &&
			    strspn(p, "0123456789") != len;
		if (p[len] != '.')
			return false;
		p += len;
	}
}

/*
 * text_is - compares the joined strings of a record (RFC 1035 3.3.14) with want
 */
static bool
text_is(const uint8_t *data, size_t len, const char *want)
{
	char text[TEXT_MAX];
	size_t i, piece, n = 0;

	for (i = 0; i < len; i += 1 + piece) {
		piece = data[i];
		if (piece > len - i - 1 || n + piece > sizeof(text))
			return false;
		memcpy(text + n, data + i + 1, piece);
		n += piece;
	}
	return n == strlen(want) && memcmp(text, want, n) == 0;
}

bool
dns_answer_holds(const uint8_t *answer, size_t len, const char *want)
{
	ns_msg message;
	ns_rr record;
	int i, n;

	if (len > ANSWER_MAX || ns_initparse(answer, (int)len, &message) != 0)
		return false;
	n = ns_msg_count(message, ns_s_an);
	if (n > RECORDS_MAX)
		n = RECORDS_MAX;
	for (i = 0; i < n; i++)
		if (ns_parserr(&message, ns_s_an, i, &record) == 0 &&
		    ns_rr_type(record) == ns_t_txt &&
		    ns_rr_class(record) == ns_c_in &&
		    text_is(ns_rr_rdata(record), ns_rr_rdlen(record), want))
			return true;
	return false;
}

enum err
dns_txt_holds(struct ctx *ctx, const char *name, const char *want,
    bool *found)
{
	uint8_t *answer = arena_get(ctx->mem, ANSWER_MAX);
	struct __res_state state;
	int len, why;

	memset(&state, 0, sizeof(state));
	if (answer == NULL || res_ninit(&state) != 0)
		return fail(ctx, ERR_PEER, "no_name_server",
		    "the resolver cannot be set up");
	state.retrans = DNS_TRY_S;
	state.retry = 2;
	len = res_nquery(&state, name, ns_c_in, ns_t_txt, answer, ANSWER_MAX);
	why = state.res_h_errno;
	res_nclose(&state);
	if (len < 0 && why != HOST_NOT_FOUND && why != NO_DATA)
		return fail(ctx, ERR_PEER, "no_name_server",
		    "no name server answers for %s", name);
	*found = len > 0 && len <= ANSWER_MAX &&
	    dns_answer_holds(answer, (size_t)len, want);
	return ERR_OK;
}
