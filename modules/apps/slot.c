/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots of uploads.  A child that was killed leaves its slot behind; whoever
 * looks at it next finds that the process is gone.
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libshared/base/arena.h"
#include "modules/apps/slot.h"

struct slot {
	pid_t		 pid;		/* 0: free */
	struct uuid	 tenant, account;
};

struct slots {
	pthread_mutex_t	 lock;
	int64_t		 n;
	struct slot	 list[SLOTS_MAX];
};

static struct slots *slots;

int
slots_init(int64_t n)
{
	pthread_mutexattr_t kind;
	void *shared = mmap(NULL, sizeof(*slots), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int rc;

	if (shared == MAP_FAILED)
		return -1;
	slots = shared;
	slots->n = n > SLOTS_MAX ? SLOTS_MAX : n;
	if (pthread_mutexattr_init(&kind) != 0)
		return -1;
	(void)pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
	(void)pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
	rc = pthread_mutex_init(&slots->lock, &kind);
	(void)pthread_mutexattr_destroy(&kind);
	return rc == 0 ? 0 : -1;
}

static void
slots_lock(void)
{
	if (pthread_mutex_lock(&slots->lock) == EOWNERDEAD)
		(void)pthread_mutex_consistent(&slots->lock);
}

static void
slots_unlock(void)
{
	(void)pthread_mutex_unlock(&slots->lock);
}

/* slot_leave - of arena_adopt() */
static void
slot_leave(void *handle)
{
	struct slot *slot = handle;

	slots_lock();
	slot->pid = 0;
	slots_unlock();
}

/* slot_free - true when nobody holds it, or a child that is gone */
static bool
slot_free(struct slot *slot)
{
	if (slot->pid != 0 && slot->pid != getpid() &&
	    kill(slot->pid, 0) == -1)
		slot->pid = 0;
	return slot->pid == 0;
}

/* slot_claim - one that is free for who asks; NULL with the reason in *e */
static struct slot *
slot_claim(const struct who *who, enum err *e)
{
	struct slot *found = NULL, *slot;
	int tenant = 0, account = 0;

	for (slot = slots->list; slot < slots->list + slots->n; slot++) {
		if (slot_free(slot)) {
			found = slot;
			continue;
		}
		tenant += strcmp(slot->tenant.text, who->tenant.text) == 0;
		account += strcmp(slot->account.text, who->account.text) == 0;
	}
	*e = tenant >= SLOTS_TENANT_MAX || account >= SLOTS_ACCOUNT_MAX ?
	    ERR_LIMIT : found == NULL ? ERR_UNAVAILABLE : ERR_OK;
	if (*e != ERR_OK)
		return NULL;
	*found = (struct slot){ getpid(), who->tenant, who->account };
	return found;
}

enum err
slot_take(struct ctx *ctx)
{
	struct slot *slot;
	enum err e;

	slots_lock();
	slot = slot_claim(&ctx->who, &e);
	slots_unlock();
	if (e == ERR_LIMIT)
		return fail(ctx, e, "too_many_uploads", "%d JARs of this tenant"
		    ", or %d of yours, are being received: send this one when "
		    "one of them has arrived", SLOTS_TENANT_MAX,
		    SLOTS_ACCOUNT_MAX);
	if (e != ERR_OK)
		return fail(ctx, e, "uploads_busy",
		    "all %lld places for uploads are taken",
		    (long long)slots->n);
	return arena_adopt(ctx->mem, slot, slot_leave) == 0 ? ERR_OK :
	    ERR_TOO_LARGE;
}
