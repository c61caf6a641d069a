/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds credentials in a text by their form; never repeats one.
 */
#ifndef CAMELEER_JAR_SECRET_H
#define CAMELEER_JAR_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/str.h"

enum jar_secret {
	/* These refuse a JAR: their form leaves no doubt. */
	JAR_SECRET_PRIVATE_KEY,
	JAR_SECRET_AWS_KEY_ID,
	JAR_SECRET_AWS_KEY,
	JAR_SECRET_AZURE_KEY,
	JAR_SECRET_GITHUB,
	JAR_SECRET_GITLAB,
	JAR_SECRET_SLACK,
	JAR_SECRET_STRIPE,
	JAR_SECRET_CAMELEER,
	/* These are told only. */
	JAR_SECRET_ENCRYPTED_KEY,
	JAR_SECRET_JWT,
	JAR_SECRET_PASSWORD,
	JAR_SECRET_URL_PASSWORD,
	JAR_SECRET_KEY_STORE,
	JAR_SECRET__MAX
};

#define JAR_SCAN_BINARY	1u	/* no lines; a token may begin anywhere */
#define JAR_SCAN_CONFIG	2u	/* key = value lines are looked at, too */

/* text: the credential itself, for a fingerprint. */
typedef void (*jar_secret_fn)(void *arg, enum jar_secret kind, uint32_t line,
    struct str text);

/* Calls found for each, in the order of the text. */
void jar_secret_scan(const char *text, size_t len, unsigned flags,
    jar_secret_fn found, void *arg);

bool jar_secret_refuses(enum jar_secret kind);
const char *jar_secret_about(enum jar_secret kind);	/* "AWS access key" */

#endif
