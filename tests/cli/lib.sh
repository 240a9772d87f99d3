# SPDX-License-Identifier: BSD-2-Clause
# What the tests of the command begin with: TAP, a folder of their own, and the program.
set -u
unset CERTCTL_CONFIG
program=$PWD/certctl-fcgi
source=$(cd "${srcdir:-.}" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
count=0

# ok DESCRIPTION COMMAND...: passes when the command succeeds.
ok() {
	description=$1
	shift
	count=$((count + 1))
	if "$@" >"$work/said" 2>&1; then
		echo "ok $count - $description"
	else
		echo "not ok $count - $description"
		sed 's/^/# /' "$work/said"
	fi
}

# run STATUS ARGUMENT...: the program ends with STATUS; its output is in $work/out and $work/err.
run() {
	wanted=$1
	shift
	"$program" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" = "$wanted" ] && return 0
	echo "certctl-fcgi $*: exit status $got, not $wanted"
	cat "$work/out" "$work/err"
	return 1
}

# says STATUS FILE PATTERN ARGUMENT...: run, and a line of out or err matches.
says() {
	wanted_status=$1 file=$2 pattern=$3
	shift 3
	run "$wanted_status" "$@" || return 1
	grep -q -e "$pattern" "$work/$file" && return 0
	echo "certctl-fcgi $*: no '$pattern' in $file:"
	cat "$work/out" "$work/err"
	return 1
}

mode_is() { [ "$(stat -c %a "$2")" = "$1" ]; }
absent() { [ ! -e "$1" ]; }
not() { ! "$@"; }

finish() { echo "1..$count"; }
