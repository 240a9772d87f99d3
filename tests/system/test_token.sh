#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The RA key in a PKCS#11 token: workers share it after fork, and all of them use it at once.
. "$(dirname -- "$0")/lib.sh"

cd "$work"
rounds=3
socket=$(sed -n 's/.*fastcgi_pass  *unix:\([^;]*\);.*/\1/p' "$QUICKSTART_VAR/nginx/site.conf" | head -n 1)
program=$(tr '\0' '\n' <"/proc/$(cat "$PIDS_DIR/scep.pid")/cmdline" | head -n 1)

# A token with the quickstart's RA key, and the quickstart's configuration with that key.
mkdir tokens
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$work/tokens" >softhsm2.conf
export SOFTHSM2_CONF="$work/softhsm2.conf"
openssl pkcs8 -topk8 -nocrypt -in "$QUICKSTART_VAR/pki/ra.key" -out ra8.key
chmod 600 ra8.key
check "a token is made" softhsm2-util --init-token --free --label ra --so-pin 12345678 --pin 87654321
check "the RA key goes into it" softhsm2-util --import ra8.key --token ra --label ra --id 01 --pin 87654321
url="pkcs11:token=ra;object=ra;type=private?pin-value=87654321"
sed -e "s|_RA_KEY_PATH=.*|_RA_KEY_PATH='$url'|" -e 's/^CERTCTL_WORKERS=.*/CERTCTL_WORKERS=8/' "$CERTCTL_CONFIG" >token.env
chmod 600 token.env
unset CERTCTL_CONFIG

stop_and_wait()
{
	kill -TERM "$1"
	while [ -d "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status"; do
		sleep 0.1
	done
}

# Eight devices at once, right after the start; how many were served.
serve_eight()
{
	local pid n devices=
	"$program" --config token.env --listen "$socket" </dev/null >>token.log 2>&1 &
	pid=$!
	until [ -S "$socket" ] || ! kill -0 "$pid" 2>/dev/null; do
		sleep 0.1
	done
	for n in 1 2 3 4 5 6 7 8; do
		"$CERTCTL" scep enroll "$SCEP_URL" --tls-ca "$CA_FILE" --challenge "$SCEP_CHALLENGE" \
			--subject "CN=token-$$-$1-$n" --key-out "$1-$n.key" --cert-out "$1-$n.pem" >>client.log 2>&1 &
		devices="$devices $!"
	done
	wait $devices || true
	stop_and_wait "$pid"
	ls "$1"-?.pem 2>/dev/null | wc -l
}

# spawn-fcgi's socket stays, and would be taken for that of the program to come.
stop_and_wait "$(cat "$PIDS_DIR/scep.pid")"
rm -f "$socket"
for round in $(seq $rounds); do
	check_equal "eight devices at once, start $round" "$(serve_eight "$round")" 8
done
check "the PIN is in no log line" sh -c '! grep -q 87654321 token.log'
check "quickstart up serves again from the file" quickstart up

finish
