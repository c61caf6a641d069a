/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "libshared/base/conf.h"
#include "libshared/base/ctx.h"
#include "libshared/base/log.h"

struct place {
	char		 dir[64], file[96], said[4096];
	struct ctx	*ctx;
};

static int
setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	(void)snprintf(place->dir, sizeof(place->dir),
	    "/tmp/cameleer-conf-XXXXXX");
	if (mkdtemp(place->dir) == NULL) {
		free(place);
		return -1;
	}
	(void)snprintf(place->file, sizeof(place->file), "%s/settings",
	    place->dir);
	place->ctx = ctx_new(1 << 16);
	*state = place;
	return setenv("CREDENTIALS_DIRECTORY", place->dir, 1);
}

static int
teardown(void **state)
{
	struct place *place = *state;

	(void)unlink(place->file);
	ctx_free(&place->ctx);
	if (rmdir(place->dir) == -1)
		return -1;
	free(place);
	return unsetenv("CREDENTIALS_DIRECTORY");
}

static void
file_put(const char *path, const void *data, size_t len, mode_t mode)
{
	int fd;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd != -1);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

/* Loads a file with this text; place->said gets the messages. */
static const struct conf *
load_bytes(struct place *place, const char *text, size_t len)
{
	const struct conf *conf;
	FILE *err;

	file_put(place->file, text, len, 0640);
	memset(place->said, 0, sizeof(place->said));
	err = fmemopen(place->said, sizeof(place->said) - 1, "w");
	assert_non_null(err);
	conf = conf_load(place->file, err);
	assert_int_equal(fclose(err), 0);
	return conf;
}

static const struct conf *
load(struct place *place, const char *text)
{
	return load_bytes(place, text, strlen(text));
}

static void
test_file_is_read_and_presets_fill_the_rest(void **state)
{
	struct place *place = *state;
	const struct conf *conf;

	conf = load(place, "# a comment\n\n"
	    "base_url=https://cameleer.example\n"
	    "  \t db_port \t = \t 6543 \t \n"
	    "log_level = debug\n"
	    "smtp_user = a = b # c\n"
	    "ca_file =\n"
	    "\t# run_dir = /x\n"
	    "processes = 7");
	assert_string_equal(place->said, "");
	assert_non_null(conf);
	assert_string_equal(conf->base_url, "https://cameleer.example");
	assert_int_equal(conf->db_port, 6543);
	assert_int_equal(conf->log_level, LOG_DEBUG);
	assert_string_equal(conf_value(conf, "smtp_user"), "a = b # c");
	assert_string_equal(conf_value(conf, "ca_file"), "");
	assert_string_equal(conf->run_dir, "/run/cameleer");
	assert_string_equal(conf_value(conf, "internal_url"), "");
	assert_string_equal(conf_value(conf, "worker_processes"), "2");
	assert_string_equal(conf_value(conf, "db_port"), "6543");
	assert_int_equal(conf->processes, 7);
}

struct mine { int64_t worker_processes; const char *smtp_url; };

/* A module's table of settings, as in the module's own file. */
static const struct setting mine[] = {
	SETTING(mine, smtp_url, MAIL_URL, "", 0, 255, "Where mail goes."),
	SETTING(mine, worker_processes, INT, "2", 1, 64, "How many."),
	SETTINGS_END
};

struct other { const char *smtp_url; };

static const struct setting others[] = {
	SETTING(other, smtp_url, MAIL_URL, "", 0, 255, "Where mail goes."),
	SETTINGS_END
};

static void
test_a_module_reads_its_own_struct_once(void **state)
{
	struct place *place = *state;
	const struct conf *conf, *other;
	const struct other *second;
	const struct mine *part;

	conf = load(place, "base_url = https://h\nworker_processes = 9\n");
	other = load(place, "base_url = https://h\n"
	    "smtp_url = smtp://mail\n");
	assert_non_null(conf);
	assert_non_null(other);
	part = conf_part(conf, mine, sizeof(*part));
	assert_int_equal(part->worker_processes, 9);
	assert_string_equal(part->smtp_url, "");
	assert_ptr_equal(conf_part(conf, mine, sizeof(*part)), part);
	part = conf_part(other, mine, sizeof(*part));
	assert_int_equal(part->worker_processes, 2);
	assert_string_equal(part->smtp_url, "smtp://mail");
	second = conf_part(other, others, sizeof(*second));
	assert_ptr_not_equal(second, part);
	assert_string_equal(second->smtp_url, "smtp://mail");
}

