/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to other hosts: HTTP and mail, by libcurl.
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

#include <curl/curl.h>

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/http.h"

#define BODY_PRESET	((size_t)64 << 10)
#define HEADERS_MAX	((size_t)64 << 10)	/* all headers of one answer */
#define REQUEST_HEADERS_MAX	64
#define IDLE_MAX_S	30L		/* older connections are not used */
#define RETRY_AFTER_MAX	86400
#define MAIL_TIMEOUT_MS	30000

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

static CURL *
handle_new(void)
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
		kept.easy = handle_new();
		kept.owner = getpid();
	}
	curl_easy_reset(kept.easy);
	return kept.easy;
}

static void
call_end(struct call *call)
{
	curl_slist_free_all(call->list);
	if (call->easy == kept.easy)
		curl_easy_reset(call->easy);
	else
		curl_easy_cleanup(call->easy);
}

/* We cannot work when libcurl lacks memory or an option that we rely on. */
#define set(call, option, value) do { \
	if (curl_easy_setopt((call)->easy, (option), (value)) != CURLE_OK) \
		abort(); \
} while (0)

static void
list_add(struct call *call, const char *text)
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
		list_add(call, line);
	}
	list_add(call, "Expect:");	/* else uploads wait for a 100 */
	if (!has_type)
		list_add(call, "Content-Type:");
	set(call, CURLOPT_HTTPHEADER, call->list);
	return ERR_OK;
}

/* call_common - sets what all transfers have in common */
static void
call_common(struct call *call, const char *url, const char *ca_file,
    int timeout_ms)
{
	set(call, CURLOPT_URL, url);
	set(call, CURLOPT_NOSIGNAL, 1L);
	set(call, CURLOPT_ERRORBUFFER, call->why);
	set(call, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	set(call, CURLOPT_PROXY, "");
	set(call, CURLOPT_NOPROXY, "*");
	set(call, CURLOPT_TCP_KEEPALIVE, 1L);
	set(call, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	set(call, CURLOPT_SSL_VERIFYPEER, 1L);
	set(call, CURLOPT_SSL_VERIFYHOST, 2L);
	if (ca_file != NULL)
		set(call, CURLOPT_CAINFO, ca_file);
	set(call, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	set(call, CURLOPT_OPENSOCKETDATA, call);
}

static void
call_body(struct call *call)
{
	const struct http_request *request = call->request;

	if (request->body_fd >= 0 || request->source != NULL) {
		set(call, CURLOPT_UPLOAD, 1L);
		set(call, CURLOPT_INFILESIZE_LARGE,
		    (curl_off_t)request->body_len);
		set(call, CURLOPT_READFUNCTION, on_read);
		set(call, CURLOPT_READDATA, call);
		set(call, CURLOPT_SEEKFUNCTION, on_seek);
		set(call, CURLOPT_SEEKDATA, call);
	} else if (request->body != NULL || request->method[0] == 'P') {
		/* POST, PUT, PATCH: a missing body is sent as an empty one. */
		set(call, CURLOPT_POST, 1L);
		set(call, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)(request->body != NULL ? request->body_len :
		    0));
		set(call, CURLOPT_POSTFIELDS,
		    request->body != NULL ? request->body : "");
	} else if (strcmp(request->method, "HEAD") == 0) {
		set(call, CURLOPT_NOBODY, 1L);
		return;
	}
	set(call, CURLOPT_CUSTOMREQUEST, request->method);
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
	call->easy = is_public ? handle_new() : handle_kept();
	call_common(call, request->url, request->ca_file, request->timeout_ms);
	set(call, CURLOPT_PROTOCOLS_STR, is_public ? "https" : "http,https");
	set(call, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	set(call, CURLOPT_FOLLOWLOCATION, 0L);
	set(call, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	set(call, CURLOPT_HTTP09_ALLOWED, 0L);
	set(call, CURLOPT_PATH_AS_IS, 1L);
	set(call, CURLOPT_USERAGENT, "cameleer");
	set(call, CURLOPT_MAXCONNECTS, 4L);
	set(call, CURLOPT_MAXAGE_CONN, IDLE_MAX_S);
	set(call, CURLOPT_HEADERFUNCTION, on_header);
	set(call, CURLOPT_HEADERDATA, call);
	set(call, CURLOPT_WRITEFUNCTION, on_body);
	set(call, CURLOPT_WRITEDATA, call);
	if (request->unix_socket != NULL)
		set(call, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
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

/*
 * call_failed - names the host only as far as libcurl does, and no header.  A
 * tenant does not learn which names our name server knows (threat T10)
 */
static enum err
call_failed(struct call *call, CURLcode code)
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
			e = call_failed(&call, code);
	}
	if (call.easy != NULL)
		call_end(&call);
	return e;
}

struct mail_reader { const char *text; size_t len, sent; };

static size_t
on_mail(char *data, size_t size, size_t n, void *arg)
{
	struct mail_reader *reader = arg;
	size_t len = size * n, left = reader->len - reader->sent;

	len = left < len ? left : len;
	memcpy(data, reader->text + reader->sent, len);
	reader->sent += len;
	return len;
}

/*
 * mail_is_refused - only a 55x to MAIL, RCPT, DATA or the text is permanent.  A
 * refused greeting, TLS or login is our configuration and is tried again.
 */
static bool
mail_is_refused(struct call *call, CURLcode code,
    const struct mail_reader *reader)
{
	long status = 0;

	(void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 550 || status > 559)
		return false;
	return code == CURLE_SEND_ERROR || (reader->sent == reader->len &&
	    (code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_RECV_ERROR));
}

static enum err
mail_prepare(struct call *call, const struct mail *mail,
    struct mail_reader *reader)
{
	const char *from, *to;

	if (!http_mailbox_sound(mail->from) || !http_mailbox_sound(mail->to))
		return fail(call->ctx, ERR_INVALID, "bad_address",
		    "this is not a mail address");
	from = text_printf(call->ctx->mem, "<%s>", mail->from);
	to = text_printf(call->ctx->mem, "<%s>", mail->to);
	if (from == NULL || to == NULL)
		return fail(call->ctx, ERR_TOO_LARGE, NULL, "mail address");
	call->easy = handle_new();
	call_common(call, mail->url, mail->ca_file, mail->timeout_ms > 0 ?
	    mail->timeout_ms : MAIL_TIMEOUT_MS);
	set(call, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	set(call, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (mail->user != NULL) {
		set(call, CURLOPT_USERNAME, mail->user);
		set(call, CURLOPT_PASSWORD,
		    mail->password != NULL ? mail->password : "");
	}
	set(call, CURLOPT_MAIL_FROM, from);
	list_add(call, to);
	set(call, CURLOPT_MAIL_RCPT, call->list);
	set(call, CURLOPT_UPLOAD, 1L);
	set(call, CURLOPT_READFUNCTION, on_mail);
	set(call, CURLOPT_READDATA, reader);
	return ERR_OK;
}

enum err
http_mail(struct ctx *ctx, const struct mail *mail)
{
	struct mail_reader reader = { mail->text, mail->len, 0 };
	struct call call = { .ctx = ctx };
	CURLcode code;
	enum err e = mail_prepare(&call, mail, &reader);

	if (e == ERR_OK) {
		code = curl_easy_perform(call.easy);
		if (code != CURLE_OK && mail_is_refused(&call, code, &reader))
			e = fail(ctx, ERR_INVALID, "mail_refused", "%s",
			    call.why);
		else if (code != CURLE_OK)
			e = call_failed(&call, code);
	}
	if (call.easy != NULL)
		call_end(&call);
	return e;
}
