// SPDX-License-Identifier: Apache-2.0
/*
 * The parts of zod that the console uses, of its small build: all of zod is
 * 60 KB more for the sign-in page.
 */
export {
	_default,
	array,
	boolean,
	catch,
	config,
	enum,
	extend,
	int,
	literal,
	looseObject,
	maxLength,
	minLength,
	nullable,
	nullish,
	number,
	object,
	optional,
	pipe,
	record,
	string,
	transform,
	union,
	unknown,
} from "zod/mini";
export type { infer, input, output, ZodMiniType } from "zod/mini";
