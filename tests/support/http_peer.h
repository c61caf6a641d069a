/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP server that answers well or badly, depending on the path.
 *
 * /echo returns the request and keeps the connection; all others close it.
 */
#ifndef CAMELEER_TESTS_HTTP_PEER_H
#define CAMELEER_TESTS_HTTP_PEER_H

#include "tests/support/loopback.h"

void http_peer(struct loopback *shared, int fd);

#endif
