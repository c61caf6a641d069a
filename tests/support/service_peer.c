/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libshared/base/log.h"
#include "libshared/proto/key.h"
#include "libshared/proto/token.h"
#include "libshared/skeleton/authn.h"
#include "tests/support/service_peer.h"

#define LOG_MAX		(1u << 20)
#define ARGS_MAX	8

struct answer answer;

static char dir[] = "/tmp/cameleer-service.XXXXXX";
static char conf_path[64], log_path[64], socket_path[64];
static const char *token, *jwk;
static struct key key;
static pid_t peer;

int
peer_group_setup(void **state)
{
	FILE *conf;

	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(conf_path, sizeof(conf_path), "%s/conf", dir);
	(void)snprintf(log_path, sizeof(log_path), "%s/log", dir);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/things.sock",
	    dir);
	if ((conf = fopen(conf_path, "w")) == NULL)
		return -1;
	(void)fprintf(conf, "base_url = " BASE_URL "\nrun_dir = %s\n"
	    "processes = 1\nretire_after = 100\n", dir);
	return fclose(conf) != 0 || unsetenv("CREDENTIALS_DIRECTORY") != 0;
}

int
peer_group_teardown(void **state)
{
	(void)state;
	(void)unlink(conf_path);
	(void)unlink(log_path);
	(void)unlink(socket_path);
	return rmdir(dir);
}

static int
make_token(void)
{
	struct json *claims = json_object(ctx), *object;
	int64_t now = (int64_t)time(NULL);

	json_put_text(claims, "iss", BASE_URL);
	json_put_text(claims, "aud", ACCESS_AUDIENCE);
	json_put_text(claims, "sub", ACCOUNT);
	json_put_text(claims, "sid", SESSION);
	json_put_text(claims, "tid", TENANT);
	json_put_int(claims, "nbf", now);
	json_put_int(claims, "exp", now + ACCESS_TTL_S);
	return key_generate(ctx, KEY_ACCESS, &key) != ERR_OK ||
	    token_sign(ctx, &key, ACCESS_TYP, claims, &token) != ERR_OK ||
	    key_jwk(ctx, &key, &object) != ERR_OK ||
	    json_print(ctx, object, &jwk, NULL) != ERR_OK;
}

int
peer_setup(void **state)
{
	return request_setup(state) != 0 || make_token() != 0;
}

int
peer_teardown(void **state)
{
	peer_stop();
	answer_free(&answer);
	return request_teardown(state);
}

/* enter - in the child: sends output to the log, then runs the service */
static void
enter(const struct service *service, const char *const *args)
{
	char *argv[ARGS_MAX] = { NULL };
	int argc = 0, fd;

	fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	if (fd == -1 || dup2(fd, 1) == -1 || dup2(fd, 2) == -1)
		_exit(99);
	/* Standard input must not be a socket that systemd could have bound. */
	if ((fd = open("/dev/null", O_RDONLY)) == -1 || dup2(fd, 0) == -1)
		_exit(99);
	argv[argc++] = strdup(service->name);
	for (; *args != NULL && argc + 1 < ARGS_MAX; args++)
		argv[argc++] = strdup(*args);
	fd = service_main(argc, argv, service);
	(void)fflush(stdout);
	_exit(fd);
}

void
peer_start(const struct service *service)
{
	const char *const args[] = { "-c", conf_path, NULL };
	int fd = -1;

	(void)unlink(socket_path);
	(void)fflush(NULL);
	if ((peer = fork()) == 0)
		enter(service, args);
	if (peer == -1 || (fd = fcgi_connect_soon(socket_path)) == -1)
		fail_msg("the service does not start: %s", peer_log());
	(void)close(fd);
}

static int
ended(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

void
peer_stop(void)
{
	pid_t pid = peer;
	int rc;

	if (pid <= 0)
		return;
	peer = 0;
	(void)kill(pid, SIGTERM);
	if ((rc = ended(pid)) != 0)
		fail_msg("the service ended with %d: %s", rc, peer_log());
	/*
	 * A report of a sanitizer in a child does not change the master's exit
	 * code.
	 */
	if (strstr(peer_log(), "Sanitizer") != NULL ||
	    strstr(peer_log(), "runtime error") != NULL)
		fail_msg("%s", peer_log());
}

int
peer_run_(const struct service *service, const char *const *args)
{
	pid_t pid;

	(void)fflush(NULL);
	if ((pid = fork()) == 0)
		enter(service, args);
	return ended(pid);
}

const char *
peer_conf(void)
{
	return conf_path;
}

const char *
peer_log(void)
{
	static char text[LOG_MAX];
	FILE *file = fopen(log_path, "r");
	size_t n = 0;

	if (file != NULL) {
		n = fread(text, 1, sizeof(text) - 1, file);
		(void)fclose(file);
	}
	text[n] = '\0';
	return text;
}

void
ask_(const char *body, const char *const *params)
{
	int fd = fcgi_connect(socket_path);

	answer_free(&answer);
	if (fd == -1 || !fcgi_send(fd, params, body, strlen(body)) ||
	    !fcgi_receive(fd, &answer))
		fail_msg("no answer: %s", peer_log());
	(void)close(fd);
}

void
assert_answer(int status, const char *code)
{
	struct json *body;
	const char *is;

	if (answer.status != status)
		fail_msg("%d instead of %d: %s", answer.status, status,
		    answer.text);
	if (code == NULL)
		return;
	assert_int_equal(json_parse(ctx, answer.body, answer.body_len,
	    &body), ERR_OK);
	is = json_member(body, "code");
	if (is == NULL || strcmp(is, code) != 0)
		fail_msg("code %s instead of %s", is, code);
}

const char *
peer_bearer(void)
{
	return text_printf(ctx->mem, "Bearer %s", token);
}

const char *
peer_cookie(void)
{
	return text_printf(ctx->mem, ACCESS_COOKIE "=%s", token);
}

void
expect_keys(void)
{
	fake_expect("signing_keys");
	fake_row("kid", key.kid, "purpose", "access", "state", "active",
	    "jwk", jwk);
}

void
expect_member(const char *role, const char *permissions, const char *state)
{
	fake_expect("request_begin", SESSION, ACCOUNT, TENANT, FAKE_NULL);
	fake_row("good", "t", "kind", "person", "fresh", "t",
	    "tenant", role == NULL ? FAKE_NULL : TENANT,
	    "rule", FAKE_NULL, "role", role == NULL ? FAKE_NULL : role,
	    "permissions", permissions == NULL ? FAKE_NULL : permissions,
	    "tenant_slug", role == NULL ? FAKE_NULL : "acme",
	    "tenant_state", state == NULL ? FAKE_NULL : state,
	    FAKE_NO_LICENSE);
}
