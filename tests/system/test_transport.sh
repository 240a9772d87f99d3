#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the configurations for production let through, behind each web server: TLS versions, request lines, bodies and names
# of the field.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"

caps='operation=GetCACaps'

get()
{
	curl -sS --path-as-is --cacert "$CA_FILE" --max-time 20 "$@"
}

status()
{
	get -o /dev/null -w '%{http_code}' "$@"
}

# Status and type of an answer, without a type's parameters.
kind()
{
	get -o /dev/null -w '%{http_code} %{content_type}' "$@" | sed 's/;.*//'
}

first_line()
{
	get "$@" | head -n 1
}

# --- TLS ---

tls()
{
	openssl s_client -connect "localhost:$front_https" -CAfile "$CA_FILE" -verify_return_error "$@" </dev/null
}

no_certificate_asked()
{
	tls -msg "$@" >messages && grep -q 'Handshake.*, ServerHello$' messages && ! grep 'CertificateRequest' messages
}

tls_cases()
{
	check "TLS 1.3" tls -tls1_3 -brief
	check "TLS 1.2" tls -tls1_2 -brief
	check "TLS 1.2, a suite of the list" tls -tls1_2 -brief -cipher ECDHE-RSA-AES128-GCM-SHA256
	check "no TLS 1.1" not tls -tls1_1 -brief -cipher 'ALL:@SECLEVEL=0'
	check "no suite without forward secrecy" not tls -tls1_2 -brief -cipher AES256-GCM-SHA384
	check "no suite without AEAD" not tls -tls1_2 -brief -cipher ECDHE-RSA-AES256-SHA384
	check "no certificate is asked of the client, TLS 1.3" no_certificate_asked -tls1_3
	check "no certificate is asked of the client, TLS 1.2" no_certificate_asked -tls1_2
}

# --- names, and what is said to them ---

name_cases()
{
	local path message
	for path in /scep/corp /scep/corp/ /scep/corp/pkiclient.exe /scep/corp/any/further/suffix //scep//corp \
		/scep/corp%2Fpkiclient.exe /scep/nosuch/../corp /scep/%63orp; do
		check_equal "GetCACaps at $path" "$(first_line "$BASE_URL$path?$caps")" POSTPKIOperation
	done
	check_equal "a profile that is not there" "$(kind "$BASE_URL/scep/nosuch?$caps")" '404 text/plain'
	for path in /cgi-bin/pkiclient.exe /certsrv/mscep/mscep.dll /certsrv/mscep; do
		check_equal "$path is the program's" "$(get "$BASE_URL$path?$caps")" 'no profile has this path'
	done
	for path in / /elsewhere /scepter /cgi-bin/ /cgi-bin/other.exe; do
		check_equal "nothing at $path" "$(kind "$BASE_URL$path")" '404 text/plain'
	done
	check_equal "an unknown operation" "$(status "$SCEP_URL?operation=Dance")" 400
	check_equal "the capabilities in their order" "$(get "$SCEP_URL?$caps" | tr '\n' ' ')" \
		'POSTPKIOperation SHA-256 SHA-512 AES SCEPStandard Renewal SHA-384 '
	check_equal "no line is empty" "$(get "$SCEP_URL?$caps" | grep -c '^$')" 0
	check_equal "GetCACaps' type" "$(kind "$SCEP_URL?$caps")" '200 text/plain'
	for message in 0 '' default CAIdentifier; do
		check_equal "GetCACert with message '$message'" "$(kind "$SCEP_URL?operation=GetCACert&message=$message")" \
			'200 application/x-x509-ca-ra-cert'
	done
	get -H 'Accept-Encoding: gzip, br' -D head -o /dev/null "$SCEP_URL?$caps"
	check "an answer tells its length, and is neither compressed nor in chunks" \
		sh -c 'grep -qi "^content-length: 66" head && ! grep -iE "^(transfer|content)-encoding:" head'
}

# --- plain http ---

http_cases()
{
	! front_has_http || plain_http_cases
	# By address: Apache expects a Host of those who named one in the TLS handshake.
	check_equal "HTTP/1.0 without Host, over TLS" \
		"$(first_line --http1.0 --no-alpn -H Host: "https://127.0.0.1:$front_https/scep/corp?$caps")" POSTPKIOperation
	check_equal "a Host that nobody has" "$(first_line -H 'Host: 192.0.2.1:8081' "$SCEP_URL?$caps")" POSTPKIOperation
}

