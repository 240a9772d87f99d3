#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The doctor finds nothing wrong with the configurations of contrib, with a program behind them that listens to what they
# say of client certificates; and sees each mistake that wrong/ makes in them.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"

# The probe is answered by whatever program is there: scep.fcgi here, at the paths of scep-mtls.fcgi too.
front_socket=$work/run/scep.sock
front_mtls_socket=$front_socket
front_clients_ca=$CA_FILE
shipped=$CERTCTL_CONFIG
probe_key=$(openssl rand -hex 32)
printf '%s\n' "$probe_key" >"$work/probe.key"

# What mod_fcgid starts reads the same settings.
CERTCTL_CONFIG=$work/certctl.env
export CERTCTL_CONFIG

# A program with the quickstart's settings but those of trust, and the lines $1.
program_with()
{
	program_end
	{ grep -vE '^CERTCTL_(TRUST|PROXY_)|_MTLS_' "$shipped"; printf '%s\nCERTCTL_PROXY_PROBE_KEY=%s\n' "$1" "$probe_key"; } >"$CERTCTL_CONFIG"
	chmod 600 "$CERTCTL_CONFIG"
	program_start
}

# From an address that no proxy here has.
doctor()
{
	"$CERTCTL" doctor "$@" --tls-ca "$CA_FILE" --probe-key-file "$work/probe.key" --from 127.0.0.2
}

exits()
{
	local expected=$1 status=0
	shift
	"$@" >said 2>&1 || status=$?
	cat said
	equal "$status" "$expected"
}

# --- what is shipped ---

# What the front needs to be believed: a bridge has an address, the others are at the socket.
trust_of_front()
{
	case $front in
	*-bridge) printf 'CERTCTL_TRUSTED_PROXY_CIDRS=unix,127.0.0.1\nCERTCTL_PROXY_CLIENT_CERT_SOURCE=x-ssl-client-cert\n' ;;
	*) printf 'CERTCTL_TRUSTED_PROXY_CIDRS=unix\n' ;;
	esac
	printf 'CERTCTL_TRUST_PROXY_CLIENT_CERT=true\nCERTCTL_SCEP_PROFILE_CORP_MTLS_ENABLED=true\n'
	printf 'CERTCTL_SCEP_PROFILE_CORP_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH=%s' "$CA_FILE"
}

clean_cases()
{
	if front_has_http; then
		check "nothing is wrong" exits 0 doctor "$SCEP_URL" --http-url "$SCEP_HTTP_URL"
	else
		check "nothing is wrong" exits 0 doctor "$SCEP_URL"
	fi
	check "nothing is bad" grep -q '^0 BAD' said
	check "everything was tried" sh -c '[ "$(grep -c "  \(ok\|note\|BAD\)$" said)" -ge 50 ]'
	check "9 KB by GET reach the program" grep -q '^GET, a request line of 9 KB  *all of it .* ok$' said
	check "HTTP/1.0 without Host does" grep -q '^HTTP/1\.0 without Host  *as HTTP/1\.[01] .* ok$' said
	check "TLS 1.2 and 1.3" sh -c '[ "$(grep -c "^TLS 1\.[23]  *taken .* ok$" said)" -eq 2 ]'
	check "nothing older" sh -c '[ "$(grep -c "^TLS 1\.[01]  *refused .* ok$" said)" -eq 2 ]'
	check "our address, as it is" grep -q '^a request by https  *HTTP/1\.1 from 127\.0\.0\.2, by' said
	mtls_cases
}

mtls_cases()
{
	check "nothing is wrong with the port that asks for a certificate" exits 0 doctor "$MTLS_BASE_URL/scep-mtls/corp" \
		--tls-cert "$work/device.pem" --tls-key "$work/device.key"
	check "our certificate is told" grep -q '^a request by https, with our certificate  .* our certificate  *ok$' said
	check "forged ones beside it were tried" \
		sh -c '[ "$(grep -c "^[^ ].*, beside our certificate .* \(ok\|note\)$" said)" -ge 20 ]'
}

# --- what is wrong ---

