#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Client certificates behind each web server: who gets in at /scep-mtls, who does not, what is forged and comes to nothing,
# and that /scep is served beside it. What is seen is the truth table of docs/trusted-proxies.md.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"
. "$top/tests/system/proxies.sh"
. "$top/tests/system/truth.sh"

caps='operation=GetCACaps'
header_sources='x-ssl-client-cert rfc9440 xfcc aws-alb traefik haproxy-der'

# --- a web server that devices reach: $front, configured as in contrib ---

# As the configuration's first lines say.
front_settings()
{
	case $front in
	*-bridge) mtls_settings CERTCTL_TRUSTED_PROXY_CIDRS=unix,$listed CERTCTL_PROXY_CLIENT_CERT_SOURCE=x-ssl-client-cert ;;
	*) mtls_settings CERTCTL_TRUSTED_PROXY_CIDRS=unix ;;
	esac
}

device()
{
	local name=$1
	shift
	"$@" --cert "$keys/$name.pem" --key "$keys/$name.key"
}

own_client()
{
	rm -f own.pem own.key
	"$CERTCTL" scep enroll "$MTLS_BASE_URL/scep-mtls/a" --tls-ca "$CA_FILE" --tls-cert "$keys/a.pem" --tls-key "$keys/a.key" \
		--challenge "$SCEP_CHALLENGE" --subject "CN=own-$$-$front" --key-out own.key --cert-out own.pem >own.log 2>&1 &&
		verifies own.pem >own.log && echo issued "$(sql "SELECT request_id FROM audit_events WHERE
			outcome = 'success' ORDER BY id DESC LIMIT 1")"
}

honest_cases()
{
	local along='401 client_untrusted' # for want of the CA that the device has sent
	case $front in
	apache*) along='issued success' ;; # which alone passes it on
	esac
	try "/scep, no certificate, TLS 1.2" 'issued success' enrol "$BASE_URL/scep/a" --tls-max 1.2
	try "/scep-mtls, its CA's certificate, TLS 1.2" 'issued success' device a enrol "$MTLS_BASE_URL/scep-mtls/a" --tls-max 1.2
	try "/scep-mtls, one of a CA below it, which the device sends along" "$along" \
		device below enrol "$MTLS_BASE_URL/scep-mtls/a"
	try "/scep-mtls, its CA's certificate, our own client" 'issued success' own_client
	try "/scep-mtls, its CA's certificate, HTTP/1.0, a request line of 15 KB" '200 -' \
		device a send --http1.0 --no-alpn "$MTLS_BASE_URL/scep-mtls/a?$caps&message=$(head -c 15000 /dev/zero | tr '\0' A)"
}

# Whom the web server refuses itself gets no further in nginx and, for some faults, in Apache.
dishonest_cases()
{
	local other='401 client_verdict_failed' late='401 client_verdict_failed'
	case $front in
	nginx*) other='401 -' late='401 -' ;;
	apache*) late='connection ends -' ;;
	esac
	try "/scep-mtls, no certificate" '401 client_absent' enrol "$MTLS_BASE_URL/scep-mtls/a"
	try "/scep-mtls, another profile's certificate" '401 client_untrusted' device b enrol "$MTLS_BASE_URL/scep-mtls/a"
	try "/scep-mtls, a certificate of a CA with the same name" "$other" device impostor enrol "$MTLS_BASE_URL/scep-mtls/a"
	try "/scep-mtls, an expired certificate" "$late" device expired enrol "$MTLS_BASE_URL/scep-mtls/a"
	try "/scep-mtls, a TLS server's certificate" "$late" device server enrol "$MTLS_BASE_URL/scep-mtls/a"
	try "/scep-mtls, a good certificate and a wrong challenge" 'failure challenge_invalid' wrong_challenge
	try "/scep-mtls, TLS 1.1" 'protocol version refused -' old_tls
}

old_tls()
{
	openssl s_client -connect "localhost:$front_mtls" -tls1_1 -cipher 'ALL:@SECLEVEL=0' </dev/null 2>&1 |
		grep -q 'alert protocol version' && echo protocol_version_refused
}

# With message 0, whose challenge is wrong.
wrong_challenge()
{
	local next_message=0
	device a enrol "$MTLS_BASE_URL/scep-mtls/a"
}

