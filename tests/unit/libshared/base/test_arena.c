/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/rows.h"

#include <fcntl.h>
#include <unistd.h>

#include "libshared/base/arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN	1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#endif

#define MAX	((size_t)1 << 20)

static char released[16];
static size_t nreleased;

static void
note_release(void *handle)
{
	released[nreleased++] = *(char *)handle;
}

static void
count_release(void *handle)
{
	(*(size_t *)handle)++;
}

/* Reads memory through the kernel: a sanitizer forbids a direct read. */
static void
peek(const void *at, void *buf, size_t len)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);

	assert_true(fd != -1);
	assert_int_equal(pread(fd, buf, len, (off_t)(uintptr_t)at),
	    (ssize_t)len);
	assert_int_equal(close(fd), 0);
}

static void
test_memory_is_zeroed_and_aligned(void **state)
{
	struct arena *arena = arena_new(MAX, 0);
	size_t size, i;
	char *p;
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		for (size = 1; size < 3000; size += 7) {
			p = arena_get(arena, size);
			assert_non_null(p);
			assert_int_equal((uintptr_t)p %
			    _Alignof(max_align_t), 0);
			for (i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xa5, size);
		}
		arena_reset(arena);
	}
	arena_free(&arena);
	assert_null(arena);
}

static void
test_pieces_do_not_overlap(void **state)
{
	struct arena *arena = arena_new(MAX, 0);
	unsigned char *p[300];
	size_t i, j;

	(void)state;
	for (i = 0; i < 300; i++) {
		p[i] = arena_get(arena, 1 + i * 5);
		memset(p[i], (int)(i % 251), 1 + i * 5);
	}
	for (i = 0; i < 300; i++)
		for (j = 0; j < 1 + i * 5; j++)
			assert_int_equal(p[i][j], i % 251);
	arena_free(&arena);
}

static void
test_maximum_is_kept_exactly(void **state)
{
	struct arena *arena = arena_new(4096, 0);

	(void)state;
	assert_null(arena_get(arena, 4097));
	assert_non_null(arena_get(arena, 4000));
	assert_int_equal(arena_used(arena), 4000);
	assert_non_null(arena_get(arena, 96));
	assert_null(arena_get(arena, 1));
	assert_null(arena_text(arena, "", 0));
	arena_reset(arena);
	assert_int_equal(arena_used(arena), 0);
	assert_non_null(arena_get(arena, 4096));
	arena_free(&arena);
}

static void
test_sizes_beyond_size_t_are_refused(void **state)
{
	struct arena *arena = arena_new(SIZE_MAX, 0);

	(void)state;
	assert_null(arena_get(arena, SIZE_MAX));
	assert_null(arena_get(arena, SIZE_MAX - 3));
	assert_null(arena_array(arena, SIZE_MAX / 2, 3));
	assert_null(arena_text(arena, "x", SIZE_MAX));
	assert_non_null(arena_array(arena, 3, 100));
	assert_non_null(arena_array(arena, 0, 100));
	arena_free(&arena);
}

static void
test_text_is_copied_and_ended(void **state)
{
	struct arena *arena = arena_new(MAX, 0);
	const char source[] = { 'a', 'b', 'c', 'd' };
	char *copy;

	(void)state;
	copy = arena_text(arena, source, 3);
	assert_string_equal(copy, "abc");
	assert_ptr_not_equal(copy, source);
	assert_string_equal(arena_text(arena, NULL, 0), "");
	arena_free(&arena);
}

static void
test_first_chunk_is_used_again(void **state)
{
	struct arena *arena = arena_new(MAX, 0);
	void *first = arena_get(arena, 100);

	(void)state;
	assert_non_null(arena_get(arena, 200000));
	assert_non_null(arena_get(arena, 50));
	arena_reset(arena);
	assert_ptr_equal(arena_get(arena, 100), first);
	arena_free(&arena);
}

