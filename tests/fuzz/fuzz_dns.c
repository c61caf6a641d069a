/* SPDX-License-Identifier: Apache-2.0 */
/* An answer of a name server, as it comes from the wire. */
#include "tests/fuzz/fuzz.h"

#include "libshared/doors/dns.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool one = dns_answer_holds(data, size, "hello");

	/* An answer of one record cannot hold two texts. */
	must(!one || size < 8 || data[6] != 0 || data[7] != 1 ||
	    !dns_answer_holds(data, size, "other"));
	return 0;
}
