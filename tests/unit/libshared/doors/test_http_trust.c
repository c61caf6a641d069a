/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom http_call() trusts on a machine whose own directory of authorities
 * vouches for the peer.  That directory is libcurl's, and is read by the
 * function of OpenSSL that this program stands in for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#undef CTX_TEST		/* also a name of ours */

#include "tests/support/loopback.h"
#include "tests/support/unit_ctx.h"

#include "libshared/base/str.h"
#include "libshared/doors/http.h"

static struct loopback *peer;
static EVP_PKEY *key;
static X509 *cert, *other_cert;
static char other_path[] = "/tmp/cameleer-test-trust-XXXXXX";
static const char *other_pem;

/* The system's directory holds the peer's certificate. */
__attribute__((visibility("default"))) int
X509_STORE_load_path(X509_STORE *store, const char *path)
{
	(void)path;
	return X509_STORE_add_cert(store, cert);
}

static X509 *
make_cert(const char *subject)
{
	X509 *made = X509_new();
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL,
	    NID_subject_alt_name, "IP:127.0.0.1");
	X509_NAME *name;

	if (made == NULL || ext == NULL || X509_set_version(made, 2) != 1 ||
	    X509_gmtime_adj(X509_getm_notBefore(made), -3600) == NULL ||
	    X509_gmtime_adj(X509_getm_notAfter(made), 3600) == NULL)
		abort();
	name = X509_get_subject_name(made);
	if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)subject, -1, -1, 0) != 1 ||
	    X509_set_issuer_name(made, name) != 1 ||
	    X509_set_pubkey(made, key) != 1 ||
	    X509_add_ext(made, ext, -1) != 1 ||
	    X509_sign(made, key, EVP_sha256()) <= 0)
		abort();
	X509_EXTENSION_free(ext);
	return made;
}

static void
serve_https(struct loopback *shared, int fd)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\n"
	    "Content-Length: 6\r\n\r\nsecret";
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	char text[4096];
	SSL *ssl;

	if (tls == NULL || SSL_CTX_use_certificate(tls, cert) != 1 ||
	    SSL_CTX_use_PrivateKey(tls, key) != 1 ||
	    (ssl = SSL_new(tls)) == NULL)
		abort();
	(void)SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 && SSL_read(ssl, text, sizeof(text)) > 0) {
		__atomic_add_fetch(&shared->requests, 1, __ATOMIC_SEQ_CST);
		(void)SSL_write(ssl, answer, sizeof(answer) - 1);
		(void)SSL_shutdown(ssl);
	}
	SSL_free(ssl);
	SSL_CTX_free(tls);
}

static void
other_write(void)
{
	static char text[4096];
	int fd = mkstemp(other_path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (file == NULL || PEM_write_X509(file, other_cert) != 1)
		abort();
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	other_pem = text;
	if (fclose(file) != 0)
		abort();
}

static int
group_setup(void **state)
{
	(void)state;
	if ((key = EVP_EC_gen("P-256")) == NULL)
		return -1;
	cert = make_cert("peer");
	other_cert = make_cert("other");
	other_write();
	peer = loopback_start(NULL, serve_https);
	return peer == NULL ? -1 : http_init();
}

static int
group_teardown(void **state)
{
	(void)state;
	loopback_stop(&peer);
	X509_free(cert);
	X509_free(other_cert);
	EVP_PKEY_free(key);
	return unlink(other_path);
}

static enum err
get(const char *ca_file, const struct http_identity *identity)
{
	struct http_request request = { HTTP_DEFAULTS, .method = "GET",
	    .timeout_ms = slow_ms(10000), .ca_file = ca_file,
	    .identity = identity };
	struct http_response response = { .body = "" };

	fail_clear(ctx);
	request.url = text_printf(ctx->mem, "https://127.0.0.1:%d/",
	    peer->port);
	return http_call(ctx, &request, &response);
}

static void
test_the_system_vouches_for_whom_no_ca_is_named(void **state)
{
	(void)state;
	assert_int_equal(get(NULL, NULL), ERR_OK);
	assert_int_equal(peer->requests, 1);
}

static void
test_a_named_ca_is_trusted_alone(void **state)
{
	const struct http_identity place = { other_pem, NULL, NULL };
	int before = peer->requests;

	(void)state;
	assert_int_equal(get(other_path, NULL), ERR_PEER);
	assert_int_equal(get(NULL, &place), ERR_PEER);
	assert_int_equal(peer->requests, before);
	assert_int_equal(get(NULL, NULL), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CTX_TEST(test_the_system_vouches_for_whom_no_ca_is_named),
		CTX_TEST(test_a_named_ca_is_trusted_alone),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
