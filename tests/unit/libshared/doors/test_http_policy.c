/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threat T10: a tenant's URL must not lead into the platform's networks.
 * getaddrinfo() and connect() are replaced here, and the linker gives them to
 * libcurl, too. So a name can have any addresses, the test sees where a
 * connection would go, and no packet leaves this machine.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/base/arena.h"
#include "libshared/doors/http.h"

static const char *answers[4];		/* addresses of every name */
static int asked;			/* names looked up */
static int tried, tried_special;	/* connections, of those to inside */

static struct addrinfo *
address_of(const char *text, int port)
{
	struct { struct addrinfo info; struct sockaddr_in6 v6; } *made =
	    calloc(1, sizeof(*made));
	struct sockaddr_in *v4;

	assert_non_null(made);
	made->info.ai_socktype = SOCK_STREAM;
	made->info.ai_protocol = IPPROTO_TCP;
	made->info.ai_addr = (struct sockaddr *)&made->v6;
	v4 = (struct sockaddr_in *)&made->v6;
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		made->info.ai_family = v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		made->info.ai_addrlen = sizeof(*v4);
		return &made->info;
	}
	memset(&made->v6, 0, sizeof(made->v6));
	assert_int_equal(inet_pton(AF_INET6, text, &made->v6.sin6_addr), 1);
	made->info.ai_family = made->v6.sin6_family = AF_INET6;
	made->v6.sin6_port = htons((uint16_t)port);
	made->info.ai_addrlen = sizeof(made->v6);
	return &made->info;
}

int
getaddrinfo(const char *restrict node, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict list)
{
	struct addrinfo **end = list;
	size_t i;

	(void)node;
	(void)hints;
	__atomic_add_fetch(&asked, 1, __ATOMIC_SEQ_CST);
	*list = NULL;
	for (i = 0; i < nitems(answers) && answers[i] != NULL; i++) {
		*end = address_of(answers[i], (int)strtol(service, NULL, 10));
		end = &(*end)->ai_next;
	}
	return *list == NULL ? EAI_NONAME : 0;
}

void
freeaddrinfo(struct addrinfo *list)
{
	struct addrinfo *next;

	for (; list != NULL; list = next) {
		next = list->ai_next;
		free(list);
	}
}

/* Records the address; refuses every connection. */
int
connect(int fd, const struct sockaddr *address, socklen_t len)
{
	(void)fd;
	tried++;
	if (http_sockaddr_special(address, len))
		tried_special++;
	errno = ECONNREFUSED;
	return -1;
}

static int
setup(void **state)
{
	if (ctx_setup(state) != 0)
		return -1;
	memset(answers, 0, sizeof(answers));
	asked = tried = tried_special = 0;
	return http_init();
}

