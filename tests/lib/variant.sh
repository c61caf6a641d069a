# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Other builds, in BUILD/variants/, and tiers that run against them.  For a
# tier's file, after tap.sh.

# variant_build NAME CONFIGURE-ARGUMENT...: builds programs and tests, and sets
# $variant to the directory.  Configures again when the arguments have changed.
variant_build() {
	variant=$build/variants/$1
	_variant_name=$1
	shift
	mkdir -p "$variant"
	if [ "$(cat "$variant/arguments" 2>/dev/null)" != "$*" ]; then
		rm -f "$variant/config.status"
		printf '%s\n' "$*" >"$variant/arguments"
	fi
	tap_program "build: $_variant_name" variant_make "$@"
	[ "$tap_status" -eq 0 ] || exit 1
}

variant_make() {
	(
		set -e
		# shellcheck disable=SC1091
		. "$top/packaging/lib/load.sh"
		build_programs "$variant" "$@"
		make -C "$variant" -j"$(nproc)" check TESTS=
	) >"$variant/build.log" 2>&1 || {
		tail -n 30 "$variant/build.log"
		return 1
	}
}

# variant_tiers TIER...: runs them against $variant, which they do not build
# again.
variant_tiers() {
	for _tier in "$@"; do
		_began=$(date +%s) _said=$(mktemp)
		[ -z "${CAMELEER_LOGS:-}" ] || mkdir -p "$CAMELEER_LOGS/$_tier"
		CAMELEER_BUILD=$variant CAMELEER_VARIANT=yes \
		    CAMELEER_LOGS=${CAMELEER_LOGS:+$CAMELEER_LOGS/$_tier} \
		    sh "$top/tests/tiers/$_tier.sh" >"$_said" 2>&1 ||
		    tap_status=1
		sed -E "s,^((not )?ok)( [0-9]+)?( - )? *,\1 - $_tier: ," "$_said"
		rm -f "$_said"
		echo "# $_tier: $(($(date +%s) - _began)) s"
	done
}
