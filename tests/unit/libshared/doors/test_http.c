/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit_http.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"

static void
test_answer_has_what_callers_read(void **state)
{
	struct http_response r;

	(void)state;
	assert_int_equal(get("/ok", &r), ERR_OK);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "{\"ok\":true}");
	assert_int_equal(r.body_len, 11);
	assert_string_equal(r.content_type, "application/json");
	assert_string_equal(r.digest, "sha256:abc");
	assert_string_equal(r.location, "/here");
	assert_int_equal(r.retry_after_s, 0);
	assert_int_equal(get("/empty", &r), ERR_OK);
	assert_int_equal(r.status, 204);
	assert_string_equal(r.body, "");
	assert_null(r.location);
	assert_null(r.content_type);
	assert_int_equal(get("/busy", &r), ERR_OK);
	assert_int_equal(r.status, 503);
	assert_int_equal(r.retry_after_s, 7);
	assert_string_equal(r.body, "busy");
	assert_int_equal(get("/never", &r), ERR_OK);
	assert_int_equal(r.retry_after_s, 86400);
	assert_int_equal(get("/continue", &r), ERR_OK);
	assert_int_equal(r.status, 201);
	assert_null(r.location);
	assert_string_equal(r.body, "hi");
	assert_int_equal(get("/chunked", &r), ERR_OK);
	assert_string_equal(r.body, "abcdefg");
}

static void
test_redirect_is_an_answer(void **state)
{
	int before = peer->requests;
	struct http_response r;

	(void)state;
	assert_int_equal(get("/redirect", &r), ERR_OK);
	assert_int_equal(r.status, 302);
	assert_string_equal(r.location, "/secret");
	assert_int_equal(peer->requests, before + 1);
}

/*
 * Compressed data stay compressed: they were not asked for, and could be a
 * bomb.
 */
static void
test_nothing_is_inflated(void **state)
{
	struct http_response r;

	(void)state;
	assert_int_equal(get("/zip", &r), ERR_OK);
	assert_memory_equal(r.body, "\x1f\x8b\x08", 3);
}

/* Broken answers of a peer are refused (T29). */
static void
t_peer_http_broken(void **state)
{
	static const char *const paths[] = { "/garbage", "/old", "/version",
	    "/status", "/nothing", "/badchunk", "/halfchunk", "/short",
	    "/reset", "/headers" };
	struct http_response r = { .status = -1 };
	size_t i;

	(void)state;
	for (i = 0; i < nitems(paths); i++) {
		if (get(paths[i], &r) != ERR_PEER)
			fail_msg("%s", paths[i]);
		assert_int_equal(ctx->fault.err, ERR_PEER);
		assert_int_equal(r.status, -1);
	}
	/* the last one by our own cap, long before libcurl's */
	assert_string_equal(ctx->fault.detail, "the answer is too large");
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
t_peer_http_slow(void **state)
{
	static const char *const paths[] = { "/slow", "/drip" };
	struct http_request request;
	struct http_response r;
	int64_t start;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(paths); i++) {
		fail_clear(ctx);
		request = request_of("GET", paths[i]);
		request.timeout_ms = 400;
		start = now_ms();
		assert_int_equal(http_call(ctx, &request, &r), ERR_TIMEOUT);
		assert_in_range(now_ms() - start, 380, 3000);
		assert_int_equal(ctx->fault.err, ERR_TIMEOUT);
	}
	request.timeout_ms = 0;
	fail_clear(ctx);
	assert_int_equal(http_call(ctx, &request, &r), ERR_INTERNAL);
}

static void
t_peer_http_endless(void **state)
{
	struct http_request request = request_of("GET", "/endless");
	struct http_response r;

	(void)state;
	assert_int_equal(http_call(ctx, &request, &r), ERR_PEER);
	assert_string_equal(ctx->fault.detail, "the answer is too large");
	assert_true(arena_used(ctx->mem) < (size_t)256 << 10);
	request = request_of("GET", "/ok");
	request.max_body = 10;
	fail_clear(ctx);
	assert_int_equal(http_call(ctx, &request, &r), ERR_PEER);
	request.max_body = 11;
	fail_clear(ctx);
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
}