/* First and last of each range, and their neighbours outside. */
static const char *const special[] = {
	"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.231.0.1",
	"10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.0",
	"127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254",
	"168.63.129.16",
	"169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0",
	"192.0.0.170", "192.0.0.255", "192.0.2.0", "192.0.2.255",
	"192.31.196.1", "192.52.193.1", "192.88.99.0", "192.88.99.255",
	"192.168.0.0", "192.168.255.255", "192.175.48.1", "198.18.0.0",
	"198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0",
	"203.0.113.255", "224.0.0.0", "239.255.255.255", "240.0.0.0",
	"255.255.255.254", "255.255.255.255",
	"::", "::1", "::2", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
	"::127.0.0.1", "::8.8.8.8", "::ffff:0:10.0.0.1",
	"64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::",
	"100::1", "1fff:ffff::1", "2001::", "2001::1",
	"2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1",
	"2001:20::1", "2001:1ff:ffff::1", "2001:db8::", "2001:db8::1",
	"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2002::",
	"2002:7f00:1::1", "2002:0a00:1::1", "2002:808:808::1",
	"2002:ffff::1", "2620:4f:8000::1", "3fff::1", "3fff:fff::1",
	"4000::1", "5f00::1", "fc00::", "fc00::1", "fdff::1", "fe80::1",
	"febf::1", "fec0::1", "ff00::1", "ff02::1", "ffff::1",
	/* what is no address is not let through either */
	"", "localhost", "0x7f.1", "0177.0.0.1", "127.1", "2130706433",
	"127.0.0.1 ", " 127.0.0.1", "8.8.8.8/32", "[::1]", "fe80::1%lo",
	"8.8.8", "8.8.8.8.8", "1.2.3.256",
};
static const char *const open[] = {
	"1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
	"100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
	"169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255",
	"192.0.1.0", "192.0.3.0", "192.31.195.255", "192.31.197.0",
	"192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
	"198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
	"203.0.112.255", "203.0.114.0", "223.255.255.255",
	"2000::1", "2001:200::1", "2001:db7:ffff::1", "2001:db9::1",
	"2001:4860:4860::8888", "2003::1", "2606:4700::1111",
	"2620:4f:7fff::1", "2620:4f:8001::1", "2a00:1450::1",
	"3ffe:ffff::1", "3fff:1000::1",
};

static void
t_ssrf_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(special); i++)
		if (!http_address_special(special[i]))
			fail_msg("%s is not seen as special", special[i]);
	for (i = 0; i < nitems(open); i++)
		if (http_address_special(open[i]))
			fail_msg("%s is seen as special", open[i]);
}

/* The same table as socket addresses, as the hook gets them. */
static void
t_ssrf_table_of_sockets(void **state)
{
	struct sockaddr_un_like { sa_family_t family; char path[20]; } local =
	    { AF_UNIX, "/run/x.sock" };
	struct addrinfo *info;
	uint8_t raw[16];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(special); i++) {
		if (inet_pton(AF_INET, special[i], raw) != 1 &&
		    inet_pton(AF_INET6, special[i], raw) != 1)
			continue;
		info = address_of(special[i], 443);
		assert_true(http_sockaddr_special(info->ai_addr,
		    info->ai_addrlen));
		freeaddrinfo(info);
	}
	for (i = 0; i < nitems(open); i++) {
		info = address_of(open[i], 443);
		assert_false(http_sockaddr_special(info->ai_addr,
		    info->ai_addrlen));
		assert_true(http_sockaddr_special(info->ai_addr, 4));
		freeaddrinfo(info);
	}
	assert_true(http_sockaddr_special((struct sockaddr *)&local,
	    sizeof(local)));
}

static enum err
call_public(const char *url)
{
	struct http_request request = { HTTP_DEFAULTS, .method = "GET",
	    .url = url, .timeout_ms = slow_ms(3000), .policy = HTTP_PUBLIC };
	struct http_response response;

	fail_clear(ctx);
	return http_call(ctx, &request, &response);
}

