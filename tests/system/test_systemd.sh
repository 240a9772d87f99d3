#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The installed systemd units, without a systemd that runs: they are sound, take from the services what these do not need,
# and what they say of socket activation is what the program does.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"

units=$(dirname -- "$(dirname -- "$CERTCTL")")/lib/systemd/system
unit=$units/certctl-fcgi-scep.service
front_socket=$work/run/scep.sock
activator=
trap 'activator_end; front_end; rm -rf "$work"' EXIT

# --- the files ---

# The drop-in in certctl-fcgi-.service.d is found beside the units, as in an installation.
SYSTEMD_UNIT_PATH=$units:
export SYSTEMD_UNIT_PATH

# Whatever is said of the units is a failure; the accounts need not be there.
sound()
{
	systemd-analyze verify --man=no "$@" >said 2>&1 && [ ! -s said ] || { cat said; return 1; }
}

# Exposure in tenths, 0 to 100, as systemd sees it. What is left: the network, and setrlimit.
unexposed()
{
	systemd-analyze security --offline=true --threshold=15 --no-pager "$1" >exposure || { grep -v '✓' exposure; return 1; }
}

as_operator()
{
	sed "s|^\(CERTCTL_DATABASE_URL=\).*|\1'mariadb:///$DB_NAME?socket=$DB_SOCKET\&user=$DB_USER'|" \
		"$top/contrib/operator.env.example" >"$work/operator.env"
	"$@"
}

file_cases()
{
	local file
	for file in "$units"/certctl-fcgi-*.*; do
		[ -f "$file" ] || continue
		check "$(basename "$file") is sound" sound "$file"
		case $file in
		*.service) check "$(basename "$file") is not exposed" unexposed "$file" ;;
		esac
	done
	check "maintenance does what its unit says, with an operator's settings" \
		as_operator $(sed -n "s|^ExecStart=\([^ ]*\) --config [^ ]* \(.*\)|\1 --config $work/operator.env \2|p" \
			"$units/certctl-fcgi-maintain.service")
	check "maintenance is timed" grep -qx OnCalendar=daily "$units/certctl-fcgi-maintain.timer"
}

# --- socket activation: the unit's own command, with a socket on standard input ---

activator_start()
{
	local command
	check "the service has its socket on standard input" grep -qx StandardInput=socket "$unit"
	command=$(sed -n "s|^ExecStart=\\([^ ]*\\) --config .*|\\1 --config $CERTCTL_CONFIG|p" "$unit")
	mkdir "$(dirname -- "$front_socket")"
	systemd-socket-activate --inetd --listen="$front_socket" $command </dev/null >"$work/activator.log" 2>&1 &
	activator=$!
	check "the socket is there before the program" wait_until 10 test -S "$front_socket"
	check "and the program is not" runs systemd-socket-activate
}

# True when the process that was started is program $1 now.
runs()
{
	tr '\0' '\n' <"/proc/$activator/cmdline" | sed -n 1p | grep "$1\$"
}

activator_end()
{
	[ -z "$activator" ] || kill -TERM "$activator" 2>/dev/null || true
}

activation_cases()
{
	local status=0
	check_equal "the first request starts it, and is answered" \
		"$(curl -sS --cacert "$CA_FILE" --max-time 20 "$SCEP_URL?operation=GetCACaps" | head -n 1)" POSTPKIOperation
	check "the program is in the place of what listened" runs scep.fcgi
	check "a device is served" "$CERTCTL" scep enroll "$SCEP_URL" --tls-ca "$CA_FILE" --trust "$CA_FILE" \
		--challenge "$SCEP_CHALLENGE" --subject "CN=systemd-$$" --key-out systemd.key --cert-out systemd.pem
	check "its certificate is good" verifies systemd.pem
	kill -TERM "$activator"
	wait "$activator" || status=$?
	activator=
	check_equal "SIGTERM ends it well" $status 0
	check "the socket is not the program's to remove" test -S "$front_socket"
}

cd "$work"
file_cases
activator_start
FRONTS=nginx
behind_each_front activation_cases
finish
