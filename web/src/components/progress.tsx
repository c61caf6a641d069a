// SPDX-License-Identifier: Apache-2.0
import css from "./progress.module.css";

type Props = { label: string; value: number; max: number };

export function ProgressBar({ label, value, max }: Props) {
	return <progress className={css.bar} aria-label={label} value={value} max={max} />;
}