static void
t_ssrf_urls(void **state)
{
	static const char *const bad[] = { "", "http://idp.example/",
	    "HTTPS://idp.example/", "https:/idp.example", "https://",
	    "https:///x", "//idp.example/", "ftp://idp.example/",
	    "file:///etc/passwd", "https://user@idp.example/",
	    "https://user:pw@idp.example/", "https://idp.example:22/",
	    "https://idp.example:5432/", "https://idp.example:80/",
	    "https://idp.example:/", "https://idp.example:443x/",
	    "https://idp.example:4433/", "https://idp.example:0443/",
	    "https://idp.example\\@evil/", "https://idp.example/\r\nX: y",
	    "https://idp.example/a b", "https://idp.example/#fragment",
	    "https://idp.example#@evil/", "https://idp.ex\xc3\xa4mple/",
	    "https://idp_.example/", "https://-idp.example/",
	    "https://.example/", "https://[::1/", "https://[::1%25lo]/",
	    "https://[]/", "https://idp.example%00.evil/",
	    "https://127.0.0.1@[::1]/", " https://idp.example/",
	    "https://idp.example/<x>", "https://idp.example?x\ny" };
	static const char *const good[] = { "https://idp.example",
	    "https://idp.example/", "https://idp.example:443/a/b?c=d&e=%20",
	    "https://idp.example:8200/v1", "https://IDP.example:8443",
	    "https://idp.example?x", "https://[2606:4700::1111]/",
	    "https://[2606:4700::1111]:8443/", "https://1.1.1.1/" };
	char longer[HTTP_URL_MAX + 2] = "https://idp.example/";
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		if (http_url_public(bad[i]))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(call_public(bad[i]), ERR_FORBIDDEN);
	}
	assert_int_equal(asked, 0);	/* nobody was even looked up */
	for (i = 0; i < nitems(good); i++)
		if (!http_url_public(good[i]))
			fail_msg("refused: %s", good[i]);
	memset(longer + 20, 'a', HTTP_URL_MAX - 20);
	assert_true(http_url_public(longer));
	longer[HTTP_URL_MAX] = 'a';
	assert_false(http_url_public(longer));
}

/*
 * The address of the socket decides, whatever was checked before: alone, after
 * a public one that does not answer, and before one.
 */
static void
t_ssrf_rebind(void **state)
{
	static const char *const inside[] = { "127.0.0.1", "127.0.0.2",
	    "10.231.0.1", "169.254.169.254", "0.0.0.0", "::1",
	    "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1",
	    "fe80::1", "fd00::1" };
	const char *const url = "https://rebind.example/";
	size_t i;

	(void)state;
	for (i = 0; i < nitems(inside); i++) {
		answers[0] = inside[i];
		answers[1] = NULL;
		tried = 0;
		assert_int_equal(call_public(url), ERR_FORBIDDEN);
		assert_string_equal(ctx->fault.code, "address_refused");
		assert_null(strstr(ctx->fault.detail, inside[i]));
		assert_int_equal(tried, 0);
		answers[0] = strchr(inside[i], ':') != NULL ?
		    "2606:4700::1111" : "1.1.1.1";
		answers[1] = inside[i];
		assert_int_equal(call_public(url), ERR_FORBIDDEN);
		assert_int_equal(tried, 1);
		answers[1] = answers[0];
		answers[0] = inside[i];
		assert_int_equal(call_public(url), ERR_FORBIDDEN);
		assert_int_equal(tried, 1);
	}
	assert_int_equal(tried_special, 0);
	assert_int_equal(asked, 3 * nitems(inside));
	answers[0] = "1.1.1.1";		/* connect() refuses, not the policy */
	answers[1] = NULL;
	assert_int_equal(call_public(url), ERR_PEER);
	assert_int_equal(tried, 2);
}

static void
t_ssrf_names(void **state)
{
	static const char *const bad[] = { "https://127.0.0.1/",
	    "https://1.1.1.1/", "https://0x7f000001/", "https://2130706433/",
	    "https://0177.1/", "https://127.1:8443/", "https://[::1]/",
	    "https://[2606:4700::1111]/", "https://localhost/",
	    "https://redis", "https://idp.example./", "https://idp.1/",
	    "http://idp.example/", "" };
	static const char *const good[] = { "https://idp.example",
	    "https://10.idp.example/a.1", "https://IDP.EXAMPLE:8443/x",
	    "https://idp.xn--p1ai?x=[::1]" };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		if (http_url_named(bad[i]))
			fail_msg("taken: %s", bad[i]);
	for (i = 0; i < nitems(good); i++)
		if (!http_url_named(good[i]))
			fail_msg("refused: %s", good[i]);
}

