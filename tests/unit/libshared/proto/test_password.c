/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linked with --wrap=crypto_pwhash_str_alg, so that a test can count the
 * processes that hash, keep one in the hash, or kill it there.
 */
#include <crypt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit_ctx.h"

#include "libshared/base/arena.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/proto/password.h"

/* Shared with all children. */
static struct watch {
	int	inside, most, done, refused;
	enum { HASH, COUNT, STAY } what;
} *watch;

int __real_crypto_pwhash_str_alg(char *, const char *, unsigned long long,
    unsigned long long, size_t, int);
int __wrap_crypto_pwhash_str_alg(char *, const char *, unsigned long long,
    unsigned long long, size_t, int);

static void
nap_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

int
__wrap_crypto_pwhash_str_alg(char *out, const char *password,
    unsigned long long len, unsigned long long passes, size_t memory, int alg)
{
	bool stay = watch->what == STAY;
	int now, most;

	if (watch->what == HASH)
		return __real_crypto_pwhash_str_alg(out, password, len,
		    passes, memory, alg);
	now = __atomic_add_fetch(&watch->inside, 1, __ATOMIC_SEQ_CST);
	most = __atomic_load_n(&watch->most, __ATOMIC_SEQ_CST);
	while (now > most && !__atomic_compare_exchange_n(&watch->most, &most,
	    now, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	nap_ms(stay ? 60000 : 10);
	__atomic_sub_fetch(&watch->inside, 1, __ATOMIC_SEQ_CST);
	memcpy(out, "counted", sizeof("counted"));
	return 0;
}

static int
group_setup(void **state)
{
	(void)state;
	watch = mmap(NULL, sizeof(*watch), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return watch == MAP_FAILED ? -1 : crypto_init();
}

static int
setup(void **state)
{
	memset(watch, 0, sizeof(*watch));
	return ctx_setup(state);
}

/* Forks n children that hash once; counts refusals separately. */
static void
hash_in_children(pid_t *pids, int n)
{
	const char *hash;
	enum err e;
	int i;

	for (i = 0; i < n; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] > 0)
			continue;
		e = password_hash(ctx, "password", &hash);
		__atomic_add_fetch(e == ERR_OK ? &watch->done :
		    &watch->refused, 1, __ATOMIC_SEQ_CST);
		_exit(e == ERR_OK || e == ERR_UNAVAILABLE ? 0 : 1);
	}
}

static void
wait_for(const pid_t *pids, int n)
{
	int i, status;

	for (i = 0; i < n; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
}

static void
until_inside(int n)
{
	int tries = 0;

	while (__atomic_load_n(&watch->inside, __ATOMIC_SEQ_CST) != n &&
	    tries++ < 4000)
		nap_ms(5);
	assert_int_equal(watch->inside, n);
}

static void
test_argon2id_has_the_cost_we_say(void **state)
{
	const char *hash, *other;
	bool rehash = true;
	size_t used = arena_used(ctx->mem);

	(void)state;
	assert_int_equal(password_hash(ctx, "correct horse", &hash), ERR_OK);
	assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_true(strlen(hash) < PASSWORD_HASH_MAX);
	assert_int_equal(arena_used(ctx->mem), used);
	assert_true(password_verify(ctx, hash, "correct horse", &rehash));
	assert_false(rehash);
	assert_false(password_verify(ctx, hash, "correct horsf", &rehash));
	assert_false(password_verify(ctx, hash, "", &rehash));
	assert_int_equal(password_hash(ctx, "correct horse", &other), ERR_OK);
	assert_string_not_equal(hash, other);
	assert_int_equal(ctx->fault.err, ERR_OK);
}

static void
test_cheaper_argon2id_is_hashed_again(void **state)
{
	char hash[PASSWORD_HASH_MAX];
	bool rehash = false;

	(void)state;
	assert_int_equal(__real_crypto_pwhash_str_alg(hash, "pw", 2, 1,
	    (size_t)8 << 20, 2), 0);
	assert_true(password_verify(ctx, hash, "pw", &rehash));
	assert_true(rehash);
	assert_false(password_verify(ctx, hash, "pW", &rehash));
	assert_false(rehash);
	assert_true(password_verify(ctx, hash, "pw", NULL));
}

/* From Wikipedia and the tests of crypt_blowfish: made by other programs. */
static const struct { const char *hash, *password; } foreign[] = {
	{ "$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
	  "abc123xyz" },
	{ "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	  "U*U" },
	{ "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
	  "\xa3" },
};

static void
test_bcrypt_of_others_is_taken_once(void **state)
{
	bool rehash = false;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(foreign); i++) {
		assert_true(password_verify(ctx, foreign[i].hash,
		    foreign[i].password, &rehash));
		assert_true(rehash);
		assert_false(password_verify(ctx, foreign[i].hash, "abc",
		    &rehash));
		assert_false(rehash);
	}
}

static void
bcrypt_of(char kind, const char *password, char *out)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	struct crypt_data *data = calloc(1, sizeof(*data));

	assert_non_null(data);
	assert_non_null(crypt_gensalt_rn("$2b$", 4, NULL, 0, setting,
	    (int)sizeof(setting)));
	setting[2] = kind;
	assert_non_null(crypt_rn(password, setting, data,
	    (int)sizeof(*data)));
	memcpy(out, data->output, 61);
	free(data);
}

static void
test_bcrypt_2a_2b_2y_and_nothing_else(void **state)
{
	static const char kinds[] = { 'a', 'b', 'y' };
	char hash[61];
	bool rehash;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(kinds); i++) {
		bcrypt_of(kinds[i], "secret", hash);
		assert_true(password_verify(ctx, hash, "secret", &rehash));
		assert_true(rehash);
		hash[59] = hash[59] == '.' ? '/' : '.';
		assert_false(password_verify(ctx, hash, "secret", &rehash));
	}
	/*
	 * $2x$ hashes by the broken algorithm: crypt(3) accepts it, we refuse
	 * it.
	 */
	bcrypt_of('x', "secret", hash);
	assert_memory_equal(hash, "$2x$", 4);
	assert_false(password_verify(ctx, hash, "secret", &rehash));
}

