#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Requests that wait for an operator, behind each web server: strongSwan's client is told to wait, asks again by itself, and
# has its certificate once the request is approved, and an end of it once it is denied.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"

front_socket=$work/run/scep.sock
(cat "$CERTCTL_CONFIG" && echo CERTCTL_SCEP_PROFILE_PRINTERS_REQUIRE_APPROVAL=true) >"$work/pending.env"
chmod 600 "$work/pending.env"
CERTCTL_CONFIG=$work/pending.env

# Asks for a certificate with common name $1, and again every second while it has to wait, but not for ever.
ask()
{
	pki --gen --type rsa --size 2048 --outform pem >"$1.key" 2>/dev/null
	timeout 120 pki --scep --url "$SCEP_HTTP_URL" --in "$1.key" --dn "CN=$1" --password "$SCEP_CHALLENGE" --interval 1 \
		--maxpolltime 90 --cacert-enc ra.der --cacert-sig ra.der --cacert ca.der --cacert ca-1.der --outform pem >"$1.pem" \
		2>"$1.log"
}

# As an operator, whose database account is not the programs'.
requests()
{
	CERTCTL_DATABASE_URL="mariadb:///$DB_NAME?socket=$DB_SOCKET&user=$DB_USER" \
		"$CERTCTL" --config "$CERTCTL_CONFIG" request "$@"
}

# The number of the request with common name $1 that waits.
request_of()
{
	requests list 2>/dev/null | awk -v subject="CN=$1" 'index($0, subject) { print $1 }' | grep .
}

# Starts a client for common name $2, and decides on its request as $1 says; status: how the client ended.
decide()
{
	local client status=0
	ask "$2" &
	client=$!
	check "the request for $2 waits" wait_until 30 request_of "$2"
	check_equal "nothing is issued while it waits" \
		"$(sql "SELECT COUNT(*) FROM certificates WHERE subject = 'CN=$2'")" 0
	check "and so does its client" kill -0 $client
	check "the operator's $1" requests "$1" --by tests "$(request_of "$2" || true)"
	wait $client || status=$?
	ended=$status
}

pending()
{
	[ "$front" = apache-fcgid ] || program_start
	pki --scepca --url "$SCEP_HTTP_URL" --caout ca.der --raout ra.der --force >scepca.log 2>&1 || true
	decide approve "approved-$$-$front"
	check_equal "the client ends well" $ended 0
	check "with a certificate" verifies "approved-$$-$front.pem"
	decide deny "denied-$$-$front"
	check_equal "the client ends with an error" $ended 1
	check "told in SCEP, not by HTTP" not grep -q HTTP "denied-$$-$front.log"
	check "and has no certificate" test ! -s "denied-$$-$front.pem"
	check_equal "nothing was issued" "$(sql "SELECT COUNT(*) FROM certificates WHERE subject = 'CN=denied-$$-$front'")" 0
	program_end
}

cd "$work"
behind_each_front pending
finish
