/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords: Argon2id for our hashes, bcrypt for imported ones.
 *
 * A hash takes 19 MiB, so the number of parallel hashes is limited across all
 * processes of a service: one robust mutex in shared memory for each place.  A
 * semaphore would lose a place for ever with each process that is killed.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <crypt.h>
#include <sodium/crypto_pwhash.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/metrics.h"
#include "libshared/proto/password.h"

#define PASSES		2u
#define MEMORY		((size_t)19 << 20)
#define MEMORY_MAX_KIB	INT64_C(65536)	/* limit for a stored hash */
#define PASSES_MAX	4
#define BCRYPT_SIZE	60
#define BCRYPT_COST_MAX	"14"	/* 2.8 s; 31 would take days */
#define BCRYPT_SEES	72	/* bytes of the password that count */
#define PLACES_MAX	64
#define WAIT_MS		5000
#define MOMENT_NS	2000000	/* between two attempts to find a place */

static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "hash");

struct places {
	unsigned	n;
	pthread_mutex_t	place[];
};

static struct places *places;	/* shared with all child processes */

/*
 * Hash of a random password that nobody knows.  Checking a user who does not
 * exist costs the same as checking one who does.
 */
static const char dummy[PASSWORD_HASH_MAX] = "$argon2id$v=19$m=19456,t=2,p=1$"
    "Y2FtZWxlZXItbm9ib2R5IQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

int
password_init(unsigned parallel)
{
	pthread_mutexattr_t attr;
	struct places *shared;
	unsigned i;
	size_t len;
	int bad = 0;

	if (parallel == 0 || parallel > PLACES_MAX)
		return -1;
	len = sizeof(*shared) + parallel * sizeof(*shared->place);
	shared = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return -1;
	if (pthread_mutexattr_init(&attr) != 0) {
		(void)munmap(shared, len);
		return -1;
	}
	bad |= pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	bad |= pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	for (i = 0; i < parallel; i++)
		bad |= pthread_mutex_init(&shared->place[i], &attr);
	(void)pthread_mutexattr_destroy(&attr);
	if (bad != 0) {
		(void)munmap(shared, len);
		return -1;
	}
	shared->n = parallel;
	places = shared;
	return 0;
}

/*
 * password_locked - takes over a mutex whose owner was killed: a hash leaves
 * nothing half done
 */
static bool
password_locked(pthread_mutex_t *place, int rc)
{
	if (rc == EOWNERDEAD)
		rc = pthread_mutex_consistent(place);
	return rc == 0;
}

/*
 * place_take - has no queue: a hash may be overtaken, but waits WAIT_MS at most
 */
static enum err
place_take(struct ctx *ctx, pthread_mutex_t **taken)
{
	static const struct timespec moment = { 0, MOMENT_NS };
	int64_t end;
	unsigned i;

	*taken = NULL;
	if (places == NULL)
		return ERR_OK;
	for (end = clock_ms() + WAIT_MS; clock_ms() < end; ) {
		for (i = 0; i < places->n; i++) {
			*taken = &places->place[i];
			if (password_locked(*taken,
			    pthread_mutex_trylock(*taken)))
				return ERR_OK;
		}
		(void)nanosleep(&moment, NULL);
	}
	*taken = NULL;
	return fail(ctx, ERR_UNAVAILABLE, "busy",
	    "no place for a password hash in %d ms", WAIT_MS);
}

static void
place_give(pthread_mutex_t *taken)
{
	if (taken != NULL && pthread_mutex_unlock(taken) != 0)
		abort();
}

enum err
password_hash(struct ctx *ctx, const char *password, const char **hash)
{
	pthread_mutex_t *taken;
	char *out = arena_get(ctx->secrets, PASSWORD_HASH_MAX);
	enum err e;
	int rc;

	if (out == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "secrets are full");
	if ((e = place_take(ctx, &taken)) != ERR_OK)
		return e;
	metrics_add(METRIC_PASSWORD_HASHES, 0, 1);
	rc = crypto_pwhash_str_alg(out, password, strlen(password), PASSES,
	    MEMORY, crypto_pwhash_ALG_ARGON2ID13);
	place_give(taken);
	if (rc != 0)
		return fail(ctx, ERR_UNAVAILABLE, NULL,
		    "no memory for a password hash");
	*hash = out;
	return ERR_OK;
}

