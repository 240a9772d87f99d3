#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What no honest client sends is refused in the protocol's own words, with one log line and one audit row each; nothing is
# issued, and the workers live on.
. "$(dirname -- "$0")/lib.sh"

cd "$work"
fetch_ra "$SCEP_URL" ra.pem
mkdir good other types flipped wrapper cut
$SCEP_PROBE make --ra ra.pem --challenge "$SCEP_CHALLENGE" --cn "refused-$$" --count 2 good

workers_before=$(workers)

# Sends the files $2... and expects of each reply what the pattern $1 says ("FAILURE 2 *", or an HTTP status for replies
# that are no pkiMessage); of log, audit and certificates, that each was refused once and nothing was issued.
refused()
{
	local pattern=$1 file reply certificates logged rows wrong=0
	shift
	certificates=$(certificates) logged=$(refusals_logged) rows=$(audited failure)
	post_files "$SCEP_URL" "$@"
	$SCEP_PROBE read good $(printf '%s.reply ' "$@") >replies || wrong=1
	for file in "$@"; do
		read -r _ reply || reply='no reply'
		[ "$reply" != NONE ] || reply=$(cat "$file.status")
		case $reply in
		$pattern) ;;
		*) echo "$file: $reply"; wrong=1 ;;
		esac
	done <replies
	equal "$(certificates)" "$certificates" || { echo "certificates were issued"; wrong=1; }
	equal "$(refusals_logged)" $((logged + $#)) || { echo "log lines"; wrong=1; }
	equal "$(audited failure)" $((rows + $#)) || { echo "audit rows"; wrong=1; }
	return $wrong
}

# --- who asks ---

$SCEP_PROBE make --ra ra.pem --challenge wrong --cn wrong-challenge other
check "a wrong challenge" refused 'FAILURE 2 *' other/0000.der
$SCEP_PROBE make --ra ra.pem --cn no-challenge other
check "no challenge" refused 'FAILURE 2 *' other/0000.der
$SCEP_PROBE make --ra ra.pem --challenge "" --cn empty-challenge other
check "an empty challenge" refused 'FAILURE 2 *' other/0000.der
check "only the challenge was audited as the reason" sh -c "[ $(sql "SELECT COUNT(DISTINCT reason) FROM (SELECT reason
	FROM audit_events WHERE outcome = 'failure' ORDER BY id DESC LIMIT 3) AS last WHERE reason LIKE 'challenge_%'") -ge 1 ]"

# --- what is signed and to whom ---

openssl req -x509 -newkey rsa:2048 -nodes -keyout stranger.key -subj "/CN=Stranger" -days 2 -out stranger.pem 2>/dev/null
$SCEP_PROBE make --ra stranger.pem --challenge "$SCEP_CHALLENGE" --cn stranger --count 1 other
check "encrypted to somebody else" refused 'FAILURE 1 *' other/0000.der
$SCEP_PROBE swap good/0000.der good/0001.der swapped.der
check "another content below a valid signature" refused 'FAILURE 1 *' swapped.der
$SCEP_PROBE flip signed good/0000.der 200 flipped
check "200 times one bit flipped" refused '[F4]*' flipped/0*.der

# The self-signed certificate around the device's key promises nothing (clients leave it expired or with odd usages), so
# a flipped bit in it may pass, but then for the same key and names; and never does it end a worker.
$SCEP_PROBE flip certificate good/0000.der 60 wrapper
wrapped()
{
	local file reply
	post_files "$SCEP_URL" wrapper/0*.der
	$SCEP_PROBE read good wrapper/*.reply >replies || return 1
	while read -r file reply; do
		case ${reply%% *}$(cat "${file%.reply}.status") in
		SUCCESS200 | FAILURE200 | NONE400) ;;
		*) echo "$file: $reply"; return 1 ;;
		esac
	done <replies
	equal "$(sql "SELECT COUNT(DISTINCT key_sha256, subject) FROM certificates WHERE subject = 'CN=refused-$$-0000'")" 1
}
check "60 times one bit of the self-signed certificate flipped" wrapped

# --- what is no message ---

: >empty.der
head -c 2000 /dev/urandom >garbage.der
printf 'operation=PKIOperation' >text.der
check "an empty body" refused 400 empty.der
check "garbage" refused 400 garbage.der text.der
size=$(wc -c <good/0000.der)
i=0
while [ $i -lt 60 ]; do
	head -c $((size * i / 60)) good/0000.der >"$(printf 'cut/%04d.der' $i)"
	i=$((i + 1))
done
check "cut short at 60 lengths" refused '[F4]*' cut/0*.der
head -c $((size - 1)) good/0000.der >short.der
check "the last byte missing" refused '[F4]*' short.der
(cat good/0000.der; printf x) >long.der
check "a byte too many" refused '[F4]*' long.der

# --- messageType: a request is granted as 17 or 19 alone; 20 and 21 want a reference in its place, others are not served ---

$SCEP_PROBE make --ra ra.pem --challenge "$SCEP_CHALLENGE" --cn "type-$$" --types types
rm types/0017.der types/0019.der
check "messageType 0 to 255 but for 17 and 19" refused 'FAILURE [24] *' types/0*.der

# --- sizes ---

status_of()
{
	curl -sS --cacert "$CA_FILE" --max-time 30 -o /dev/null -w '%{http_code}' "$@"
}

rows=$(audited failure)
head -c 1100000 /dev/zero >big.der
check_equal "a body over CERTCTL_MAX_BODY_SIZE" \
	"$(status_of --data-binary @big.der "$SCEP_URL?operation=PKIOperation")" 413
check_equal "the same without a length told in advance" \
	"$(status_of -H 'Transfer-Encoding: chunked' --data-binary @big.der "$SCEP_URL?operation=PKIOperation")" 413
check_equal "each of the two has its audit row" "$(audited failure)" $((rows + 2))

# --- afterwards ---

check_equal "the same workers are alive" "$(workers)" "$workers_before"
post_files "$SCEP_URL" good/0000.der
check_equal "the honest message is served" "$($SCEP_PROBE read good good/0000.der.reply | cut -d' ' -f2)" SUCCESS
before=$(certificates)
cp good/0000.der.reply first.reply
post_files "$SCEP_URL" good/0000.der
check "the same message again has the same answer" cmp good/0000.der.reply first.reply
check_equal "and no second certificate" "$(certificates)" "$before"

finish