# What a device invents: nobody's certificate, told in every way there is.
forged_cases()
{
	local kind none='401 client_absent'
	[ "$front" != lighttpd ] || none='401 client_other_source' # which alone passes on what clients write
	for kind in $header_sources; do
		claim $kind a >forged
		try "/scep-mtls, no certificate, but $(claim_field $kind)" "$none" send -K forged "$MTLS_BASE_URL/scep-mtls/a?$caps"
	done
	claim x-ssl-client-cert a | sed 's/X-SSL-Client-/X_SSL_Client_/' >forged
	try "/scep-mtls, no certificate, but X_SSL_Client_Cert" "$none" send -K forged "$MTLS_BASE_URL/scep-mtls/a?$caps"
	claim x-ssl-client-cert a | sed 's/X-SSL/SSL/' >forged
	try "/scep-mtls, no certificate, but SSL-Client-Cert" '401 client_absent' send -K forged "$MTLS_BASE_URL/scep-mtls/a?$caps"
	tr - _ <forged >forged_
	try "/scep-mtls, no certificate, but SSL_Client_Cert" '401 client_absent' send -K forged_ "$MTLS_BASE_URL/scep-mtls/a?$caps"
	(claim x-ssl-client-cert a && claim x-ssl-client-cert b) >twice
	try "/scep-mtls, no certificate, but X-SSL-Client-Cert twice" "$none" send -K twice "$MTLS_BASE_URL/scep-mtls/a?$caps"
	claim x-ssl-client-cert a >forged
	try "/scep-mtls, another profile's certificate, and X-SSL-Client-Cert" '401 client_untrusted' \
		device b send -K forged "$MTLS_BASE_URL/scep-mtls/a?$caps"
	try "/scep, no certificate, but all of these at once" '200 -' send -K forged -K forged_ -K twice "$BASE_URL/scep/a?$caps"
	try "/scep-mtls, no certificate, but X-Forwarded-For: 192.0.2.66" '401, address 127.0.0.7 client_absent' \
		send_for_address --interface 127.0.0.7 -H 'X-Forwarded-For: 192.0.2.66' "$MTLS_BASE_URL/scep-mtls/a?$caps"
	try "/scep-mtls, a header field of 1 MiB" 'refused by the web server -' \
		device a send_too_much -H @big "$MTLS_BASE_URL/scep-mtls/a?$caps"
}

front_cases()
{
	programs_with front_settings
	# lighttpd looks once a second whether a program is there.
	check "finds the programs" wait_until 10 curl -sSf --cacert "$CA_FILE" -o caps "$BASE_URL/scep/a?$caps"
	honest_cases
	dishonest_cases
	forged_cases
	[ "$front" != nginx-bridge ] || inner_cases
}

# --- the inner web server of the bridge, which listed proxies reach, and others try to ---

inner()
{
	send --cacert "$front_dir/bridge-ca.pem" --resolve "certctl.internal:$front_inner:127.0.0.1" --interface "$listed" "$@"
}

inner_cases()
{
	local front='inner nginx' url=https://certctl.internal:$front_inner
	for source in $header_sources; do
		programs_with mtls_settings CERTCTL_TRUSTED_PROXY_CIDRS=unix,$listed CERTCTL_PROXY_CLIENT_CERT_SOURCE=$source
		source_cases
	done
	source=x-ssl-client-cert
	forwarded_cases
	programs_with settings CERTCTL_TRUSTED_PROXY_CIDRS=unix,$listed CERTCTL_TRUST_PROXY_CLIENT_CERT=false
	untrusted_cases
}

source_cases()
{
	claim $source a >claimed
	grep "$(claim_field $source)" claimed >field
	grep Verify claimed >verdict || true
	try "listed proxy: a certificate" '200 -' inner -K claimed "$url/scep-mtls/a?$caps"
	try "unlisted sender: a certificate" '401 client_sender' inner --interface $stranger -K claimed "$url/scep-mtls/a?$caps"
	try "listed proxy: nothing" '401 client_absent' inner "$url/scep-mtls/a?$caps"
	try "listed proxy: another profile's certificate" '401 client_untrusted' inner -K claimed "$url/scep-mtls/b?$caps"
	try "listed proxy: the certificate's field twice" '400 client_field_twice' inner -K claimed -K field "$url/scep-mtls/a?$caps"
	try "listed proxy: the same, at /scep" '400 client_field_twice' inner -K claimed -K field "$url/scep/a?$caps"
	try "listed proxy: names with _" '401 client_absent' inner -K "$(underscored claimed)" "$url/scep-mtls/a?$caps"
	sed s/MII/M%z/ claimed >broken
	try "listed proxy: a damaged field" '401 client_syntax' inner -K broken "$url/scep-mtls/a?$caps"
	claim "$(other_source)" a >other
	try "listed proxy: a certificate in another source's field" '401 client_other_source' inner -K other "$url/scep-mtls/a?$caps"
	[ ! -s verdict ] || verdict_cases
}

