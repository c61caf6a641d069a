/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed list of ways to fail, and what each means to an HTTP client.
 */
#ifndef CAMELEER_ERR_H
#define CAMELEER_ERR_H

#define must_check	__attribute__((warn_unused_result))

enum err {
	ERR_OK = 0,
	ERR_BAD_INPUT,		/* 400 */
	ERR_UNAUTHENTICATED,	/* 401 */
	ERR_FORBIDDEN,		/* 403 */
	ERR_NOT_FOUND,		/* 404 */
	ERR_METHOD,		/* 405 */
	ERR_SLOW,		/* 408: the body came too slowly */
	ERR_CONFLICT,		/* 409 */
	ERR_STALE,		/* 412: If-Match does not hold */
	ERR_TOO_LARGE,		/* 413 */
	ERR_MEDIA_TYPE,		/* 415 */
	ERR_INVALID,		/* 422: understood, but not acceptable */
	ERR_LOCKED,		/* 423: tenant suspended */
	ERR_PRECONDITION,	/* 428: If-Match is missing */
	ERR_LIMIT,		/* 429 */
	ERR_INTERNAL,		/* 500 */
	ERR_PEER,		/* 502: an outside service failed or lied */
	ERR_UNAVAILABLE,	/* 503: try again */
	ERR_TIMEOUT,		/* 504: an outside service was too slow */
	ERR_NO_SPACE,		/* 507 */
	ERR__MAX
};

int err_status(enum err e);		/* HTTP status */
/* The public code when fail() gave none. */
const char *err_code(enum err e);
const char *err_title(enum err e);

#endif