/* Addresses in the URL itself, in spellings that resolvers accept. */
static void
t_ssrf_literals(void **state)
{
	static const char *const urls[] = { "https://127.0.0.1/",
	    "https://0x7f000001/", "https://2130706433/", "https://0177.1/",
	    "https://127.1/", "https://[::1]/", "https://[::ffff:7f00:1]/",
	    "https://10.231.0.1:8443/", "https://[fe80::1]/",
	    "https://169.254.169.254/latest/meta-data" };
	size_t i;

	(void)state;
	answers[0] = "127.0.0.1";
	for (i = 0; i < nitems(urls); i++)
		assert_int_equal(call_public(urls[i]), ERR_FORBIDDEN);
	assert_int_equal(tried, 0);
}

static void
test_public_call_takes_no_unix_socket(void **state)
{
	struct http_request request = { HTTP_DEFAULTS, .method = "GET",
	    .url = "https://idp.example/", .timeout_ms = 1000,
	    .policy = HTTP_PUBLIC, .unix_socket = "/run/podman/podman.sock" };
	struct http_response response;

	(void)state;
	assert_int_equal(http_call(ctx, &request, &response), ERR_INTERNAL);
}

static void
test_unknown_name_is_like_one_inside(void **state)
{
	const char *inside;

	(void)state;
	answers[0] = "127.0.0.1";
	answers[1] = NULL;
	assert_int_equal(call_public("https://inside.example/"), ERR_FORBIDDEN);
	inside = text_printf(ctx->mem, "%s", ctx->fault.detail);
	answers[0] = NULL;
	assert_int_equal(call_public("https://nobody.example/"),
	    ERR_FORBIDDEN);
	assert_string_equal(ctx->fault.code, "address_refused");
	assert_string_equal(ctx->fault.detail, inside);
}

static void
test_escape_leaves_nothing_that_walks(void **state)
{
	static const struct { const char *text, *escaped; } table[] = {
		{ "", "" }, { "abc-XYZ_0.9~", "abc-XYZ_0.9~" },
		{ "a/b", "a%2Fb" }, { "..", "%2E%2E" }, { ".", "%2E" },
		{ "../..", "..%2F.." }, { "a?b#c&d=e", "a%3Fb%23c%26d%3De" },
		{ "%2F", "%252F" }, { " \r\n", "%20%0D%0A" },
		{ "\xc3\xa4", "%C3%A4" }, { "a+b:c@d;e", "a%2Bb%3Ac%40d%3Be" },
	};
	const char *out;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(table); i++) {
		assert_int_equal(http_escape(ctx, table[i].text, &out),
		    ERR_OK);
		assert_string_equal(out, table[i].escaped);
	}
}

static void
test_mailboxes(void **state)
{
	static const char *const bad[] = { "", "a", "@", "a@", "@b", "a@b@c",
	    "a b@c", "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@b>", "a\t@b",
	    "a@b\x7f" };

	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++)
		if (http_mailbox_sound(bad[i]))
			fail_msg("taken: %s", bad[i]);
	assert_true(http_mailbox_sound("owner@demo.example"));
	assert_true(http_mailbox_sound("a+b'c@d.example"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, ctx_teardown)

static void
test_operator_opens_special_networks(void **state)
{
	(void)state;
	http_open_networks("10.20.0.0/16, fd00:7::/64");
	assert_false(http_address_special("10.20.255.1"));
	assert_false(http_address_special("fd00:7::1"));
	assert_true(http_address_special("10.21.0.0"));
	assert_true(http_address_special("fd00:8::1"));
	http_open_networks("");
	assert_true(http_address_special("10.20.255.1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(t_ssrf_table),
		TEST(t_ssrf_table_of_sockets),
		TEST(t_ssrf_urls),
		TEST(t_ssrf_rebind),
		TEST(t_ssrf_literals),
		TEST(t_ssrf_names),
		TEST(test_public_call_takes_no_unix_socket),
		TEST(test_unknown_name_is_like_one_inside),
		TEST(test_operator_opens_special_networks),
		TEST(test_escape_leaves_nothing_that_walks),
		TEST(test_mailboxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
