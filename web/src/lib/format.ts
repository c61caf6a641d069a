// SPDX-License-Identifier: Apache-2.0
const units = ["B", "KiB", "MiB", "GiB"] as const;

export function bytes(count: number): string {
	let value = count;
	let unit = 0;

	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit++;
	}
	const digits = unit === 0 || value >= 100 ? 0 : 1;
	return `${value.toFixed(digits)} ${units[unit] ?? ""}`;
}

const relative = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
	["day", 86_400],
	["hour", 3_600],
	["minute", 60],
];

export function ago(time: string, now = Date.now()): string {
	const seconds = Math.round((Date.parse(time) - now) / 1000);

	for (const [unit, size] of steps) {
		if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
	}
	return Math.abs(seconds) < 5 ? "just now" : relative.format(seconds, "second");
}

const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

export function moment(time: string): string {
	return full.format(new Date(time));
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** The last day of what ends at this midnight (UTC). */
export function dayBefore(end: string): string {
	return day.format(new Date(Date.parse(end) - 1));
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

export function timeOfDay(time: string): string {
	return clock.format(new Date(time));
}

export function duration(from: string, to: string | number): string {
	return lasting((typeof to === "number" ? to : Date.parse(to)) - Date.parse(from));
}

/** Milliseconds, never less than none. */
export function lasting(ms: number): string {
	const seconds = Math.max(0, ms / 1000);

	if (seconds < 10) return `${seconds.toFixed(1)} s`;
	if (seconds < 90) return `${Math.round(seconds)} s`;
	return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** The beginning of sha256:0123456789ab..., which is enough to recognize it. */
export function shortDigest(digest: string): string {
	return digest.replace(/^.*sha256:/, "").slice(0, 12);
}

/** create_schema and create-schema read as "Create schema". */
export function words(name: string): string {
	const text = name.replace(/[._-]+/g, " ").toLowerCase();

	return text.charAt(0).toUpperCase() + text.slice(1);
}
