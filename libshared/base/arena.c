/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bump allocator in chunks, and the list of handles that go with it.
 *
 * The first chunk stays between resets, so that an ordinary request costs no
 * malloc(3).  Under AddressSanitizer everything that is not handed out is
 * poisoned, and a gap follows each piece.
 */
#include "config.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libshared/base/arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN	1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define poison(p, n)	ASAN_POISON_MEMORY_REGION((p), (n))
#define unpoison(p, n)	ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define GAP		16u
#else
#define poison(p, n)	((void)(p), (void)(n))
#define unpoison(p, n)	((void)(p), (void)(n))
#define GAP		0u
#endif

#define ALIGNMENT	_Alignof(max_align_t)
#define CHUNK_FIRST	((size_t)16 << 10)
#define CHUNK_LAST	((size_t)256 << 10)
#define HANDLES_MAX	65536u	/* more in one request is our bug */

struct chunk {
	struct chunk	*next;
	size_t		 size, used;
	_Alignas(max_align_t) unsigned char data[];
};

struct handle {
	struct handle		*next;
	void			*handle;
	arena_release_fn	 release;
};

struct arena {
	struct chunk	*chunks;	/* newest first; the last one stays */
	struct handle	*handles;	/* newest first */
	size_t		 nhandles;
	size_t		 used, max;
	unsigned	 flags;
};

static struct chunk *
chunk_new(size_t size)
{
	struct chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		abort();
	chunk = malloc(sizeof(*chunk) + size);
	if (chunk == NULL)
		abort();
	chunk->next = NULL;
	chunk->size = size;
	chunk->used = 0;
	poison(chunk->data, size);
	return chunk;
}

static void
chunk_clear(const struct arena *arena, struct chunk *chunk)
{
	unpoison(chunk->data, chunk->size);
	if (arena->flags & ARENA_WIPE)
		explicit_bzero(chunk->data, chunk->used);
	chunk->used = 0;
}

struct arena *
arena_new(size_t max, unsigned flags)
{
	struct arena *arena;

	arena = calloc(1, sizeof(*arena));
	if (arena == NULL)
		abort();
	arena->max = max;
	arena->flags = flags;
	arena->chunks = chunk_new(CHUNK_FIRST);
	return arena;
}

void
arena_free(struct arena **arena)
{
	if (arena == NULL || *arena == NULL)
		return;
	arena_reset(*arena);
	unpoison((*arena)->chunks->data, (*arena)->chunks->size);
	free((*arena)->chunks);
	free(*arena);
	*arena = NULL;
}

void
arena_reset(struct arena *arena)
{
	struct handle *handle;
	struct chunk *chunk;

	while ((handle = arena->handles) != NULL) {
		arena->handles = handle->next;
		handle->release(handle->handle);
	}
	while (arena->chunks->next != NULL) {
		chunk = arena->chunks;
		arena->chunks = chunk->next;
		chunk_clear(arena, chunk);
		free(chunk);
	}
	chunk_clear(arena, arena->chunks);
	poison(arena->chunks->data, arena->chunks->size);
	arena->nhandles = 0;
	arena->used = 0;
}

/* chunk_for - adds a chunk with room for size bytes as the newest one */
static struct chunk *
chunk_for(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	size_t room;

	if (size <= chunk->size - chunk->used)
		return chunk;
	room = chunk->size < CHUNK_LAST / 2 ? chunk->size * 2 : CHUNK_LAST;
	chunk = chunk_new(size > room ? size : room);
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

static void *
arena_carve(struct arena *arena, size_t size, size_t whole)
{
	struct chunk *chunk;
	void *piece;

	chunk = chunk_for(arena, whole + GAP);
	piece = chunk->data + chunk->used;
	chunk->used += whole + GAP;
	unpoison(piece, size);
	memset(piece, 0, size);
	return piece;
}

void *
arena_get(struct arena *arena, size_t size)
{
	size_t whole;

	if (size == 0)
		size = 1;
	if (__builtin_add_overflow(size, ALIGNMENT - 1, &whole))
		return NULL;
	whole &= ~(ALIGNMENT - 1);
	if (whole > arena->max - arena->used)
		return NULL;
	arena->used += whole;
	return arena_carve(arena, size, whole);
}

void *
arena_array(struct arena *arena, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		return NULL;
	return arena_get(arena, total);
}

char *
arena_text(struct arena *arena, const char *text, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return NULL;
	copy = arena_get(arena, len + 1);
	if (copy != NULL && len > 0)
		memcpy(copy, text, len);
	return copy;
}

/*
 * arena_adopt - the node of a handle does not count against max, nor does the
 * memory of the handle: a full arena must still take over what it has to
 * release.
 */
int
arena_adopt(struct arena *arena, void *handle, arena_release_fn release)
{
	struct handle *node;

	static_assert(sizeof(*node) <= 2 * ALIGNMENT, "a node is two units");
	if (arena->nhandles == HANDLES_MAX) {
		release(handle);
		return -1;
	}
	node = arena_carve(arena, sizeof(*node), 2 * ALIGNMENT);
	node->handle = handle;
	node->release = release;
	node->next = arena->handles;
	arena->handles = node;
	arena->nhandles++;
	return 0;
}

size_t
arena_used(const struct arena *arena)
{
	return arena->used;
}
