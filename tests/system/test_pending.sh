#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Requests that wait for an operator, behind each web server: strongSwan's client and certmonger are told to wait, ask again,
# and have their certificate once the request is approved, and an end of it once it is denied.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"
. "$top/tests/system/certmonger.sh"

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

strongswan_cases()
{
	# lighttpd, which found no program when it started, asks for one again after a second.
	check "strongSwan has the CA's certificates" \
		wait_until 20 pki --scepca --url "$SCEP_HTTP_URL" --caout ca.der --raout ra.der --force
	decide approve "approved-$$-$front"
	check_equal "the client ends well" $ended 0
	check "with a certificate" verifies "approved-$$-$front.pem"
	decide deny "denied-$$-$front"
	check_equal "the client ends with an error" $ended 1
	check "told in SCEP, not by HTTP" not grep -q HTTP "denied-$$-$front.log"
	check "and has no certificate" test ! -s "denied-$$-$front.pem"
	check_equal "nothing was issued" "$(sql "SELECT COUNT(*) FROM certificates WHERE subject = 'CN=denied-$$-$front'")" 0
}

# --- certmonger asks again after days by itself, and at once when it is told to refresh. It never sends GetCertInitial
# (0.79.17), but its request made anew: another message, with the same CSR under the same transactionID ---

# Asks for certificates with common names $1 and $2, once more while nobody has decided, and again when that is done. The
# cookie is another one after each answer.
certmonger_script()
{
	certmonger_begin "$SCEP_HTTP_URL"
	cat <<-END
		ask() { getcert request -c demo -k $PWD/\$1.key -f $PWD/\$1.pem -I \$1 -N CN=\$1 -L $SCEP_CHALLENGE -g 2048; }
		stands() { getcert list -i \$1 | grep "status: \$2"; }
		cookie() { grep ca_cookie= \$(grep -l "^id=\$1\$" certmonger/requests/*); }
		new_cookie() { cookie $1 >cookie && ! cmp -s cookie first-cookie; }
		ask $1; until_true stands $1 CA_WORKING
		ask $2; until_true stands $2 CA_WORKING
		cookie $1 >first-cookie
		getcert refresh -i $1; until_true new_cookie; until_true stands $1 CA_WORKING
		stands $1 CA_WORKING >waits
		until_true test -e decided
		getcert refresh -i $1; until_true stands $1 MONITORING
		getcert refresh -i $2; until_true stands $2 CA_REJECTED
		stands $2 CA_REJECTED >rejected
	END
}

certmonger_cases()
{
	local good=certmonger-approved-$$-$front bad=certmonger-denied-$$-$front client
	certmonger_script "$good" "$bad" >certmonger.script
	certmonger_run <certmonger.script >certmonger.log 2>&1 &
	client=$!
	check "certmonger waits, also when it has asked twice" wait_until 90 test -s waits
	check_equal "which is one request" "$(sql "SELECT COUNT(*) FROM requests WHERE subject = 'CN=$good'")" 1
	check_equal "and nothing is issued" "$(sql "SELECT COUNT(*) FROM certificates WHERE subject LIKE 'CN=certmonger-%-$$-$front'")" 0
	check "the operator approves certmonger's request" requests approve --by tests "$(request_of "$good" || true)"
	check "and denies another" requests deny --by tests "$(request_of "$bad" || true)"
	: >decided
	wait $client || true
	check "certmonger has the one certificate" verifies "$good.pem"
	check "for its key" same_key "$good"
	check "knows of the other that it is rejected" test -s rejected
	check "and has none" test ! -s "$bad.pem"
	check_equal "one was issued" "$(sql "SELECT COUNT(*) FROM certificates WHERE subject LIKE 'CN=certmonger-%-$$-$front'")" 1
}

same_key()
{
	equal "$(openssl x509 -in "$1.pem" -noout -pubkey)" "$(openssl pkey -in "$1.key" -pubout)"
}

pending()
{
	[ "$front" = apache-fcgid ] || program_start
	strongswan_cases
	certmonger_cases
	program_end
}

cd "$work"
: "${FRONTS:=nginx apache-proxy apache-fcgid haproxy lighttpd}" # a bridge has no http
behind_each_front pending
finish
