# SPDX-License-Identifier: BSD-2-Clause
# What the system tests share; each sources it first. They run against a quickstart that is up, whose folder
# QUICKSTART_VAR names, and print TAP. By hand:
#
#	contrib/run-tests gcc && VAR=$PWD/var/x INSTALL=$PWD/var/tests/install contrib/quickstart
#	QUICKSTART_VAR=$PWD/var/x SCEP_PROBE=$PWD/var/tests/gcc/tests/system/scep_probe sh tests/system/test_clients.sh
#
# POSIX sh with 'local'.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
: "${QUICKSTART_VAR:=$top/var/quickstart}"
. "$QUICKSTART_VAR/env"
: "${SCEP_PROBE:=scep_probe}"
: "${SCEP_BENCH:=scep-bench}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

test_number=0
test_failed=0
test_prefix= # before the name of every test

# --- TAP ---

# The command that follows as the test named $1; its output is shown when it fails.
check()
{
	local name=$1
	shift
	test_number=$((test_number + 1))
	if ("$@") >"$work/output" 2>&1; then
		printf 'ok %d - %s\n' "$test_number" "$test_prefix$name"
	else
		printf 'not ok %d - %s\n' "$test_number" "$test_prefix$name"
		tail -n 30 "$work/output" | sed 's/^/# /'
		test_failed=1
	fi
}

# Test $1: $2 is $3.
check_equal()
{
	check "$1" equal "$2" "$3"
}

equal()
{
	[ "$1" = "$2" ] || { echo "got '$1', expected '$2'"; return 1; }
}

# Prints the plan and ends the script.
finish()
{
	printf '1..%d\n' "$test_number"
	exit $test_failed
}

# --- the quickstart under test ---

quickstart()
{
	env VAR="$QUICKSTART_VAR" INSTALL="${QUICKSTART_INSTALL-}" "$top/contrib/quickstart" "$@"
}

# One SQL statement's result, tab-separated, without a head line.
sql()
{
	mariadb --no-defaults --socket="$DB_SOCKET" --user="$DB_USER" --batch --skip-column-names "$DB_NAME" -e "$1"
}

certificates()
{
	sql 'SELECT COUNT(*) FROM certificates'
}

# Audit rows: of successes, of failures.
audited()
{
	sql "SELECT COUNT(*) FROM audit_events WHERE outcome = '$1'"
}

# Lines in the program's log that tell of a refused request.
refusals_logged()
{
	grep -c 'request refused' "$LOG_DIR/scep.log" || true
}

# The worker processes' ids, on one line.
workers()
{
	local parent
	parent=$(cat "$PIDS_DIR/scep.pid")
	cat "/proc/$parent/task/$parent/children"
}

# --- messages ---

# Posts the files $2... to profile URL $1, one after the other; FILE.reply gets the body, FILE.status the HTTP status.
post_files()
{
	local url=$1 file
	shift
	for file in "$@"; do
		printf 'next\nurl = "%s?operation=PKIOperation"\ncacert = "%s"\nmax-time = 30\nsilent\nshow-error\n' "$url" "$CA_FILE"
		printf 'header = "Content-Type: application/x-pki-message"\ndata-binary = "@%s"\n' "$file"
		printf 'output = "%s.reply"\nwrite-out = "%s %%{http_code}\\n"\n' "$file" "$file"
	done | sed 1d | curl -K - >"$work/statuses" || true
	while read -r file status; do
		printf '%s\n' "$status" >"$file.status"
	done <"$work/statuses"
}

# The first certificate for which GetCACert of profile URL $1 gives to encrypt to, in PEM, as $2.
fetch_ra()
{
	"$CERTCTL" scep cacert "$1" --tls-ca "$CA_FILE" >"$2"
}

verifies()
{
	openssl verify -CAfile "$CA_FILE" "$1"
}
