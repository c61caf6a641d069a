/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_call() and http_mail() over TLS, against peers with a certificate that
 * this program makes: which servers are trusted, and what a mail server may
 * answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "tests/support/loopback.h"
#include "tests/support/unit.h"

#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/proto/smtp.h"

static struct ctx *ctx;
static struct loopback *peer;
static EVP_PKEY *key;
static X509 *cert, *other_cert;
static char ca_path[] = "/tmp/cameleer-test-ca-XXXXXX";
static char other_path[] = "/tmp/cameleer-test-ca-XXXXXX";

/* What the mail server says at each stage; set before a test's mail. */
static struct script {
	const char	*greeting, *starttls, *auth, *mail, *rcpt, *data, *end;
	bool		 offer_tls, tls_breaks;
} *script;

static X509 *
make_cert(const char *names)
{
	X509 *made = X509_new();
	X509_EXTENSION *ext;
	X509_NAME *name;

	assert_non_null(made);
	assert_int_equal(X509_set_version(made, 2), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(made), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(made), -3600));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(made), 3600));
	name = X509_get_subject_name(made);
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"peer", -1, -1, 0), 1);
	assert_int_equal(X509_set_issuer_name(made, name), 1);
	assert_int_equal(X509_set_pubkey(made, key), 1);
	ext = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	assert_non_null(ext);
	assert_int_equal(X509_add_ext(made, ext, -1), 1);
	X509_EXTENSION_free(ext);
	assert_true(X509_sign(made, key, EVP_sha256()) > 0);
	return made;
}

static void
write_cert(char *path, X509 *made)
{
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, made), 1);
	assert_int_equal(fclose(file), 0);
}

static bool mutual;	/* asks for a certificate that is `cert` as well */

static SSL *
tls_accept(int fd)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	SSL *ssl;

	if (tls == NULL || SSL_CTX_use_certificate(tls, cert) != 1 ||
	    SSL_CTX_use_PrivateKey(tls, key) != 1)
		abort();
	if (mutual && X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), cert))
		SSL_CTX_set_verify(tls, SSL_VERIFY_PEER |
		    SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	if ((ssl = SSL_new(tls)) == NULL)
		abort();
	SSL_CTX_free(tls);
	(void)SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

static void
serve_https(struct loopback *shared, int fd)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\n"
	    "Content-Length: 6\r\n\r\nsecret";
	SSL *ssl = tls_accept(fd);
	char text[4096];

	if (ssl != NULL && SSL_read(ssl, text, sizeof(text)) > 0) {
		__atomic_add_fetch(&shared->requests, 1, __ATOMIC_SEQ_CST);
		(void)SSL_write(ssl, answer, sizeof(answer) - 1);
		(void)SSL_shutdown(ssl);
	}
	SSL_free(ssl);
}

/* Reads a line of the client; returns false after it has disconnected. */
static bool
smtp_line(SSL *ssl, int fd, char *line, size_t max)
{
	size_t len = 0;

	while (len + 1 < max && (ssl != NULL ? SSL_read(ssl, line + len, 1) :
	    (int)recv(fd, line + len, 1, 0)) == 1) {
		line[++len] = '\0';
		if (line[len - 1] == '\n')
			return true;
	}
	return false;
}

static void
smtp_say(SSL *ssl, int fd, const char *text)
{
	char line[256];
	int n = snprintf(line, sizeof(line), "%s\r\n", text);

	if (ssl != NULL)
		(void)SSL_write(ssl, line, n);
	else
		(void)send(fd, line, (size_t)n, MSG_NOSIGNAL);
}

static void
note(struct loopback *shared, const char *line)
{
	size_t len = strlen(line);

	if (shared->last_len + len < LOOPBACK_TEXT_MAX) {
		memcpy(shared->last + shared->last_len, line, len + 1);
		shared->last_len += len;
	}
}

