/* SPDX-License-Identifier: Apache-2.0 */
/* The reason phrases of status lines (RFC 9110 15). */
#ifndef CAMELEER_STATUS_H
#define CAMELEER_STATUS_H

/* "Not Found"; "Status" for one that is not in the list.  Never empty. */
const char *status_reason(int status);

#endif
