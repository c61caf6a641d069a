# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Shows that guards can fail: faults for a copy of the tree, in $scratch/tree.
# Sourced after lib.sh.
scratch=$(mktemp -d)
trap 'rm -rf "$failures" "$scratch"' EXIT

copy_tree()
{
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree"
	{
		tree '*.c' '*.h' '*.am' '*.sql' '*.sh' '*.awk' '*.list' '*.md' \
		    'cameleer.conf' 'configure.ac' 'package-lock.json' .clang-tidy \
		    'codes.json' 'tiers.json' 'maps.conf' 'gates.conf' \
		    'problems.conf' \
		    'make_vectors.py' 'vectors.json'
		find tests/fuzz/corpus -type f
		find sql/migrations -name SHA256SUMS
	} | tar -cf - -T - | tar -xf - -C "$scratch/tree"
}

# fails GUARD TREE EXPECTED: true when the guard, called with $only, fails with
# this message.
fails()
{
	# shellcheck disable=SC2086
	if CAMELEER_SOURCE=$2 sh "$guards/$1.sh" $only >"$scratch/said" 2>&1
	then
		return 1
	fi
	grep -qF -- "$3" "$scratch/said"
}

# said_without GUARD: the file with its messages about the copy without faults
said_without()
{
	if [ ! -e "$scratch/without.$1" ]; then
		fails "check_$1" "$scratch/tree" "" || true
		mv "$scratch/said" "$scratch/without.$1"
	fi
	echo "$scratch/without.$1"
}

# fault GUARD FILE EXPECTED SED: edits a file of the copy; the guard must find
# it.
fault()
{
	copy=$scratch/tree/$2
	mkdir -p "$(dirname "$copy")"
	[ -e "$copy" ] || : >"$copy"
	cp "$copy" "$scratch/saved"
	if grep -qF -- "$3" "$(said_without "$1")"; then
		bad "check_$1: says '$3' without the fault"
	fi
	sed -i "$4" "$copy"
	cmp -s "$copy" "$scratch/saved" && bad "check_$1: no fault in $2"
	fails "check_$1" "$scratch/tree" "$3" ||
		bad "check_$1: does not say '$3' when $2 has the fault"
	cp "$scratch/saved" "$copy"
	[ -s "$copy" ] || rm "$copy"
	faults=$((faults + 1))
}

# added GUARD FILE EXPECTED TEXT: the same with a new file.
added()
{
	copy=$scratch/tree/$2
	mkdir -p "$(dirname "$copy")"
	[ ! -e "$copy" ] || bad "$2 exists already"
	printf '%b' "$4" >"$copy"
	fails "check_$1" "$scratch/tree" "$3" ||
		bad "check_$1: does not say '$3' when $2 is there"
	rm "$copy"
	faults=$((faults + 1))
}

# A guard must fail without input, and each guard needs a planted fault.
empty_and_shown()
{
	if CAMELEER_SOURCE=$scratch/empty CAMELEER_BUILD=$scratch/empty \
	    sh "$guards/$1.sh" >/dev/null 2>&1; then
		bad "$1: passes on an empty tree"
	fi
	grep -q "^[[:blank:]]*\(fault\|added\|weak\|looped\) ${1#check_} " "$guards/$2" ||
		bad "$1: no fault for it in $2"
}

mkdir "$scratch/empty"
faults=0 only=
# shellcheck disable=SC2034
c='/* SPDX-License-Identifier: Apache-2.0 */\n'
