/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libshared/rows/drift_row.h"

const struct field drift_row_view[] = {
	VIEW_UUID(struct drift_row, tenant),
	VIEW_TEXT(struct drift_row, slug),
	VIEW_TEXT(struct drift_row, object),
	VIEW_TEXT(struct drift_row, field),
	VIEW_TEXT(struct drift_row, wanted),
	VIEW_TEXT(struct drift_row, live),
	VIEW_TIME(struct drift_row, since),
	VIEW_BOOL(struct drift_row, restoring),
	VIEW_TIME_OPT(struct drift_row, changed_at),
	VIEW_TEXT_OPT(struct drift_row, changed_by),
	FIELD_END_OF("Drift")
};

const struct field drift_in_fields[] = {
	FIELD_TEXT(struct drift_in, object, 1, 160, CHARSET_LABEL),
	FIELD_TEXT(struct drift_in, reason, 1, 300, CHARSET_LABEL),
	FIELD_END_OF("DriftRestoration")
};

const struct field drift_done_view[] = {
	VIEW_UUID_OPT(struct drift_done, operation),
	FIELD_END
};

const struct field drift_started_view[] = {
	VIEW_UUID(struct drift_done, operation),
	FIELD_END_OF("DriftStarted")
};
