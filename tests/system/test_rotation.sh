#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A new RA, in the steps of docs/scep-server.md, while clients enrol: nobody is refused, neither who encrypts to the old RA nor
# who encrypts to the new one. What cannot be used is not, and the log says so.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"
. "$top/tests/system/load.sh"

clients=2
each=30
total=$((clients * each))
profile=CERTCTL_SCEP_PROFILE_CORP
front_socket=$work/run/scep.sock
(grep -vE "^${profile}_RA_(CERT|KEY)_PATH=" "$CERTCTL_CONFIG" && echo CERTCTL_LOG_LEVEL=debug) >"$work/other.env"
CERTCTL_CONFIG=$work/rotation.env

# The settings, with the RA pairs that the lines $1... name.
write_settings()
{
	(umask 077 && cat "$work/other.env" - >"$CERTCTL_CONFIG.new") <<-END
		$(printf "${profile}_RA_%s\n" "$@")
	END
	mv "$CERTCTL_CONFIG.new" "$CERTCTL_CONFIG"
}

logged() { grep -c "$1" "$work/program.log" || true; }
more_logged() { [ "$(logged "$1")" -ge "$2" ]; }

# SIGHUP, and what the log says $2 times after that.
reload()
{
	local before
	before=$(logged "$1")
	kill -HUP $program_pids && wait_until 30 more_logged "$1" $((before + $2))
}

messages_to() { $SCEP_PROBE make --ra "$1" --challenge "$SCEP_CHALLENGE" --cn "$2-$$" --count $total m; }
certificates_received() { $SCEP_PROBE read m m/*.reply | awk '$2 == "SUCCESS"' | wc -l | tr -d ' '; }

# Every client of RA $1 has its certificate; $2 names them. What follows is done while they enrol.
enrol_while()
{
	local ra=$1 name=$2 sender status=0
	shift 2
	rm -rf m
	mkdir m
	messages_to "$ra" "$name"
	send_all $clients $each >"$name.log" 2>&1 &
	sender=$!
	"$@"
	wait $sender || status=$?
	check_equal "$name: no connection fails" $status 0
	check_equal "$name: each has its certificate" "$(certificates_received)" $total
}

listed() { "$CERTCTL" scep cacert "$SCEP_URL" --tls-ca "$CA_FILE" 2>/dev/null | grep -c 'BEGIN CERTIFICATE'; }

new_ra()
{
	"$CERTCTL" ra init --subject 'CN=RA of next year,O=Test' --cert ra2.pem --key ra2.key \
		--ca-cert "$QUICKSTART_VAR/pki/issuing.pem" --ca-key "$QUICKSTART_VAR/pki/issuing.key"
}

spoilt()
{
	cp ra2.key good.key
	echo nonsense >ra2.key
	check "a key that is none is not taken" reload 'reload failed, serving on' 1
	mv good.key ra2.key
}

new_pair()
{
	check "both pairs are taken by all processes" reload '"message":"reloaded"' 5
}

rotation()
{
	local before
	write_settings "CERT_PATH=$old_cert" "KEY_PATH=$old_key"
	program_start
	before=$(listed)
	check "certctl-fcgi ra init makes a pair" new_ra
	fetch_ra "$SCEP_URL" ra1.pem 2>/dev/null
	write_settings "CERT_PATH=$PWD/ra2.pem" "KEY_PATH=$PWD/ra2.key" "OLD_CERT_PATHS=$old_cert" "OLD_KEY_PATHS=$old_key"
	check "certctl-fcgi check finds nothing wrong" "$CERTCTL" --config "$CERTCTL_CONFIG" check
	enrol_while ra1.pem spoilt spoilt
	check_equal "GetCACert is what it was" "$(listed)" "$before"
	enrol_while ra1.pem meanwhile new_pair
	check_equal "GetCACert lists one more" "$(listed)" $((before + 1))
	enrol_while ra1.pem to-the-old true
	fetch_ra "$SCEP_URL" new.pem 2>/dev/null
	check "the new one comes first" not cmp -s ra1.pem new.pem
	enrol_while new.pem to-the-new true
	program_end
}

old_cert=$(sed -n "s/^${profile}_RA_CERT_PATH=//p" "$QUICKSTART_VAR/certctl.env")
old_key=$(sed -n "s/^${profile}_RA_KEY_PATH=//p" "$QUICKSTART_VAR/certctl.env")
FRONTS=nginx
behind_each_front rotation
finish
