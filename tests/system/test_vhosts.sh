#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# One scep.fcgi for several profiles, behind several virtual hosts: each name reaches every profile, and so do clients that
# name no host at all. And a program that is away is told of, and served as soon as it is back.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"

caps='operation=GetCACaps'
front_names='printers.example.com devices.example.net'
front_socket=$work/run/scep.sock

# printers.example.com has a profile for the historical paths, and for /scep, by the lines that the shipped files have as
# comments.
front_edit_host()
{
	local apache
	apache=$(sed -n 's/^[[:space:]]*#\(ProxyFCGISetEnvIf .*\)/\1/p' "$top/contrib/apache/certctl-fcgi-apache-scep.conf")
	case $1 in
	printers.example.com) sed -e 's/#if (/if (/' -e "/ServerName/a\\
$apache" ;;
	*) cat ;;
	esac
}

# To host $1, by https or http as URL $2 says, with the arguments that follow for curl.
at_host()
{
	local host=$1 url=$2
	shift 2
	curl -sS --cacert "$CA_FILE" --max-time 20 -H "Host: $host" "$@" "$url"
}

# The profile under which the newest certificate for CN $1 was recorded.
profile_of()
{
	sql "SELECT profile FROM certificates WHERE subject = 'CN=$1' ORDER BY id DESC LIMIT 1"
}

# Sends message $1 to URL $3 at host $2.
enrol_at()
{
	at_host "$2" "$3?operation=PKIOperation" --data-binary "@m/$1.der" -o "m/$1.reply" &&
		equal "$($SCEP_PROBE read m "m/$1.reply" | cut -d' ' -f2)" SUCCESS
}

away_cases()
{
	at_host scep.example.com "$SCEP_URL?$caps" -D head -o body
	check "a program that is away: 503" grep -q '^HTTP/1.1 503' head
	check "told in a line of text" grep -qx 'The enrolment service is not available.*' body
	check "with Retry-After, in seconds" grep -qi '^retry-after: 30' head
	check "of type text/plain" grep -qi '^content-type: text/plain' head
	program_start
	check_equal "back, it is asked at once" "$(at_host scep.example.com "$SCEP_URL?$caps" | head -n 1)" POSTPKIOperation
}

host_cases()
{
	local host path
	for host in scep.example.com $front_names; do
		for path in corp printers; do
			check_equal "$host has /scep/$path" "$(at_host $host "$BASE_URL/scep/$path?$caps" | head -n 1)" POSTPKIOperation
		done
	done
	for path in /cgi-bin/pkiclient.exe /certsrv/mscep/mscep.dll /scep /scep/ /scep/pkiclient.exe; do
		check_equal "$path has no profile at one host" \
			"$(at_host devices.example.net "$BASE_URL$path?$caps")" 'no profile has this path'
		check_equal "$path has one at the other" \
			"$(at_host printers.example.com "$BASE_URL$path?$caps" | grep DES3)" DES3
	done
	check_equal "HTTP/1.0 without Host gets the default host" \
		"$(curl -sS --http1.0 -H Host: "$SCEP_HTTP_URL?$caps" | head -n 1)" POSTPKIOperation
}

enrol_cases()
{
	local ra=$work/vhosts-ra.pem
	[ -s "$ra" ] || fetch_ra "$SCEP_URL" "$ra" 2>/dev/null
	$SCEP_PROBE make --ra "$ra" --challenge "$SCEP_CHALLENGE" --cn "vhost-$$-$front" --count 3 m
	check "a device at one host" enrol_at 0000 devices.example.net "$BASE_URL/scep/corp"
	check_equal "has its profile" "$(profile_of "vhost-$$-$front-0000")" scep/corp
	check "one at another" enrol_at 0001 printers.example.com "${SCEP_HTTP_URL%/scep/*}/scep/printers"
	check_equal "has the other profile" "$(profile_of "vhost-$$-$front-0001")" scep/printers
	check "one there by an old path" enrol_at 0002 printers.example.com "$BASE_URL/cgi-bin/pkiclient.exe"
	check_equal "has the same" "$(profile_of "vhost-$$-$front-0002")" scep/printers
}

hosts()
{
	mkdir m
	away_cases
	host_cases
	enrol_cases
	program_end
}

FRONTS='nginx apache-proxy'
behind_each_front hosts
finish