/* Every process checks the whole file, also settings that it does not use. */
static void
test_settings_of_other_modules_are_checked_too(void **state)
{
	struct place *place = *state;

	assert_null(load(place, "base_url = https://h\n"
	    "engine_sockett = /run/x\nworker_processes = 65\n"));
	assert_non_null(strstr(place->said,
	    "/settings:2: engine_sockett: there is no such setting\n"));
	assert_non_null(strstr(place->said,
	    "/settings:3: worker_processes: is out of range\n"));
}

static void
test_mistakes_are_all_named_with_their_line(void **state)
{
	struct place *place = *state;

	assert_null(load(place, "processes = 0\n"
	    "colour = red\n"
	    "db_port = 1\n"
	    "db_port = 2\n"
	    "just words\n"
	    "run_dir = relative\n"));
	assert_non_null(strstr(place->said,
	    "/settings:1: processes: is out of range\n"));
	assert_non_null(strstr(place->said,
	    "/settings:2: colour: there is no such setting\n"));
	assert_non_null(strstr(place->said,
	    "/settings:4: db_port: is set twice\n"));
	assert_non_null(strstr(place->said,
	    "/settings:5: line: must be NAME = VALUE\n"));
	assert_non_null(strstr(place->said,
	    "/settings:6: run_dir: must be an absolute path\n"));
	assert_non_null(strstr(place->said,
	    "/settings: base_url: must be set\n"));
	assert_null(strstr(place->said, "settings:3"));
}

static void
test_odd_bytes_are_refused(void **state)
{
	static const char base[] = "base_url = https://h\n";
	struct place *place = *state;
	static const struct str odd[] = {
		{ "run_dir = /a\0b\n", 15 }, { "run_dir = /a\r\n", 14 },
		{ "run_dir = /\xff\n", 13 }, { "run_dir\0 = /a\n", 14 },
		{ "= /a\n", 5 }, { "RUN_DIR = /a\n", 13 },
	};
	char text[128];
	size_t i;

	assert_non_null(load(place, base));
	for (i = 0; i < nitems(odd); i++) {
		memcpy(text, base, sizeof(base) - 1);
		memcpy(text + sizeof(base) - 1, odd[i].p, odd[i].len);
		assert_row(load_bytes(place, text, sizeof(base) - 1 +
		    odd[i].len) == NULL, odd[i].p);
	}
}

static void
test_file_must_be_a_safe_regular_file(void **state)
{
	struct place *place = *state;
	char big[70000];

	memset(big, '\n', sizeof(big));
	assert_null(load_bytes(place, big, sizeof(big)));
	assert_non_null(strstr(place->said, "is too large"));
	assert_null(conf_load("/nonexistent/cameleer", stderr));
	assert_null(conf_load(place->dir, stderr));
	file_put(place->file, "base_url = https://h\n", 21, 0646);
	assert_null(conf_load(place->file, stderr));
	file_put(place->file, "base_url = https://h\n", 21, 0644);
	assert_non_null(conf_load(place->file, stderr));
}

static void
credential_put(struct place *place, const char *text, size_t len, mode_t mode)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/db.pass", place->dir);
	file_put(path, text, len, mode);
}

static enum err
credential_get(struct place *place, const char **text)
{
	enum err e;

	ctx_reset(place->ctx);
	e = conf_credential(place->ctx, "db.pass", text);
	if (e != ERR_OK)
		assert_string_equal(place->ctx->fault.code, "credential");
	return e;
}

static void
credential_drop(struct place *place)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/db.pass", place->dir);
	assert_int_equal(unlink(path), 0);
}

