/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to other hosts over HTTP, by libcurl.
 *
 * The handle for the operator's peers is kept, to reuse its connections.  A
 * tenant's URL gets its own: the address of an open connection is not checked.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/http_curl.h"

#define BODY_PRESET	((size_t)64 << 10)
#define HEADERS_MAX	((size_t)64 << 10)	/* all headers of one answer */
#define REQUEST_HEADERS_MAX	64
#define IDLE_MAX_S	30L		/* older connections are not used */
#define RETRY_AFTER_MAX	86400
#define CONNECT_MS	5000L	/* to a peer of ours on another machine */

static struct {
	CURL	*easy;
	pid_t	 owner;		/* a child must not use its parent's sockets */
	CURL	*inherited;	/* nor close them: closing would send */
} kept;

int
http_init(void)
{
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -1;
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

CURL *
http_handle_new(void)
{
	CURL *easy = curl_easy_init();

	if (easy == NULL)
		abort();
	return easy;
}

static CURL *
handle_kept(void)
{
	if (kept.easy == NULL || kept.owner != getpid()) {
		kept.inherited = kept.easy;
		kept.easy = http_handle_new();
		kept.owner = getpid();
	}
	curl_easy_reset(kept.easy);
	return kept.easy;
}

void
http_call_end(struct call *call)
{
	curl_slist_free_all(call->list);
	if (call->easy == kept.easy)
		curl_easy_reset(call->easy);
	else
		curl_easy_cleanup(call->easy);
}

void
http_list_add(struct call *call, const char *text)
{
	struct curl_slist *list = curl_slist_append(call->list, text);

	if (list == NULL)
		abort();
	call->list = list;
}

static size_t
on_header(char *data, size_t size, size_t n, void *arg)
{
	struct call *call = arg;

	(void)data;
	call->headers += size * n;
	if (call->headers > HEADERS_MAX) {
		call->stop = STOP_TOO_LARGE;
		return 0;
	}
	return size * n;
}

static bool
sink_takes(struct call *call)
{
	long status = 0;

	(void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	return call->request->sink != NULL && status >= 200 && status < 300;
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct call *call = arg;
	const struct http_request *request = call->request;
	size_t len = size * n, max = request->max_body;

	call->got += len;
	if (!sink_takes(call)) {
		/* With a sink, only the beginning of an error is kept. */
		if (request->sink != NULL && call->got > BODY_PRESET)
			len -= call->got - BODY_PRESET < len ?
			    call->got - BODY_PRESET : len;
		buf_put(&call->answer, data, len);
		if (!call->answer.full)
			return size * n;
		call->stop = STOP_TOO_LARGE;
		return 0;
	}
	if (max > 0 && call->got > max)
		call->stop = STOP_TOO_LARGE;
	else if (!request->sink(request->sink_arg, data, len))
		call->stop = STOP_SINK;
	return call->stop == STOP_NONE ? len : 0;
}

static size_t
on_read(char *data, size_t size, size_t n, void *arg)
{
	struct call *call = arg;
	const struct http_request *request = call->request;
	int64_t left = (int64_t)request->body_len - call->sent;
	size_t len = size * n;
	ssize_t got;

	if (left < (int64_t)len)
		len = (size_t)left;
	if (len == 0)
		return 0;
	if (request->source != NULL) {
		if (!request->source(request->source_arg, call->sent, data,
		    len, &len) || len == 0) {
			call->stop = STOP_BODY;
			return CURL_READFUNC_ABORT;
		}
		call->sent += (int64_t)len;
		return len;
	}
	do {
		got = pread(request->body_fd, data, len,
		    request->body_offset + call->sent);
	} while (got < 0 && errno == EINTR);
	if (got <= 0) {
		call->stop = STOP_BODY;
		return CURL_READFUNC_ABORT;
	}
	call->sent += got;
	return (size_t)got;
}

/* on_seek - libcurl sends the body again when a kept connection was closed */
static int
on_seek(void *arg, curl_off_t offset, int origin)
{
	struct call *call = arg;

	if (origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_FAIL;
	call->sent = offset;
	return CURL_SEEKFUNC_OK;
}

/* on_socket - refuses special addresses, whatever a name server said before */
static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct call *call = arg;

	(void)purpose;
	if (call->request != NULL && call->request->policy == HTTP_PUBLIC &&
	    (call->stop == STOP_POLICY ||
	    http_sockaddr_special(&address->addr, address->addrlen))) {
		call->stop = STOP_POLICY;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

/* call_headers - makes the lines in ctx->secrets: values may be secrets */
static enum err
call_headers(struct call *call)
{
	const struct http_header *header = call->request->headers;
	bool has_type = false;
	char *line;
	int n = 0;

	for (; header != NULL && header->name != NULL; header++) {
		if (++n > REQUEST_HEADERS_MAX || !http_header_sound(header))
			return fail(call->ctx, ERR_INTERNAL, NULL,
			    "request header %d is unsound", n);
		has_type |= strcasecmp(header->name, "Content-Type") == 0;
		line = text_printf(call->ctx->secrets,
		    header->value[0] == '\0' ? "%s;%s" : "%s: %s",
		    header->name, header->value);
		if (line == NULL)
			return fail(call->ctx, ERR_INTERNAL, NULL,
			    "secrets are full");
		http_list_add(call, line);
	}
	http_list_add(call, "Expect:");	/* else uploads wait for a 100 */
	if (!has_type)
		http_list_add(call, "Content-Type:");
	http_set(call, CURLOPT_HTTPHEADER, call->list);
	return ERR_OK;
}

/*
 * call_own_ca - trusts a CA of our choice and nobody else: the system's
 * directory, which libcurl would look into as well, is not.  A CA is read for
 * each connection, as libcurl does with a directory, since it may change.
 */
static void
call_own_ca(struct call *call)
{
	http_set(call, CURLOPT_CAPATH, (char *)NULL);
	http_set(call, CURLOPT_CA_CACHE_TIMEOUT, 0L);
}

void
http_call_common(struct call *call, const char *url, const char *ca_file,
    int timeout_ms)
{
	http_set(call, CURLOPT_URL, url);
	http_set(call, CURLOPT_NOSIGNAL, 1L);
	http_set(call, CURLOPT_ERRORBUFFER, call->why);
	http_set(call, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	http_set(call, CURLOPT_PROXY, "");
	http_set(call, CURLOPT_NOPROXY, "*");
	http_set(call, CURLOPT_TCP_KEEPALIVE, 1L);
	http_set(call, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	http_set(call, CURLOPT_SSL_VERIFYPEER, 1L);
	http_set(call, CURLOPT_SSL_VERIFYHOST, 2L);
	if (ca_file != NULL) {
		call_own_ca(call);
		http_set(call, CURLOPT_CAINFO, ca_file);
	}
	http_set(call, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	http_set(call, CURLOPT_OPENSOCKETDATA, call);
}

static void
blob_set(struct call *call, CURLoption option, const char *pem)
{
	struct curl_blob blob = { .flags = CURL_BLOB_NOCOPY };

	if (pem == NULL)
		return;
	blob.len = strlen(pem);
	memcpy(&blob.data, &pem, sizeof(pem));	/* it is only read */
	http_set(call, option, &blob);
}

/*
 * call_identify - a kept connection is used again only for the same CA and
 * certificate: libcurl compares them
 */
static void
call_identify(struct call *call, const struct http_identity *identity)
{
	call_own_ca(call);
	blob_set(call, CURLOPT_CAINFO_BLOB, identity->ca);
	blob_set(call, CURLOPT_SSLCERT_BLOB, identity->certificate);
	blob_set(call, CURLOPT_SSLKEY_BLOB, identity->key);
	http_set(call, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
}

static void
call_body(struct call *call)
{
	const struct http_request *request = call->request;

	if (request->body_fd >= 0 || request->source != NULL) {
		http_set(call, CURLOPT_UPLOAD, 1L);
		http_set(call, CURLOPT_INFILESIZE_LARGE,
		    (curl_off_t)request->body_len);
		http_set(call, CURLOPT_READFUNCTION, on_read);
		http_set(call, CURLOPT_READDATA, call);
		http_set(call, CURLOPT_SEEKFUNCTION, on_seek);
		http_set(call, CURLOPT_SEEKDATA, call);
	} else if (request->body != NULL || request->method[0] == 'P') {
		/* POST, PUT, PATCH: a missing body is sent as an empty one. */
		http_set(call, CURLOPT_POST, 1L);
		http_set(call, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)(request->body != NULL ? request->body_len :
		    0));
		http_set(call, CURLOPT_POSTFIELDS,
		    request->body != NULL ? request->body : "");
	} else if (strcmp(request->method, "HEAD") == 0) {
		http_set(call, CURLOPT_NOBODY, 1L);
		return;
	}
	http_set(call, CURLOPT_CUSTOMREQUEST, request->method);
}

static enum err
call_prepare(struct call *call)
{
	const struct http_request *request = call->request;
	bool is_public = request->policy == HTTP_PUBLIC;

	if (request->timeout_ms <= 0 || request->body_len > INT64_MAX ||
	    request->method == NULL || request->url == NULL ||
	    (is_public && request->unix_socket != NULL))
		return fail(call->ctx, ERR_INTERNAL, NULL,
		    "a call without deadline, method or URL");
	if (is_public && !http_url_public(request->url))
		return fail(call->ctx, ERR_FORBIDDEN, "address_refused",
		    "only https on port 443, 8200 or 8443 is called");
	call->easy = is_public ? http_handle_new() : handle_kept();
	http_call_common(call, request->url, request->ca_file,
	    request->timeout_ms);
	http_set(call, CURLOPT_PROTOCOLS_STR,
	    is_public ? "https" : "http,https");
	http_set(call, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	http_set(call, CURLOPT_FOLLOWLOCATION, 0L);
	http_set(call, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	http_set(call, CURLOPT_HTTP09_ALLOWED, 0L);
	http_set(call, CURLOPT_PATH_AS_IS, 1L);
	http_set(call, CURLOPT_USERAGENT, "cameleer");
	http_set(call, CURLOPT_MAXCONNECTS, 4L);
	http_set(call, CURLOPT_MAXAGE_CONN, IDLE_MAX_S);
	http_set(call, CURLOPT_HEADERFUNCTION, on_header);
	http_set(call, CURLOPT_HEADERDATA, call);
	http_set(call, CURLOPT_WRITEFUNCTION, on_body);
	http_set(call, CURLOPT_WRITEDATA, call);
	if (request->unix_socket != NULL)
		http_set(call, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
	if (request->identity != NULL)
		call_identify(call, request->identity);
	call_body(call);
	return call_headers(call);
}

static const char *
answer_header(struct call *call, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(call->easy, name, 0, CURLH_HEADER, -1,
	    &header) != CURLHE_OK)
		return NULL;
	return arena_text(call->ctx->mem, header->value,
	    strlen(header->value));
}

static void
call_answer(struct call *call, struct http_response *response)
{
	curl_off_t wait = 0;
	long status = 0;

	(void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &wait);
	*response = (struct http_response){
		.status = (int)status,
		.body = call->answer.p,
		.body_len = call->answer.len,
		.location = answer_header(call, "Location"),
		.content_type = answer_header(call, "Content-Type"),
		.digest = answer_header(call, "Docker-Content-Digest"),
		.retry_after_s = (int)(wait < 0 ? 0 :
		    wait > RETRY_AFTER_MAX ? RETRY_AFTER_MAX : wait),
	};
}

enum err
http_call_failed(struct call *call, CURLcode code)
{
	struct ctx *ctx = call->ctx;
	curl_off_t found = 0;

	(void)curl_easy_getinfo(call->easy, CURLINFO_NAMELOOKUP_TIME_T, &found);
	if (call->stop == STOP_POLICY || (found == 0 && call->request != NULL &&
	    call->request->policy == HTTP_PUBLIC && (code ==
	    CURLE_COULDNT_RESOLVE_HOST || code == CURLE_OPERATION_TIMEDOUT)))
		return fail(ctx, ERR_FORBIDDEN, "address_refused",
		    "the name leads to no public address");
	if (call->stop == STOP_TOO_LARGE)
		return fail(ctx, ERR_PEER, NULL, "the answer is too large");
	if (call->stop == STOP_BODY)
		return fail(ctx, ERR_INTERNAL, NULL,
		    "the body to send is shorter than announced");
	if (call->stop == STOP_SINK)
		return ERR_PEER;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return fail(ctx, ERR_TIMEOUT, NULL, "%s", call->why);
	return fail(ctx, ERR_PEER, NULL, "%s", call->why[0] != '\0' ?
	    call->why : curl_easy_strerror(code));
}

enum err
http_call(struct ctx *ctx, const struct http_request *request,
    struct http_response *response)
{
	struct call call = { .ctx = ctx, .request = request };
	size_t max = request->max_body;
	CURLcode code;
	enum err e;

	buf_init(&call.answer, ctx->mem,
	    max == 0 || request->sink != NULL ? BODY_PRESET : max);
	e = call_prepare(&call);
	if (e == ERR_OK) {
		code = curl_easy_perform(call.easy);
		if (code == CURLE_OK)
			call_answer(&call, response);
		else
			e = http_call_failed(&call, code);
	}
	if (call.easy != NULL)
		http_call_end(&call);
	return e;
}