static void
t_peer_http_down(void **state)
{
	struct http_request request = request_of("GET", "/");
	struct http_response r;

	(void)state;
	request.url = "http://127.0.0.1:1/";
	assert_int_equal(http_call(ctx, &request, &r), ERR_PEER);
	request.unix_socket = "/nonexistent/socket";
	fail_clear(ctx);
	assert_int_equal(http_call(ctx, &request, &r), ERR_PEER);
}

static void
test_only_http_is_spoken(void **state)
{
	static const char *const urls[] = { "file:///etc/passwd",
	    "gopher://127.0.0.1/", "ftp://127.0.0.1/", "dict://127.0.0.1/",
	    "smtp://127.0.0.1/", "telnet://127.0.0.1/", "", "http://",
	    "//127.0.0.1" };
	struct http_request request = request_of("GET", "/");
	struct http_response r;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(urls); i++) {
		request.url = urls[i];
		fail_clear(ctx);
		if (http_call(ctx, &request, &r) != ERR_PEER)
			fail_msg("%s", urls[i]);
	}
}

/* A proxy from the environment must not receive the platform's secrets. */
static void
test_no_proxy_from_the_environment(void **state)
{
	struct http_response r;

	(void)state;
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(get("/ok", &r), ERR_OK);
	assert_int_equal(unsetenv("http_proxy"), 0);
	assert_int_equal(unsetenv("ALL_PROXY"), 0);
}

static void
test_request_is_what_the_caller_said(void **state)
{
	static const struct http_header headers[] = {
		{ "Authorization", "Bearer abc" }, { "X-Empty", "" },
		{ "Content-Type", "application/json" }, { NULL, NULL } };
	struct http_request request = request_of("PATCH", "/echo?a=%2F../b");
	struct http_response r;

	(void)state;
	request.headers = headers;
	request.body = "{\"a\":1}";
	request.body_len = 7;
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
	assert_memory_equal(r.body, "PATCH /echo?a=%2F../b HTTP/1.1\r\n", 32);
	assert_non_null(strstr(r.body, "\r\nAuthorization: Bearer abc\r\n"));
	assert_non_null(strstr(r.body, "\r\nX-Empty:"));
	assert_non_null(strstr(r.body, "\r\nContent-Length: 7\r\n"));
	assert_non_null(strstr(r.body,
	    "\r\nContent-Type: application/json\r\n"));
	assert_null(strstr(r.body, "urlencoded"));
	assert_null(strstr(r.body, "Expect"));
	assert_null(strstr(r.body, "Accept-Encoding"));
	assert_string_equal(strstr(r.body, "\r\n\r\n"),
	    "\r\n\r\n{\"a\":1}");
}

static void
test_methods_without_a_body(void **state)
{
	struct http_request request = request_of("DELETE", "/echo");
	struct http_response r;

	(void)state;
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
	assert_memory_equal(r.body, "DELETE /echo HTTP/1.1\r\n", 23);
	assert_null(strstr(r.body, "Content-"));
	request = request_of("POST", "/echo");
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
	assert_memory_equal(r.body, "POST /echo HTTP/1.1\r\n", 21);
	assert_non_null(strstr(r.body, "\r\nContent-Length: 0\r\n"));
	assert_null(strstr(r.body, "Content-Type"));
	request = request_of("HEAD", "/ok");
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
	assert_int_equal(r.status, 200);
	assert_int_equal(r.body_len, 0);
	assert_string_equal(r.digest, "sha256:abc");
}

