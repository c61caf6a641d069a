/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A merge sort for entries: never worse than n log n, one array of memory.
 *
 * qsort(3) is not for the sandbox: glibc's asks the kernel for the size of
 * the machine, and the filter kills it for that.
 */
#include "config.h"

#include <string.h>

#include "libshared/base/arena.h"
#include "modules/apps/inspect/zip_private.h"

static bool
is_sorted(const struct zip_entry *list, size_t n, zip_order_fn order)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (order(&list[i - 1], &list[i]) > 0)
			return false;
	return true;
}

/* Two sorted neighbours, from..middle and middle..end, into one. */
static void
zip_sort_merge(const struct zip_entry *from, size_t middle, size_t end,
    struct zip_entry *to, zip_order_fn order)
{
	size_t left = 0, right = middle, i;

	for (i = 0; i < end; i++) {
		if (left < middle && (right == end ||
		    order(&from[left], &from[right]) <= 0))
			to[i] = from[left++];
		else
			to[i] = from[right++];
	}
}

enum err
zip_sort(struct ctx *ctx, struct zip *zip, zip_order_fn order)
{
	size_t n = zip->count, width, i, middle, end;
	struct zip_entry *from = zip->entries, *to, *swap;

	if (is_sorted(from, n, order))
		return ERR_OK;
	if ((to = zip->spare) == NULL)
		to = arena_array(ctx->mem, n, sizeof(*to));
	if (to == NULL)
		return fail(ctx, ERR_INVALID, "jar_too_complex",
		    "the directories of the JAR take too much memory");
	for (width = 1; width < n; width *= 2) {
		for (i = 0; i < n; i += 2 * width) {
			middle = n - i < width ? n - i : width;
			end = n - i < 2 * width ? n - i : 2 * width;
			zip_sort_merge(from + i, middle, end, to + i, order);
		}
		swap = from;
		from = to;
		to = swap;
	}
	zip->entries = from;
	zip->spare = to;
	return ERR_OK;
}