static void
smtp_data(struct loopback *shared, SSL *ssl, int fd)
{
	char line[2048];

	smtp_say(ssl, fd, script->data);
	if (script->data[0] != '3')
		return;
	while (smtp_line(ssl, fd, line, sizeof(line))) {
		note(shared, line);
		if (strcmp(line, ".\r\n") == 0)
			break;
	}
	smtp_say(ssl, fd, script->end);
}

static void
serve_smtp(struct loopback *shared, int fd)
{
	char line[2048];
	SSL *ssl = NULL;

	smtp_say(ssl, fd, script->greeting);
	while (smtp_line(ssl, fd, line, sizeof(line))) {
		note(shared, ssl != NULL ? "S " : "P ");
		note(shared, line);
		if (strncmp(line, "EHLO", 4) == 0) {
			smtp_say(ssl, fd, "250-peer");
			if (ssl == NULL && script->offer_tls)
				smtp_say(ssl, fd, "250-STARTTLS");
			smtp_say(ssl, fd, "250 AUTH PLAIN");
		} else if (strncmp(line, "STARTTLS", 8) == 0) {
			smtp_say(ssl, fd, script->starttls);
			if (script->tls_breaks || script->starttls[0] != '2' ||
			    (ssl = tls_accept(fd)) == NULL)
				break;
		} else if (strncmp(line, "AUTH", 4) == 0) {
			smtp_say(ssl, fd, "334 ");
			(void)smtp_line(ssl, fd, line, sizeof(line));
			smtp_say(ssl, fd, script->auth);
		} else if (strncmp(line, "MAIL", 4) == 0)
			smtp_say(ssl, fd, script->mail);
		else if (strncmp(line, "RCPT", 4) == 0)
			smtp_say(ssl, fd, script->rcpt);
		else if (strncmp(line, "DATA", 4) == 0)
			smtp_data(shared, ssl, fd);
		else
			smtp_say(ssl, fd, "250 ok");
	}
	SSL_free(ssl);
}

static int
group_setup(void **state)
{
	(void)state;
	key = EVP_EC_gen("P-256");
	assert_non_null(key);
	cert = make_cert("DNS:localhost,IP:127.0.0.1");
	write_cert(ca_path, cert);
	other_cert = make_cert("DNS:other.example");
	write_cert(other_path, other_cert);
	return http_init();
}

static int
group_teardown(void **state)
{
	(void)state;
	X509_free(cert);
	X509_free(other_cert);
	EVP_PKEY_free(key);
	return unlink(ca_path) | unlink(other_path);
}