static void
test_handles_go_once_in_reverse_order(void **state)
{
	struct arena *arena = arena_new(MAX, 0);
	char *name;
	int i;

	(void)state;
	nreleased = 0;
	memset(released, 0, sizeof(released));
	for (i = 0; i < 5; i++) {
		/*
		 * The name is in the arena, and must exist until its release.
		 */
		name = arena_get(arena, 1);
		*name = (char)('a' + i);
		assert_int_equal(arena_adopt(arena, name, note_release), 0);
	}
	arena_reset(arena);
	assert_string_equal(released, "edcba");
	arena_reset(arena);
	arena_free(&arena);
	assert_int_equal(nreleased, 5);
}

static void
test_full_arena_still_adopts(void **state)
{
	struct arena *arena = arena_new(16, 0);
	size_t n = 0;

	(void)state;
	assert_non_null(arena_get(arena, 16));
	assert_null(arena_get(arena, 1));
	assert_int_equal(arena_adopt(arena, &n, count_release), 0);
	assert_int_equal(n, 0);
	arena_free(&arena);
	assert_int_equal(n, 1);
}

static void
test_too_many_handles_are_released_at_once(void **state)
{
	struct arena *arena = arena_new(16, 0);
	size_t n = 0, adopted = 0;

	(void)state;
	while (adopted < 100000 &&
	    arena_adopt(arena, &n, count_release) == 0)
		adopted++;
	assert_int_equal(adopted, 65536);
	assert_int_equal(n, 1);		/* the one that was not taken */
	arena_free(&arena);
	assert_int_equal(n, adopted + 1);
}

static void
test_secrets_are_overwritten(void **state)
{
	static const char secret[] = "correct horse battery staple";
	struct arena *plain = arena_new(MAX, 0);
	struct arena *wiping = arena_new(MAX, ARENA_WIPE);
	char seen[sizeof(secret)], zero[sizeof(secret)] = { 0 };
	const char *in_plain, *in_wiping;

	(void)state;
	in_plain = arena_text(plain, secret, sizeof(secret) - 1);
	in_wiping = arena_text(wiping, secret, sizeof(secret) - 1);
	arena_reset(plain);
	arena_reset(wiping);
	peek(in_plain, seen, sizeof(seen));
	assert_memory_equal(seen, secret, sizeof(secret));
	peek(in_wiping, seen, sizeof(seen));
	assert_memory_equal(seen, zero, sizeof(zero));
	arena_free(&plain);
	arena_free(&wiping);
}

#ifdef WITH_ASAN
static void
test_sanitizer_sees_what_is_not_ours(void **state)
{
	struct arena *arena = arena_new(MAX, 0);
	char *p = arena_get(arena, 10);

	(void)state;
	assert_false(__asan_address_is_poisoned(p + 9));
	assert_true(__asan_address_is_poisoned(p + 10));
	assert_true(__asan_address_is_poisoned(p + 20));
	arena_reset(arena);
	assert_true(__asan_address_is_poisoned(p));
	arena_free(&arena);
}
#endif

static void
test_free_takes_nothing(void **state)
{
	struct arena *arena = NULL;

	(void)state;
	arena_free(NULL);
	arena_free(&arena);
	assert_null(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zeroed_and_aligned),
		cmocka_unit_test(test_pieces_do_not_overlap),
		cmocka_unit_test(test_maximum_is_kept_exactly),
		cmocka_unit_test(test_sizes_beyond_size_t_are_refused),
		cmocka_unit_test(test_text_is_copied_and_ended),
		cmocka_unit_test(test_first_chunk_is_used_again),
		cmocka_unit_test(test_handles_go_once_in_reverse_order),
		cmocka_unit_test(test_full_arena_still_adopts),
		cmocka_unit_test(test_too_many_handles_are_released_at_once),
		cmocka_unit_test(test_secrets_are_overwritten),
#ifdef WITH_ASAN
		cmocka_unit_test(test_sanitizer_sees_what_is_not_ours),
#endif
		cmocka_unit_test(test_free_takes_nothing),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
