/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate of others: what is taken has a key that one can seal for.
 */
#include "config.h"

#include <string.h>

#include "libshared/doors/crypto_rsa.h"
#include "tests/fuzz/fuzz.h"

#define NOW_S	1800000000	/* of the corpus, not of the clock */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t box[2 + RSA_MAX + 16 + 1];
	struct rsa_certificate certificate;
	const char *why = rsa_certificate_read((struct str){
	    (const char *)data, size }, NOW_S, &certificate);

	if (why != NULL)
		return 0;
	must(rsa_sound(&certificate.key));
	must(certificate.until_s > NOW_S);
	must(strlen(certificate.fingerprint) == 64);
	must(rsa_seal(&certificate.key, "a/b", STR("x"), box));
	return 0;
}