static void
test_header_injection_is_refused(void **state)
{
	static const struct http_header bad[] = { { "X-A", "a\r\nX-B: b" },
	    { "X-A", "a\nb" }, { "X-A", "a\rb" }, { "X A", "b" },
	    { "X-A:", "b" }, { "", "b" }, { "X\r\nA", "b" },
	    { "X-A", "\x7f" }, { "X-\xc3\xa4", "b" } };
	struct http_header list[2] = { { NULL, NULL }, { NULL, NULL } };
	struct http_request request = request_of("GET", "/echo");
	int before = peer->requests;
	struct http_response r;
	size_t i;

	(void)state;
	request.headers = list;
	for (i = 0; i < nitems(bad); i++) {
		list[0] = bad[i];
		fail_clear(ctx);
		assert_int_equal(http_call(ctx, &request, &r), ERR_INTERNAL);
		assert_null(strstr(ctx->fault.detail, "X"));
	}
	assert_int_equal(peer->requests, before);
}

/* Gives a text in pieces of up to three bytes. */
static bool
give_letters(void *arg, int64_t offset, void *buf, size_t max, size_t *n)
{
	const char *text = arg;
	size_t left = strlen(text) - (size_t)offset;

	/* a few at a time, as a tar does at the edges of its pieces */
	*n = left < 3 ? left : 3;
	*n = *n < max ? *n : max;
	memcpy(buf, text + offset, *n);
	return true;
}

static void
test_body_from_a_source(void **state)
{
	struct http_request request = request_of("PUT", "/echo");
	struct http_response response;
	static char text[] = "abcdefghijklm";

	(void)state;
	request.source = give_letters;
	request.source_arg = text;
	request.body_len = strlen(text);
	assert_int_equal(http_call(ctx, &request, &response), ERR_OK);
	assert_non_null(strstr(response.body, "\r\nContent-Length: 13\r\n"));
	assert_non_null(strstr(response.body, "\r\n\r\nabcdefghijklm"));
	/* one that ends too early ends the call */
	request.body_len = strlen(text) + 1;
	assert_int_equal(http_call(ctx, &request, &response), ERR_INTERNAL);
}

static void
test_body_from_a_file(void **state)
{
	struct http_request request = request_of("PUT", "/echo");
	char path[] = "/tmp/cameleer-test-XXXXXX", block[4096];
	struct http_response r;
	int fd = mkstemp(path), i;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	for (i = 0; i < 257; i++) {
		memset(block, 'a' + i % 26, sizeof(block));
		assert_int_equal(write(fd, block, sizeof(block)),
		    sizeof(block));
	}
	request.body_fd = fd;
	request.body_offset = 4096;
	request.body_len = 1 << 20;
	request.max_body = 2 << 20;
	request.timeout_ms = 20000;
	assert_int_equal(http_call(ctx, &request, &r), ERR_OK);
	assert_int_equal(peer->last_len >> 20, 1);
	assert_memory_equal(strstr(peer->last, "\r\n\r\n") + 4,
	    "bbbbbbbb", 8);
	assert_non_null(strstr(peer->last, "Content-Length: 1048576\r\n"));
	assert_null(strstr(peer->last, "Expect"));
	request.body_offset = 8192;	/* one block short */
	fail_clear(ctx);
	assert_int_equal(http_call(ctx, &request, &r), ERR_INTERNAL);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_answer_has_what_callers_read),
		CTX_TEST(test_redirect_is_an_answer),
		CTX_TEST(test_nothing_is_inflated),
		CTX_TEST(t_peer_http_broken),
		CTX_TEST(t_peer_http_slow),
		CTX_TEST(t_peer_http_endless),
		CTX_TEST(t_peer_http_down),
		CTX_TEST(test_only_http_is_spoken),
		CTX_TEST(test_no_proxy_from_the_environment),
		CTX_TEST(test_request_is_what_the_caller_said),
		CTX_TEST(test_methods_without_a_body),
		CTX_TEST(test_header_injection_is_refused),
		CTX_TEST(test_body_from_a_source),
		CTX_TEST(test_body_from_a_file),
	};

	return cmocka_run_group_tests(tests, http_setup, http_teardown);
}
