#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the production nginx configuration lets through: TLS versions, request lines, bodies and names of the field.
. "$(dirname -- "$0")/lib.sh"

port=${BASE_URL##*:}
http_port=$(printf '%s\n' "$SCEP_HTTP_URL" | sed 's|.*:\([0-9]*\)/.*|\1|')
http_base=http://localhost:$http_port

get()
{
	curl -sS --cacert "$CA_FILE" --max-time 20 "$@"
}

status()
{
	get -o /dev/null -w '%{http_code}' "$@"
}

tls()
{
	openssl s_client -connect "localhost:$port" -CAfile "$CA_FILE" -verify_return_error -brief "$@" </dev/null
}

# --- TLS ---

check "TLS 1.3" tls -tls1_3
check "TLS 1.2" tls -tls1_2
check "TLS 1.2, a suite of the list" tls -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256
not_tls() { ! tls "$@"; }
check "no TLS 1.1" not_tls -tls1_1 -cipher 'ALL:@SECLEVEL=0'
check "no suite without forward secrecy" not_tls -tls1_2 -cipher AES256-GCM-SHA384
check "no certificate is asked of the client" sh -c "! openssl s_client -connect localhost:$port </dev/null 2>/dev/null |
	grep -q 'Acceptable client certificate CA names'"

# --- names ---

caps='operation=GetCACaps'
for path in /scep/corp /scep/corp/ /scep/corp/pkiclient.exe /scep/corp/any/further/suffix; do
	check_equal "GetCACaps at $path" "$(get "$BASE_URL$path?$caps" | head -n 1)" POSTPKIOperation
done
check_equal "a profile that is not there" "$(status "$BASE_URL/scep/nosuch?$caps")" 404
check_equal "another path" "$(status "$BASE_URL/elsewhere")" 404
check_equal "an unknown operation" "$(status "$SCEP_URL?operation=Dance")" 400
check_equal "the capabilities in their order" "$(get "$SCEP_URL?$caps" | tr '\n' ' ')" \
	'POSTPKIOperation SHA-256 SHA-512 AES SCEPStandard Renewal SHA-384 '
check_equal "no line is empty" "$(get "$SCEP_URL?$caps" | grep -c '^$')" 0
check_equal "GetCACaps' type" "$(get -o /dev/null -w '%{content_type}' "$SCEP_URL?$caps")" text/plain
for message in 0 '' default CAIdentifier; do
	check_equal "GetCACert with message '$message'" \
		"$(get -o /dev/null -w '%{http_code} %{content_type}' "$SCEP_URL?operation=GetCACert&message=$message")" \
		'200 application/x-x509-ca-ra-cert'
done

# --- plain http ---

check_equal "http where the profile allows it" "$(status "$SCEP_HTTP_URL?$caps")" 200
check_equal "http where it does not" "$(status "$http_base/scep/corp?$caps" | sed 's/^4..$/refused/')" refused
check_equal "no redirect" "$(get -o /dev/null -w '%{redirect_url}' "$http_base/scep/corp?$caps")" ''
check_equal "HTTP/1.0 without Host" \
	"$(get --http1.0 -H Host: "$SCEP_HTTP_URL?$caps" | head -n 1)" POSTPKIOperation

# --- messages by every way ---

mkdir "$work/m"
fetch_ra "$SCEP_URL" "$work/ra.pem"
$SCEP_PROBE make --ra "$work/ra.pem" --challenge "$SCEP_CHALLENGE" --cn "transport-$$" --count 4 "$work/m"

read_reply()
{
	$SCEP_PROBE read "$work/m" "$1" | cut -d' ' -f2
}

get "$SCEP_URL?operation=PKIOperation" -H 'Transfer-Encoding: chunked' --data-binary "@$work/m/0000.der" -o "$work/r0"
check_equal "a body in pieces" "$(read_reply "$work/r0")" SUCCESS
get "$SCEP_URL?operation=PKIOperation" -H 'Content-Type:' -H 'Expect: 100-continue' \
	--data-binary "@$work/m/0001.der" -o "$work/r1"
check_equal "no Content-Type, Expect: 100-continue" "$(read_reply "$work/r1")" SUCCESS

base64_url()
{
	openssl base64 -A -in "$1" | sed 's/+/%2B/g; s|/|%2F|g; s/=/%3D/g'
}

get -o "$work/r2" "$SCEP_URL?operation=PKIOperation&message=$(base64_url "$work/m/0002.der")"
check_equal "GET, base64 in one line" "$(read_reply "$work/r2")" SUCCESS
get -o "$work/r3" "$SCEP_URL?operation=PKIOperation&message=$(openssl base64 -in "$work/m/0003.der" | tr '\n' '~' |
	sed 's/~/%0A/g; s/=/%3D/g')"
check_equal "GET, base64 in lines, + and / as they are" "$(read_reply "$work/r3")" SUCCESS
long=$(head -c 27000 /dev/zero | tr '\0' A)
check_equal "GET, a request line of 27 KB reaches the program" \
	"$(status "$SCEP_URL?operation=GetCACaps&message=$long")" 200

finish
