// SPDX-License-Identifier: Apache-2.0

import { Page } from "@/components/page";
import { DeviceApproval } from "@/features/auth/components/device-approval";
import { useFragment } from "@/lib/fragment";

export default function Device() {
	const code = useFragment("code") ?? "";

	return (
		<Page title="Sign in a program" lead="Confirm the sign-in of a program that you started." narrow>
			<DeviceApproval key={code} initial={code} />
		</Page>
	);
}