plain_http_cases()
{
	local http_base=${SCEP_HTTP_URL%/scep/*}
	check_equal "http where the profile allows it" "$(status "$SCEP_HTTP_URL?$caps")" 200
	check_equal "http where it does not" "$(status "$http_base/scep/corp?$caps" | sed 's/^4..$/refused/')" refused
	check "and our client passes on why" sh -c \
		"! '$CERTCTL' scep caps '$http_base/scep/corp' 2>says && grep -q 'HTTP status 403: .*HTTPS only\$' says"
	check_equal "no redirect" "$(get -o /dev/null -w '%{redirect_url}' "$http_base/scep/corp?$caps")" ''
	check_equal "HTTP/1.0 without Host" "$(first_line --http1.0 -H Host: "$SCEP_HTTP_URL?$caps")" POSTPKIOperation
}

# --- messages by every way ---

read_reply()
{
	$SCEP_PROBE read m "$1" | cut -d' ' -f2
}

base64_url()
{
	openssl base64 -A -in "$1" | sed 's/+/%2B/g; s|/|%2F|g; s/=/%3D/g'
}

message_cases()
{
	mkdir m
	fetch_ra "$SCEP_URL" ra.pem
	$SCEP_PROBE make --ra ra.pem --challenge "$SCEP_CHALLENGE" --cn "transport-$$" --count 4 m
	get "$SCEP_URL?operation=PKIOperation" -H 'Transfer-Encoding: chunked' --data-binary @m/0000.der -o r0
	check_equal "a body in pieces" "$(read_reply r0)" SUCCESS
	get "$SCEP_URL?operation=PKIOperation" -H 'Content-Type:' -H 'Expect: 100-continue' --data-binary @m/0001.der -o r1
	check_equal "no Content-Type, Expect: 100-continue" "$(read_reply r1)" SUCCESS
	get -o r2 "$SCEP_URL?operation=PKIOperation&message=$(base64_url m/0002.der)"
	check_equal "GET, base64 in one line" "$(read_reply r2)" SUCCESS
	get -o r3 "$SCEP_URL?operation=PKIOperation&message=$(openssl base64 -in m/0003.der | tr '\n' '~' |
		sed 's/~/%0A/g; s/=/%3D/g')"
	check_equal "GET, base64 in lines, + and / as they are" "$(read_reply r3)" SUCCESS
}

# --- what nginx refuses itself, in a line of text ---

own_cases()
{
	[ "$front" = nginx ] || return 0
	check_equal "plain http at the port of https" "$(kind "http://localhost:$front_https/scep/corp")" '400 text/plain'
	check_equal "a method of nobody's" "$(kind -X TRACE "$SCEP_URL?$caps")" '405 text/plain'
	check_equal "an encoding of nobody's" "$(kind -H 'Transfer-Encoding: gzip' "$SCEP_URL?$caps")" '501 text/plain'
}

# --- sizes: what is too large is refused in a line of text ---

as_long_as()
{
	head -c "$1" /dev/zero | tr '\0' A
}

# HAProxy wants to know a body's length before it speaks FastCGI, and so refuses one in pieces itself when it is larger than
# its buffer; lighttpd's own answers are HTML.
size_cases()
{
	local rows most=27000 pieces='413 text/plain' told=2 type=text/plain
	case $front in
	apache-proxy) most=15000 ;; # mod_proxy_fcgi's own limit is 16 KB
	haproxy) pieces='400 text/plain' told=1 ;;
	lighttpd) type=text/html ;;
	esac
	check_equal "GET, a request line of $most bytes reaches the program" \
		"$(first_line "$SCEP_URL?message=$(as_long_as $most)&$caps")" POSTPKIOperation
	check_equal "GET, one of 40 KB does not" \
		"$(kind "$SCEP_URL?$caps&message=$(as_long_as 40000)" | sed 's/^41[34]\|^431/refused/')" "refused $type"
	rows=$(audited failure)
	head -c 1100000 /dev/zero >big
	check_equal "a body over CERTCTL_MAX_BODY_SIZE" \
		"$(kind --data-binary @big "$SCEP_URL?operation=PKIOperation")" '413 text/plain'
	check_equal "the same in pieces" \
		"$(kind -H 'Transfer-Encoding: chunked' --data-binary @big "$SCEP_URL?operation=PKIOperation")" "$pieces"
	check_equal "what reached the program has its audit row" "$(audited failure)" $((rows + told))
	head -c 3000000 /dev/zero >larger
	check_equal "one of 3 MB" "$(kind --data-binary @larger "$SCEP_URL?operation=PKIOperation" |
		sed 's/^413\|^500/refused/; s| text/.*| text|')" 'refused text'
}

# --- many at once: more than there are processes, and under mod_fcgid more than one of them ---

together_cases()
{
	mkdir together
	$SCEP_PROBE make --ra ra.pem --challenge "$SCEP_CHALLENGE" --cn "together-$$-$front" --count 32 together
	ls together/*.der | xargs -P 16 -I FILE curl -sS --cacert "$CA_FILE" --max-time 60 --data-binary @FILE \
		-o FILE.reply "$SCEP_URL?operation=PKIOperation"
	check_equal "32 devices at once are served" \
		"$($SCEP_PROBE read together together/*.reply | grep -c ' SUCCESS ')" 32
	[ "$front" != apache-fcgid ] || check "by several processes" test "$(fcgid_processes | wc -l)" -gt 1
}

# The processes that have written to Apache's log: mod_fcgid's.
fcgid_processes()
{
	sed -n 's/.*"program":"scep.fcgi","pid":"\([0-9]*\)".*/\1/p' "$front_dir/apache.log" | sort -u
}

transport()
{
	tls_cases
	name_cases
	http_cases
	message_cases
	own_cases
	size_cases
	together_cases
}

behind_each_front transport
finish