static bool
part_between(struct str *rest, const char *name, char end, int64_t max)
{
	struct str part = str_cut(rest, end);
	size_t len = strlen(name);
	int64_t value;

	if (!str_starts(part, name))
		return false;
	part.p += len;
	part.len -= len;
	return str_int(part, 1, max, &value);
}

/* is_argon2id - accepts the form that we make, with bounded costs */
static bool
is_argon2id(const char *hash)
{
	struct str rest = str_of(hash);
	static const char prefix[] = "$argon2id$v=19$";

	if (rest.len >= PASSWORD_HASH_MAX || !str_starts(rest, prefix))
		return false;
	rest.p += sizeof(prefix) - 1;
	rest.len -= sizeof(prefix) - 1;
	return part_between(&rest, "m=", ',', MEMORY_MAX_KIB) &&
	    part_between(&rest, "t=", ',', PASSES_MAX) &&
	    part_between(&rest, "p=", '$', 1);
}

/* is_bcrypt - checks the form first: crypt() treats unknown settings as DES */
static bool
is_bcrypt(const char *hash)
{
	static const char digits[] = "./ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789";

	return strlen(hash) == BCRYPT_SIZE && hash[0] == '$' &&
	    hash[1] == '2' && strchr("aby", hash[2]) != NULL &&
	    hash[3] == '$' && hash[6] == '$' &&
	    strcmp(hash + 4, "04$") >= 0 &&
	    strncmp(hash + 4, BCRYPT_COST_MAX, 2) <= 0 &&
	    strspn(hash + 4, "0123456789") == 2 &&
	    strspn(hash + 7, digits) == BCRYPT_SIZE - 7;
}

static bool
bcrypt_verify(const char *hash, const char *password)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *made;
	bool good;

	if (data == NULL)
		abort();
	made = crypt_rn(password, hash, data, sizeof(*data));
	good = made != NULL && strlen(made) == BCRYPT_SIZE &&
	    secret_equal(made, hash, BCRYPT_SIZE);
	secret_wipe(data, sizeof(*data));
	free(data);
	return good;
}

/*
 * argon2id_verify - pads the hash: libsodium may read PASSWORD_HASH_MAX bytes
 */
static bool
argon2id_verify(const char *hash, const char *password, bool *old)
{
	char padded[PASSWORD_HASH_MAX] = { 0 };
	bool good;

	memcpy(padded, hash, strlen(hash));
	good = crypto_pwhash_str_verify(padded, password,
	    strlen(password)) == 0;
	*old = good && crypto_pwhash_str_needs_rehash(padded, PASSES,
	    MEMORY) != 0;
	return good;
}

/*
 * password_verify - does not ask for a new hash when the password is longer
 * than bcrypt reads: the rest was never checked and might not be what the owner
 * chose
 */
bool
password_verify(struct ctx *ctx, const char *hash, const char *password,
    bool *rehash)
{
	pthread_mutex_t *taken;
	bool good = false, old = false;

	if (rehash != NULL)
		*rehash = false;
	if (place_take(ctx, &taken) != ERR_OK)
		return false;
	metrics_add(METRIC_PASSWORD_HASHES, 0, 1);
	if (hash != NULL && is_argon2id(hash)) {
		good = argon2id_verify(hash, password, &old);
	} else if (hash != NULL && is_bcrypt(hash)) {
		good = bcrypt_verify(hash, password);
		old = good && strlen(password) <= BCRYPT_SEES;
	} else {
		(void)argon2id_verify(dummy, password, &old);
		old = false;
	}
	place_give(taken);
	if (rehash != NULL)
		*rehash = old;
	return good;
}

enum err
password_for_nginx(struct ctx *ctx, const char *password, const char *salt,
    const char **hash)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *setting, *made = NULL, *kept = NULL;

	if (data == NULL)
		abort();
	setting = text_printf(ctx->mem, "$5$rounds=1000$%s", salt);
	if (setting != NULL)
		made = crypt_rn(password, setting, data, sizeof(*data));
	if (made != NULL)
		kept = text_printf(ctx->mem, "%s", made);
	secret_wipe(data, sizeof(*data));
	free(data);
	if (kept == NULL)
		return fail(ctx, ERR_INTERNAL, NULL, "no hash for nginx");
	*hash = kept;
	return ERR_OK;
}