verdict_cases()
{
	local empty='401 client_empty'
	[ "$source" != haproxy-der ] || empty='401 client_absent' # which says so of good ones and of none
	try "listed proxy: a certificate, no verdict" '401 client_verdict_missing' inner -K field "$url/scep-mtls/a?$caps"
	sed 's/: SUCCESS/: FAILED:expired/; s/Verify: 0/Verify: 10/' claimed >failed
	try "listed proxy: a certificate, a verdict that is not success" '401 client_verdict_failed' \
		inner -K failed "$url/scep-mtls/a?$caps"
	try "listed proxy: success, no certificate" "$empty" inner -K verdict "$url/scep-mtls/a?$caps"
}

other_source()
{
	case $source in
	rfc9440) echo xfcc ;;
	*) echo rfc9440 ;;
	esac
}

underscored()
{
	sed 's/^header = "[^:]*/&/; :again; s/^\(header = "[^:-]*\)-/\1_/; t again' "$1" >"$1_"
	echo "$1_"
}

address_at()
{
	send_for_address --cacert "$front_dir/bridge-ca.pem" --resolve "certctl.internal:$front_inner:127.0.0.1" "$@"
}

# Where a request came from.
forwarded_cases()
{
	local path="$url/scep-mtls/a?$caps"
	try "listed proxy: X-Forwarded-For: 192.0.2.1, 198.51.100.2" '401, address 198.51.100.2 client_absent' \
		address_at --interface $listed -H 'X-Forwarded-For: 192.0.2.1, 198.51.100.2' "$path"
	try "listed proxy: X-Forwarded-For: 192.0.2.1, twice, 198.51.100.2 the second" '401, address 198.51.100.2 client_absent' \
		address_at --interface $listed -H 'X-Forwarded-For: 192.0.2.1' -H 'X-Forwarded-For: 198.51.100.2' "$path"
	try "unlisted sender: X-Forwarded-For: 192.0.2.1" "401, address $stranger client_absent" \
		address_at --interface $stranger -H 'X-Forwarded-For: 192.0.2.1' "$path"
	try "listed proxy: X-Forwarded-Proto: http, at /scep" '403 not_https' \
		inner -H 'X-Forwarded-Proto: http' "$url/scep/a?$caps"
	try "unlisted sender: X-Forwarded-Proto: http, at /scep" '200 -' \
		inner --interface $stranger -H 'X-Forwarded-Proto: http' "$url/scep/a?$caps"
}

# Nobody is believed, though somebody is listed: no certificates, and no profile that wants them.
untrusted_cases()
{
	source=none
	claim x-ssl-client-cert a >claimed
	try "listed proxy: a certificate, at /scep, and nobody is trusted with them" 'issued success' \
		enrol "$url/scep/a" --cacert "$front_dir/bridge-ca.pem" --resolve "certctl.internal:$front_inner:127.0.0.1" \
		--interface $listed -K claimed
	mtls_settings CERTCTL_TRUSTED_PROXY_CIDRS=unix | sed 's/^\(CERTCTL_TRUST_PROXY_CLIENT_CERT=\).*/\1false/' >untrusted.env
	check "a profile that wants certificates from nobody does not start" names_both
}

names_both()
{
	chmod 600 untrusted.env
	! timeout 20 "$(dirname -- "$program")/scep-mtls.fcgi" --config untrusted.env --listen "$work/run/never.sock" </dev/null >log 2>&1 &&
		grep CERTCTL_TRUSTED_PROXY_CIDRS log && grep CERTCTL_TRUST_PROXY_CLIENT_CERT log || { cat log; return 1; }
}

# --- all of it ---

make_keys
cd "$work"
mkdir m
fetch_ra "$SCEP_URL" ra.pem 2>/dev/null
$SCEP_PROBE make --ra ra.pem --challenge "$SCEP_CHALLENGE" --cn "front-$$" --count 64 m
$SCEP_PROBE make --ra ra.pem --challenge wrong --cn "wrong-$$" m
next_message=1
(printf 'X-Big: ' && head -c 1048576 /dev/zero | tr '\0' A) >"$work/big"

proxied_cases()
{
	case $front in
	*-bridge) source=x-ssl-client-cert ;;
	*) source=params ;;
	esac
	cp "$work/big" .
	front_cases
}

behind_each_front proxied_cases
[ -n "${FRONTS-}" ] || check "the truth table in the documentation is what was seen" truth_is_documented
finish
