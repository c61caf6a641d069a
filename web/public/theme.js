// SPDX-License-Identifier: Apache-2.0
// Runs before the first paint, so that a chosen theme never flashes the other.
(function () {
	try {
		const theme = localStorage.getItem("cameleer.theme");
		if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
	} catch {
		// Storage is refused: the system's preference decides.
	}
})();