static int
setup(void **state)
{
	static struct script good;

	(void)state;
	good = (struct script){ "220 peer", "220 go", "235 in", "250 ok",
	    "250 ok", "354 go", "250 taken", true, false };
	script = &good;
	ctx = ctx_new(1 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	loopback_stop(&peer);
	ctx_free(&ctx);
	return 0;
}

static const struct http_identity *shown;

static enum err
get(const char *host, const char *ca_file)
{
	struct http_request request = { HTTP_DEFAULTS, .method = "GET",
	    .timeout_ms = slow_ms(10000), .ca_file = ca_file,
	    .identity = shown };
	struct http_response response = { .body = "" };
	enum err e;

	fail_clear(ctx);
	request.url = text_printf(ctx->mem, "https://%s:%d/", host,
	    peer->port);
	e = http_call(ctx, &request, &response);
	if (e == ERR_OK)
		assert_string_equal(response.body, "secret");
	return e;
}

static void
test_https_trusts_only_whom_it_is_told(void **state)
{
	X509 *saved = cert;

	(void)state;
	peer = loopback_start(NULL, serve_https);
	assert_non_null(peer);
	assert_int_equal(get("127.0.0.1", ca_path), ERR_OK);
	assert_int_equal(peer->requests, 1);
	assert_int_equal(get("127.0.0.1", NULL), ERR_PEER);
	assert_int_equal(get("127.0.0.1", other_path), ERR_PEER);
	assert_int_equal(get("127.0.0.1", "/nonexistent.pem"), ERR_PEER);
	assert_int_equal(get("127.0.0.2", ca_path), ERR_PEER);
	assert_int_equal(peer->requests, 1);
	loopback_stop(&peer);
	cert = other_cert;	/* trusted, but for another name */
	peer = loopback_start(NULL, serve_https);
	cert = saved;
	assert_non_null(peer);
	assert_int_equal(get("127.0.0.1", other_path), ERR_PEER);
	assert_int_equal(peer->requests, 0);
}

/* pem_of - a certificate, or the key when it is NULL, as PEM in ctx->mem */
static const char *
pem_of(X509 *made)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text;
	char *data;
	long len;

	assert_non_null(bio);
	assert_int_equal(made != NULL ? PEM_write_bio_X509(bio, made) :
	    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
	len = BIO_get_mem_data(bio, &data);
	text = text_printf(ctx->mem, "%.*s", (int)len, data);
	BIO_free(bio);
	return text;
}

static enum err
get_as(const struct http_identity *identity)
{
	shown = identity;
	return get("127.0.0.1", NULL);
}

static void
test_https_shows_the_certificate_of_the_place(void **state)
{
	const struct http_identity good = { pem_of(cert), pem_of(cert),
	    pem_of(NULL) };
	const struct http_identity bad[] = { { good.ca, NULL, NULL },
	    { good.ca, pem_of(other_cert), good.key },
	    { good.ca, "PEM?", good.key },
	    { pem_of(other_cert), good.certificate, good.key } };
	size_t i;

	(void)state;
	mutual = true;
	peer = loopback_start(NULL, serve_https);
	assert_non_null(peer);
	assert_int_equal(get_as(&good), ERR_OK);
	for (i = 0; i < nitems(bad); i++)
		assert_int_equal(get_as(&bad[i]), ERR_PEER);
	assert_int_equal(peer->requests, 1);
	assert_int_equal(get_as(&good), ERR_OK);
	mutual = false;
	shown = NULL;
}

static const char mail_text[] = "Subject: Hello\r\n\r\nfirst\r\n"
    ".dot\r\n..dots\r\nlast\r\n";

static enum err
send_mail(const char *user)
{
	struct mail mail = { .user = user, .password = "p4ssw0rd",
	    .ca_file = ca_path, .from = "cameleer@demo.example",
	    .to = "owner@demo.example", .text = mail_text,
	    .len = sizeof(mail_text) - 1, .timeout_ms = slow_ms(10000) };

	loopback_stop(&peer);
	peer = loopback_start(NULL, serve_smtp);
	assert_non_null(peer);
	fail_clear(ctx);
	mail.url = text_printf(ctx->mem, "smtp://127.0.0.1:%d/our.example",
	    peer->port);
	return http_mail(ctx, &mail);
}

static void
test_mail_goes_out_by_starttls(void **state)
{
	(void)state;
	assert_int_equal(send_mail("user"), ERR_OK);
	assert_memory_equal(peer->last, "P EHLO our.example\r\nP STARTTLS\r\n"
	    "S EHLO our.example\r\nS AUTH PLAIN", 61);
	assert_non_null(strstr(peer->last,
	    "S MAIL FROM:<cameleer@demo.example>"));
	assert_non_null(strstr(peer->last,
	    "S RCPT TO:<owner@demo.example>\r\nS DATA\r\nSubject: Hello\r\n"
	    "\r\nfirst\r\n..dot\r\n...dots\r\nlast\r\n.\r\n"));
	assert_int_equal(send_mail(NULL), ERR_OK);
	assert_null(strstr(peer->last, "AUTH"));
}

/* Neither the mail nor the password is sent in clear. */
static void
test_mail_without_tls_is_not_sent(void **state)
{
	static const char *const never[] = { "AUTH", "MAIL", "RCPT", "Hello" };
	X509 *saved = cert;
	size_t i, round;

	(void)state;
	for (round = 0; round < 3; round++) {
		script->offer_tls = round != 0;
		script->starttls = round == 1 ? "454 not now" : "220 go";
		script->tls_breaks = round == 2;
		assert_int_equal(send_mail("user"), ERR_PEER);
		for (i = 0; i < nitems(never); i++)
			assert_null(strstr(peer->last, never[i]));
	}
	script->tls_breaks = false;
	cert = other_cert;
	assert_int_equal(send_mail("user"), ERR_PEER);
	assert_null(strstr(peer->last, "AUTH"));
	cert = saved;
}

static void
test_mail_answers_for_good_and_for_now(void **state)
{
	static const struct { size_t at; const char *answer; enum err e; }
	    table[] = {
#define AT(m)	offsetof(struct script, m)
		{ AT(greeting), "554 no service", ERR_PEER },
		{ AT(greeting), "421 later", ERR_PEER },
		{ AT(auth), "535 wrong password", ERR_PEER },
		{ AT(auth), "454 later", ERR_PEER },
		{ AT(mail), "550 not you", ERR_INVALID },
		{ AT(mail), "530 sign in first", ERR_PEER },
		{ AT(mail), "451 later", ERR_PEER },
		{ AT(rcpt), "550 no such user", ERR_INVALID },
		{ AT(rcpt), "553 bad name", ERR_INVALID },
		{ AT(rcpt), "450 greylisted", ERR_PEER },
		{ AT(rcpt), "452 full", ERR_PEER },
		{ AT(data), "554 no", ERR_INVALID },
		{ AT(data), "451 later", ERR_PEER },
		{ AT(end), "550 spam", ERR_INVALID },
		{ AT(end), "552 too large", ERR_INVALID },
		{ AT(end), "451 later", ERR_PEER },
	};
	struct script good = *script;
	const char **slot;
	size_t i;
	enum err e;

	(void)state;
	for (i = 0; i < nitems(table); i++) {
		*script = good;
		slot = (const char **)(void *)((char *)script + table[i].at);
		*slot = table[i].answer;
		e = send_mail("user");
		if (e != table[i].e)
			fail_msg("%s: %d", table[i].answer, e);
		assert_int_equal(ctx->fault.err, e);
		assert_null(strstr(ctx->fault.detail, "p4ssw0rd"));
	}
}

/* Sends no mail, and checks the server's certificate as for a mail. */
static void
test_mail_server_is_greeted(void **state)
{
	struct mail mail = { .ca_file = ca_path, .timeout_ms = slow_ms(10000) };

	(void)state;
	loopback_stop(&peer);
	peer = loopback_start(NULL, serve_smtp);
	assert_non_null(peer);
	mail.url = text_printf(ctx->mem, "smtp://127.0.0.1:%d/our.example",
	    peer->port);
	assert_int_equal(http_mail_greet(ctx, &mail), ERR_OK);
	mail.ca_file = other_path;
	assert_int_equal(http_mail_greet(ctx, &mail), ERR_PEER);
	assert_non_null(strstr(ctx->fault.detail, "certificate"));
	fail_clear(ctx);
	mail.url = "smtp://127.0.0.1:1";
	assert_int_equal(http_mail_greet(ctx, &mail), ERR_PEER);
}

static void
test_mail_addresses_are_checked(void **state)
{
	struct mail mail = { .url = "smtp://127.0.0.1:1", .from = "a@b.example",
	    .to = "x@y.example>\r\nDATA", .text = mail_text,
	    .len = sizeof(mail_text) - 1 };

	(void)state;
	assert_int_equal(http_mail(ctx, &mail), ERR_INVALID);
	assert_string_equal(ctx->fault.code, "bad_address");
	fail_clear(ctx);
	mail.to = "x@y.example";
	assert_int_equal(http_mail(ctx, &mail), ERR_PEER);
	fail_clear(ctx);
	mail.url = "http://127.0.0.1:1";
	assert_int_equal(http_mail(ctx, &mail), ERR_PEER);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_https_trusts_only_whom_it_is_told),
		TEST(test_https_shows_the_certificate_of_the_place),
		TEST(test_mail_goes_out_by_starttls),
		TEST(test_mail_without_tls_is_not_sent),
		TEST(test_mail_answers_for_good_and_for_now),
		TEST(test_mail_server_is_greeted),
		TEST(test_mail_addresses_are_checked),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
