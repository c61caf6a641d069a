/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes: a length, a type, data, padding to four bytes.
 */
#include "config.h"

#include <linux/netlink.h>
#include <string.h>

#include "modules/netguard/attribute.h"

bool
attribute_next(struct attributes *a)
{
	struct nlattr head;
	size_t step;

	if (a->left < sizeof(head))
		return false;
	memcpy(&head, a->p, sizeof(head));
	if (head.nla_len < sizeof(head) || head.nla_len > a->left)
		return false;
	a->type = head.nla_type & (unsigned)NLA_TYPE_MASK;
	a->data = a->p + sizeof(head);
	a->len = head.nla_len - sizeof(head);
	step = ((size_t)head.nla_len + 3) & ~(size_t)3;
	step = step < a->left ? step : a->left;
	a->p += step;
	a->left -= step;
	return true;
}