# The lines of file $1 that say '# $2: ...', without that.
said_by()
{
	sed -n "s/^# $2: //p" "$1"
}

# Of each file in wrong/: with the settings it names the doctor has nothing against what is shipped, and sees what the file
# makes of it.
wrong_cases()
{
	local file settings right
	for file in "$top"/tests/system/wrong/*.sed; do
		front=$(said_by "$file" front)
		case " $fronts " in *" $front "*) ;; *) continue ;; esac
		settings=$(said_by "$file" settings)
		right=$(said_by "$file" right)
		settings=${settings:-$(trust_of_front)}
		right_case "$file" "${right:-$settings}"
		program_with "$settings"
		front_mistake=$file
		FRONTS=$front
		behind_each_front wrong_case
		front_mistake=
	done
}

# The doctor, to whom port the file $1 names.
doctor_at_port()
{
	case $(said_by "$1" port) in
	http) doctor "$SCEP_URL" --http-url "$SCEP_HTTP_URL" ;;
	mtls) doctor "$MTLS_BASE_URL/scep-mtls/corp" ;;
	*) doctor "$SCEP_URL" ;;
	esac
}

wrong_case()
{
	local line
	check "the doctor is not content" exits 1 doctor_at_port "$front_mistake"
	said_by "$front_mistake" doctor >expected
	check "it is said what to see" test -s expected
	while read -r line; do
		check "says $line" found "$line"
	done <expected
}

# What is shipped, beside file $1, with the settings $2; once for all files that have these in common.
right_case()
{
	local case
	case="$front $(said_by "$1" port) $(printf '%s' "$2" | cksum)"
	! grep -qxF "$case" "$work/right" || return 0
	printf '%s\n' "$case" >>"$work/right"
	program_with "$2"
	wrong=$1 FRONTS=$front
	behind_each_front right_is_clean
}

right_is_clean()
{
	check "nothing is wrong without $(basename -- "$wrong" .sed)" exits 0 doctor_at_port "$wrong"
}

found()
{
	grep -q -- "$1" said || { cat said; return 1; }
}

# --- where there is no probe ---

no_probe_cases()
{
	local other=$work/other.key
	openssl rand -hex 32 >"$other"
	grep -v PROBE_KEY "$shipped" >keyless.env
	chmod 600 keyless.env
	check "with another key there is no probe" exits 3 "$CERTCTL" doctor "$SCEP_URL" --tls-ca "$CA_FILE" --probe-key-file "$other"
	check "and what to do is said" grep -q CERTCTL_PROXY_PROBE_KEY said
	check "nor where nobody listens" exits 3 doctor "https://localhost:$front_inner/scep/corp"
	check "nor at a path that is not the program's" exits 3 doctor "$BASE_URL/elsewhere"
	check "nor by settings without a key" exits 3 "$CERTCTL" --config keyless.env doctor "$SCEP_URL" --tls-ca "$CA_FILE"
	check "which is said" grep -q 'CERTCTL_PROXY_PROBE_KEY is not set' said
	check "by settings with one" exits 0 "$CERTCTL" --config "$CERTCTL_CONFIG" doctor "$SCEP_URL" --tls-ca "$CA_FILE" --from 127.0.0.2
	program_end
	check "nor where the program does not run" exits 3 doctor "$SCEP_URL"
	check "which is said" grep -q 'the web server seems not to reach the program' said
}

"$CERTCTL" scep enroll "$SCEP_URL" --tls-ca "$CA_FILE" --trust "$CA_FILE" --subject "CN=doctor-$$" --challenge "$SCEP_CHALLENGE" \
	--key-out "$work/device.key" --cert-out "$work/device.pem" >/dev/null

try_front()
{
	clean_cases
	[ "$front" != nginx ] || no_probe_cases
}

# The program first: lighttpd looks for it when it starts.
fronts=${FRONTS:-$front_all}
for front in $fronts; do
	program_with "$(trust_of_front)"
	FRONTS=$front
	behind_each_front try_front
done
: >"$work/right"
wrong_cases
program_end
finish
