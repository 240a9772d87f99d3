#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A profile that asks an operator first, step by step: what waits, what is refused, what is granted, and once only. micromdm's
# scepclient, which sends its request again instead of polling, gets through as well.
. "$(dirname -- "$0")/lib.sh"
. "$top/contrib/quickstart.d/process.sh"

cd "$work"
http_url=${SCEP_HTTP_URL%/*}/${SCEP_APPROVAL_URL##*/}

# The number of the request of CN=$1 that waits; fails when there is none.
waiting()
{
	sql "SELECT id FROM requests WHERE subject LIKE '%CN=$1%' AND state = 'waiting'" | grep .
}

decide()
{
	wait_until 30 waiting "$2" >/dev/null && "$CERTCTL" --config "$OPERATOR_CONFIG" request "$1" --by tester "$(waiting "$2")"
}

ours()
{
	local name=$1
	shift
	"$CERTCTL" scep enroll "$SCEP_APPROVAL_URL" --tls-ca "$CA_FILE" --trust "$CA_FILE" --challenge "$SCEP_CHALLENGE" \
		--subject "CN=$name" --cert-out "$name.pem" "$@"
}

ends_with()
{
	local expected=$1 status=0
	shift
	"$@" || status=$?
	equal $status "$expected"
}

# Runs the command that follows beside this script; its exit status comes into file $1.status.
beside()
{
	local name=$1
	shift
	{
		status=0
		"$@" >"$name.log" 2>&1 || status=$?
		echo $status >"$name.status"
	} &
}

ended_well()
{
	wait_until 60 test -s "$1.status" && cat "$1.log" && equal "$(cat "$1.status")" 0
}

# --- micromdm's scepclient sends its request again every 30 seconds: first, so that it need not be waited for ---

mkdir micromdm
beside micromdm scepclient -server-url "$http_url" -challenge "$SCEP_CHALLENGE" -cn waiting-micromdm \
	-private-key micromdm/key.pem -certificate micromdm/cert.pem -debug
check "scepclient's request is approved" decide approve waiting-micromdm

# --- ours ---

check "without --poll: exit status 3, and a key that is kept" ends_with 3 ours waiting-1 --key-out waiting-1.key
check "asking again changes nothing" ends_with 3 ours waiting-1 --key waiting-1.key
check_equal "there is one request" "$(sql "SELECT COUNT(*) FROM requests WHERE subject = 'CN=waiting-1'")" 1
check "another request under its transactionID is refused" ends_with 1 ours waiting-other --key waiting-1.key
check_equal "for that reason" \
	"$(sql "SELECT reason FROM audit_events WHERE outcome = 'failure' ORDER BY id DESC LIMIT 1")" transaction_conflict
check_equal "nothing was issued" "$(sql "SELECT COUNT(*) FROM certificates WHERE subject = 'CN=waiting-1'")" 0
check "an operator approves" decide approve waiting-1
check "and the same request is granted" ours waiting-1 --key waiting-1.key
check "with a good certificate" verifies waiting-1.pem
check "asking once more" ours waiting-1 --key waiting-1.key --cert-out again.pem
check "gets the same certificate" cmp waiting-1.pem again.pem

beside polling ours waiting-2 --key-out waiting-2.key --poll 1 --max-wait 60
check "a request of a client that polls is approved" decide approve waiting-2
check "and it has its certificate" ended_well polling
check "a good one" verifies waiting-2.pem

check "a third one waits" ends_with 3 ours waiting-3 --key-out waiting-3.key
check "and is denied" decide deny waiting-3
check "the device is told" sh -c '! "$@" 2>said && grep denied said' sh \
	"$CERTCTL" scep enroll "$SCEP_APPROVAL_URL" --tls-ca "$CA_FILE" --trust "$CA_FILE" --challenge "$SCEP_CHALLENGE" \
	--subject CN=waiting-3 --key waiting-3.key --cert-out waiting-3.pem
check "a wrong challenge does not get so far" ends_with 1 ours waiting-4 --key-out waiting-4.key --challenge wrong
check_equal "as to wait" "$(waiting waiting-4)" ""
check "a renewal does not wait" "$CERTCTL" scep renew "$SCEP_APPROVAL_URL" --tls-ca "$CA_FILE" --trust "$CA_FILE" \
	--cert waiting-1.pem --key waiting-1.key --key-out renewed.key --cert-out renewed.pem

check "scepclient has its certificate" ended_well micromdm
check "a good one" verifies micromdm/cert.pem
check_equal "each decision is an audit row" "$(sql "SELECT COUNT(*) FROM audit_events WHERE actor = 'tester'")" 4

finish
