#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# contrib/quickstart itself: called again it changes nothing and is quick, it mends what is missing, and says what is wrong.
. "$(dirname -- "$0")/lib.sh"

pids()
{
	cat "$PIDS_DIR"/*.pid | tr '\n' ' '
}

check "status: everything runs" quickstart status
check "status: without INSTALL too" env VAR="$QUICKSTART_VAR" INSTALL= "$top/contrib/quickstart" status
before=$(pids) certificates=$(certificates) began=$(date +%s)
check "up again" quickstart up
check "in less than 20 seconds" test $(($(date +%s) - began)) -lt 20
check_equal "the same processes" "$(pids)" "$before"
check_equal "no further certificate" "$(certificates)" "$certificates"

two_at_once()
{
	local other
	quickstart up &
	other=$!
	quickstart up || return 1
	wait $other
}
check "two at once" two_at_once
check_equal "the same processes after that" "$(pids)" "$before"

# A pid file that names somebody else's process: not ours, so it is neither running nor ended.
sleep 300 9>&- &
stranger=$!
nginx=$(cat "$PIDS_DIR/nginx.pid")
printf '%s\n' $stranger >"$PIDS_DIR/nginx.pid"
not_running() { ! quickstart status; }
check "status is not fooled by another process' id" not_running
printf '%s\n' "$nginx" >"$PIDS_DIR/nginx.pid"
check "and the other process lives" kill -0 $stranger
kill $stranger

check "env verifies nginx's certificate" \
	sh -c "curl -sS --cacert '$CA_FILE' '$SCEP_URL?operation=GetCACaps' | grep -x Renewal"
check "one file holds root and issuing CA" equal "$(grep -c 'BEGIN CERTIFICATE' "$CA_FILE")" 2
mtls_status()
{
	curl -sS -o "$work/answer" -w '%{http_code}' --cacert "$CA_FILE" "$@" "$SCEP_MTLS_URL?operation=GetCACaps"
}
check_equal "the bootstrap certificate opens the mTLS profile" \
	"$(mtls_status --cert "$BOOTSTRAP_CERT" --key "$BOOTSTRAP_KEY")" 200
check_equal "which is closed without it" "$(mtls_status)" 401
check "a device was enrolled there" openssl verify -CAfile "$CA_FILE" "$QUICKSTART_VAR/till/till.pem"
check "the doctor finds nothing wrong" \
	"$CERTCTL" --config "$CERTCTL_CONFIG" doctor "$SCEP_URL" --tls-ca "$CA_FILE" --http-url "$SCEP_HTTP_URL"
check "nor where a client certificate is asked for" "$CERTCTL" --config "$CERTCTL_CONFIG" doctor "$SCEP_MTLS_URL" \
	--tls-ca "$CA_FILE" --tls-cert "$BOOTSTRAP_CERT" --tls-key "$BOOTSTRAP_KEY"
port=${BASE_URL##*:}
port_taken()
{
	local output
	output=$(env VAR="$work/second" INSTALL="${QUICKSTART_INSTALL-/nowhere}" LISTEN=127.0.0.1 PORT="$port" HTTP_PORT=18999 \
		"$top/contrib/quickstart" up 2>&1) && return 1
	printf '%s\n' "$output" | grep "port $port is in use" && [ ! -e "$work/second/pids" ]
}
check "a port in use is told before anything starts" port_taken

# The ports of nginx's sites, quickstart's being $1 (https), $2 (http) and $3 (mTLS), with LISTEN $4.
site_ports()
(
	top=$top VAR=/var/x run=/run/x PORT=$1 HTTP_PORT=$2 MTLS_PORT=$3 LISTEN=$4
	. "$top/contrib/quickstart.d/web.sh"
	{ nginx_site; nginx_edit certctl-fcgi-mtls.conf; } | sed -n 's/^[[:space:]]*listen \([^[ ]*\) .*/\1/p' | tr '\n' ' '
)
check_equal "the ports, when nothing is said of them" "$(site_ports 8443 8080 8444 '')" '8443 8080 8444 '
check_equal "the configurations' own ports, in another order" "$(site_ports 80 8443 443 '')" '80 8443 443 '
check_equal "one address alone" "$(site_ports 8443 80 443 127.0.0.1)" '127.0.0.1:8443 127.0.0.1:80 127.0.0.1:443 '

finish