/* bcrypt reads 72 bytes; later ones were never checked. */
static void
test_bcrypt_beyond_72_bytes_is_not_hashed_again(void **state)
{
	char password[81], hash[61];
	bool rehash = true;

	(void)state;
	memset(password, 'a', 80);
	password[80] = '\0';
	bcrypt_of('b', password, hash);
	assert_true(password_verify(ctx, hash, password, &rehash));
	assert_false(rehash);
	password[72] = '\0';
	assert_true(password_verify(ctx, hash, password, &rehash));
	assert_true(rehash);
	password[71] = '\0';
	assert_false(password_verify(ctx, hash, password, &rehash));
}

/* crypt(3) itself would accept each of these, or hash for very long. */
static void
test_other_settings_are_refused(void **state)
{
	static const char *const settings[] = { "ab", "bogus", "_J9..rasm",
	    "$1$saltsalt$", "$5$saltsalt$", "$6$saltsalt$", "$2$04$" };
	static const char *const bad[] = { "", "*0", "*1", "x", "$2b$",
	    "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2b$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2b$5$CCCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2b$0x$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe:",
	    "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWx",
	    "$argon2id$v=19$m=4194304,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
	    "$argon2id$v=19$m=19456,t=1000,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
	    "$argon2id$v=19$m=19456,t=2,p=64$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
	    "$argon2id$v=19$m=19456,t=2,p=1$",
	    "$argon2id$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
	    "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
	    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC" };
	struct crypt_data *data = calloc(1, sizeof(*data));
	bool rehash;
	size_t i;

	(void)state;
	assert_non_null(data);
	for (i = 0; i < nitems(settings); i++) {
		const char *made = crypt_rn("pw", settings[i], data,
		    (int)sizeof(*data));

		assert_false(password_verify(ctx, made != NULL ? made :
		    settings[i], "pw", &rehash));
		assert_false(password_verify(ctx, settings[i], "pw",
		    &rehash));
		assert_false(rehash);
	}
	for (i = 0; i < nitems(bad); i++)
		assert_false(password_verify(ctx, bad[i], "U*U", &rehash));
	assert_int_equal(ctx->fault.err, ERR_OK);
	free(data);
}

static int64_t
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* An unknown user costs one hash, as a known one does. */
static void
t_login_one_hash(void **state)
{
	const char *hash, *odd[] = { NULL, "", "*0", "$2x$bogus" };
	int64_t real, dummy, start;
	size_t i;
	int n;

	(void)state;
	assert_int_equal(password_hash(ctx, "right", &hash), ERR_OK);
	start = cpu_us();
	for (n = 0; n < 5; n++)
		assert_false(password_verify(ctx, hash, "wrong", NULL));
	real = cpu_us() - start;
	for (i = 0; i < nitems(odd); i++) {
		start = cpu_us();
		for (n = 0; n < 5; n++)
			assert_false(password_verify(ctx, odd[i], "wrong",
			    NULL));
		dummy = cpu_us() - start;
		assert_true(dummy > real / 2 && dummy < real * 2);
	}
}

static void
t_login_parallel_200(void **state)
{
	pid_t pids[200];

	(void)state;
	assert_int_equal(password_init(4), 0);
	watch->what = COUNT;
	hash_in_children(pids, 200);
	wait_for(pids, 200);
	assert_int_equal(watch->done, 200);
	/* slow machines start a child later than another ends */
	assert_in_range(watch->most, slow_ms(1) > 1 ? 2 : 4, 4);
}

/* With a plain semaphore two places would be missing from here on. */
static void
test_killed_process_gives_its_place_back(void **state)
{
	pid_t pids[2];
	const char *hash;
	int i;

	(void)state;
	assert_int_equal(password_init(2), 0);
	watch->what = STAY;
	hash_in_children(pids, 2);
	until_inside(2);
	for (i = 0; i < 2; i++) {
		assert_int_equal(kill(pids[i], SIGKILL), 0);
		assert_int_equal(waitpid(pids[i], NULL, 0), pids[i]);
	}
	watch->what = HASH;
	for (i = 0; i < 6; i++)
		assert_int_equal(password_hash(ctx, "pw", &hash), ERR_OK);
	memset(watch, 0, sizeof(*watch));
	watch->what = COUNT;
	hash_in_children(pids, 2);
	wait_for(pids, 2);
	assert_int_equal(watch->done, 2);
}

static void
test_no_place_for_5_s_is_not_a_wrong_password(void **state)
{
	const char *hash = "untouched", *stored;
	struct timespec from, to;
	bool rehash = true;
	pid_t pid;

	(void)state;
	assert_int_equal(password_hash(ctx, "pw", &stored), ERR_OK);
	assert_int_equal(password_init(1), 0);
	watch->what = STAY;
	hash_in_children(&pid, 1);
	until_inside(1);
	watch->what = HASH;
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(password_hash(ctx, "pw", &hash), ERR_UNAVAILABLE);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_string_equal(hash, "untouched");
	assert_in_range(to.tv_sec - from.tv_sec, 4, 8);
	fail_clear(ctx);
	assert_false(password_verify(ctx, stored, "pw", &rehash));
	assert_int_equal(ctx->fault.err, ERR_UNAVAILABLE);
	assert_false(rehash);
	fail_clear(ctx);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(password_verify(ctx, stored, "pw", &rehash));
}

static void
test_no_places_is_refused(void **state)
{
	(void)state;
	assert_int_equal(password_init(0), -1);
	assert_int_equal(password_init(1000), -1);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, ctx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_argon2id_has_the_cost_we_say),
		TEST(test_cheaper_argon2id_is_hashed_again),
		TEST(test_bcrypt_of_others_is_taken_once),
		TEST(test_bcrypt_2a_2b_2y_and_nothing_else),
		TEST(test_bcrypt_beyond_72_bytes_is_not_hashed_again),
		TEST(test_other_settings_are_refused),
		TEST(t_login_one_hash),
		TEST(t_login_parallel_200),
		TEST(test_killed_process_gives_its_place_back),
		TEST(test_no_place_for_5_s_is_not_a_wrong_password),
		TEST(test_no_places_is_refused),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
