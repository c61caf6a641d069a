/* SPDX-License-Identifier: Apache-2.0 */
/* The owner of an account: what every folder here reads. */
#include "config.h"

#include "modules/auth/person.h"

const struct field account_view[] = {
	VIEW_UUID(struct account, id),
	VIEW_TEXT(struct account, email),
	VIEW_TEXT(struct account, name),
	VIEW_BOOL(struct account, verified),
	FIELD_END_OF("Account")
};

const struct field person_view[] = {
	VIEW_TEXT_OPT(struct person, email),
	VIEW_TEXT_OPT(struct person, password_hash),
	FIELD_END
};
