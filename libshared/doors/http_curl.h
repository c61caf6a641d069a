/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of the doorkeeper of libcurl: for http.c and proto/smtp.c. */
#ifndef CAMELEER_HTTP_CURL_H
#define CAMELEER_HTTP_CURL_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <curl/curl.h>

#include "libshared/base/str.h"
#include "libshared/doors/http.h"

enum stop { STOP_NONE, STOP_POLICY, STOP_TOO_LARGE, STOP_SINK, STOP_BODY };

/* One call: what the callbacks of libcurl need. */
struct call {
	struct ctx			*ctx;
	const struct http_request	*request;
	CURL				*easy;
	struct curl_slist		*list;	/* headers or recipients */
	struct buf			 answer;
	size_t				 headers, got;
	int64_t				 sent;
	enum stop			 stop;
	char				 why[CURL_ERROR_SIZE];
};

/* We cannot work when libcurl lacks memory or an option that we rely on. */
#define http_set(call, option, value) do { \
	if (curl_easy_setopt((call)->easy, (option), (value)) != CURLE_OK) \
		abort(); \
} while (0)

CURL *http_handle_new(void);
void http_list_add(struct call *call, const char *text);
/* Sets what all transfers have in common. */
void http_call_common(struct call *call, const char *url, const char *ca_file,
    int timeout_ms);
/*
 * The failure of a transfer; names the host only as far as libcurl does, and no
 * header: a tenant does not learn which names our name server knows (threat
 * T10).
 */
enum err http_call_failed(struct call *call, CURLcode code);
void http_call_end(struct call *call);

#endif
