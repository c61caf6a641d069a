// SPDX-License-Identifier: Apache-2.0
import * as z from "zod";

/*
 * Set up before the first schema exists: zod would otherwise probe for
 * `new Function`, which our content security policy refuses and reports.
 */
z.config({ jitless: true });

export { z };

export function page<T extends z.ZodType>(item: T) {
	return z.object({
		items: z.array(item),
		next: z.string().nullish().transform((next) => next ?? null),
	});
}

/** For answers whose body says nothing that the console uses. */
export const nothing = z.unknown().transform(() => null);

export const time = z.string().min(1);
