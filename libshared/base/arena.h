/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory with the lifetime of one request or one job.
 *
 * Everything comes from one bounded arena and goes at once in arena_reset().
 * Handles of foreign libraries are adopted at birth, so that they go too.
 */
#ifndef CAMELEER_ARENA_H
#define CAMELEER_ARENA_H

#include <stddef.h>

struct arena;

#define ARENA_WIPE	1u	/* overwrite memory before it is given back */

typedef void (*arena_release_fn)(void *handle);

/*
 * max: bytes that may be handed out between two resets; what is adopted does
 * not count.  Aborts when out of memory.
 */
struct arena *arena_new(size_t max, unsigned flags);
void arena_free(struct arena **arena);		/* NULL is allowed */

/* Releases adopted handles in reverse order, then gives memory back. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type; NULL when max is exceeded. */
void *arena_get(struct arena *arena, size_t size)
    __attribute__((warn_unused_result));
void *arena_array(struct arena *arena, size_t n, size_t size)
    __attribute__((warn_unused_result));	/* checks n * size */

/* A NUL-terminated copy; NULL when max is exceeded. */
char *arena_text(struct arena *arena, const char *text, size_t len)
    __attribute__((warn_unused_result));

/*
 * Takes over the handle: arena_reset() releases it.  A full arena still adopts.
 * Beyond 65,536 handles it releases the handle at once and returns -1.
 */
int arena_adopt(struct arena *arena, void *handle, arena_release_fn release)
    __attribute__((warn_unused_result));

size_t arena_used(const struct arena *arena);

#endif
