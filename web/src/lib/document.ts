// SPDX-License-Identifier: Apache-2.0
import type { components } from "@/lib/document-types";
import type { z } from "@/lib/schema";

type Schemas = components["schemas"];

/**
 * Ties a zod schema to the schema of this name in the API's document: it
 * compiles only if it accepts every answer that the document allows.
 */
export function reads<Name extends keyof Schemas, S extends z.ZodMiniType>(
	_name: Name,
	schema: S & (Schemas[Name] extends z.input<S> ? unknown : { "is not what the API says": Name }),
): S {
	return schema;
}
