// SPDX-License-Identifier: Apache-2.0
import type { ErrorComponentProps } from "@tanstack/react-router";

import { Forbidden } from "@/routes/access";
import { FailedPage } from "@/routes/failed";
import { ForbiddenPage } from "@/routes/workspace/forbidden";

export default function WorkspaceFailed(props: ErrorComponentProps) {
	const { error } = props;

	return error instanceof Forbidden ? <ForbiddenPage permission={error.permission} /> : <FailedPage {...props} />;
}
