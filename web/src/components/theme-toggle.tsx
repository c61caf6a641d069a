// SPDX-License-Identifier: Apache-2.0
import { Moon, Sun } from "lucide-react";

import { IconButton } from "@/components/button";
import { chooseTheme, useTheme } from "@/lib/theme";

export function ThemeToggle() {
	const theme = useTheme();
	const other = theme === "dark" ? "light" : "dark";

	return (
		<IconButton
			label={`Use the ${other} theme`}
			icon={theme === "dark" ? <Sun aria-hidden="true" /> : <Moon aria-hidden="true" />}
			onClick={() => chooseTheme(other)}
		/>
	);
}
