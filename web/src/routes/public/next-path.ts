// SPDX-License-Identifier: Apache-2.0
import { z } from "@/lib/schema";

/** Where to go on after signing in: a path of ours, never another origin. */
export const nextPath = z.string().regex(/^\/(?![/\\])/).optional().catch(undefined);
