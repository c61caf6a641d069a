// SPDX-License-Identifier: Apache-2.0
import * as z from "@/lib/zod";

/*
 * Set up before the first schema exists: zod would otherwise probe for
 * `new Function`, which our content security policy refuses and reports.
 */
z.config({ jitless: true });

export { z };

export function page<T extends z.ZodMiniType>(item: T) {
	return z.object({
		items: z.array(item),
		next: z.pipe(
			z.nullish(z.string()),
			z.transform((next) => next ?? null),
		),
		/** On all pages; only of lists that are searched. */
		total: z.optional(z.int()),
	});
}

/** For answers from whose body the console reads nothing. */
export const nothing = z.pipe(
	z.unknown(),
	z.transform(() => null),
);

export const time = z.string().check(z.minLength(1));
