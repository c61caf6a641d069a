// SPDX-License-Identifier: Apache-2.0

import { Page } from "@/components/page";
import { DeviceApproval } from "@/features/auth/components/device-approval";
import { useFragment } from "@/lib/fragment";

export default function Device() {
	const code = useFragment("code") ?? "";

	return (
		<Page title="Let a program in" lead="A program that you started waits for your word." narrow>
			<DeviceApproval key={code} initial={code} />
		</Page>
	);
}