static void
test_credential_comes_without_its_newline(void **state)
{
	struct place *place = *state;
	struct ctx *ctx = place->ctx;
	const char *text;

	credential_put(place, "s3cret\n", 7, 0400);
	assert_int_equal(credential_get(place, &text), ERR_OK);
	assert_string_equal(text, "s3cret");
	assert_int_equal(arena_used(ctx->mem), 0);
	assert_true(arena_used(ctx->secrets) > 0);
	credential_put(place, "a\n\n", 3, 0440);
	assert_int_equal(credential_get(place, &text), ERR_OK);
	assert_string_equal(text, "a\n");
	credential_drop(place);
}

/* A job reads the key of its secrets for each of them. */
static void
test_credential_takes_little_of_the_room_for_secrets(void **state)
{
	struct place *place = *state;
	const char *text;
	int i;

	credential_put(place, "s3cret\n", 7, 0400);
	ctx_reset(place->ctx);
	for (i = 0; i < 500; i++)
		assert_int_equal(conf_credential(place->ctx, "db.pass",
		    &text), ERR_OK);
	assert_string_equal(text, "s3cret");
	credential_drop(place);
}

static void
test_credential_that_is_not_safe_is_refused(void **state)
{
	struct place *place = *state;
	static char big[16385];
	const char *text;

	credential_put(place, "s3cret\n", 7, 0444);
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
	credential_put(place, "s3cret\n", 7, 0402);
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
	credential_put(place, "\n", 1, 0400);
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
	credential_put(place, "a\0b", 3, 0400);
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
	memset(big, 'x', sizeof(big));
	credential_put(place, big, sizeof(big), 0400);
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
	assert_non_null(strstr(place->ctx->fault.detail, "too large"));
	credential_put(place, big, sizeof(big) - 1, 0400);
	assert_int_equal(credential_get(place, &text), ERR_OK);
	credential_drop(place);
}

static void
test_credential_is_no_link_and_no_pipe(void **state)
{
	struct place *place = *state;
	char path[128], target[128];
	const char *text;

	(void)snprintf(target, sizeof(target), "%s/target", place->dir);
	(void)snprintf(path, sizeof(path), "%s/db.pass", place->dir);
	file_put(target, "x\n", 2, 0400);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(target), 0);
	assert_int_equal(mkfifo(path, 0400), 0);
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
}

static void
test_credential_path_is_of_what_is_there(void **state)
{
	struct place *place = *state;
	struct ctx *ctx = place->ctx;
	const char *text;
	char path[128];

	assert_null(conf_credential_path(ctx, "db.pass"));
	credential_put(place, "x\n", 2, 0400);
	(void)snprintf(path, sizeof(path), "%s/db.pass", place->dir);
	assert_string_equal(conf_credential_path(ctx, "db.pass"), path);
	assert_null(conf_credential_path(ctx, "../db.pass"));
	assert_null(conf_credential_path(ctx, ".."));
	assert_int_equal(conf_credential(ctx, "../etc/passwd", &text),
	    ERR_INTERNAL);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "relative", 1), 0);
	assert_null(conf_credential_path(ctx, "db.pass"));
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_null(conf_credential_path(ctx, "db.pass"));
	assert_int_equal(credential_get(place, &text), ERR_INTERNAL);
	credential_drop(place);
}

#define in_place(test)	cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_place(test_file_is_read_and_presets_fill_the_rest),
		in_place(test_a_module_reads_its_own_struct_once),
		in_place(test_settings_of_other_modules_are_checked_too),
		in_place(test_mistakes_are_all_named_with_their_line),
		in_place(test_odd_bytes_are_refused),
		in_place(test_file_must_be_a_safe_regular_file),
		in_place(test_credential_comes_without_its_newline),
		in_place(
		    test_credential_takes_little_of_the_room_for_secrets),
		in_place(test_credential_that_is_not_safe_is_refused),
		in_place(test_credential_is_no_link_and_no_pipe),
		in_place(test_credential_path_is_of_what_is_there),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
