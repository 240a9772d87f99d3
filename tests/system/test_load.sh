#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Eight clients, a hundred enrolments each, all at once: 800 certificates, 800 serials, 800 audit rows, no failure.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/load.sh"

clients=8
each=100
total=$((clients * each))

cd "$work"
fetch_ra "$SCEP_URL" ra.pem
mkdir m
$SCEP_PROBE make --ra ra.pem --challenge "$SCEP_CHALLENGE" --cn "load-$$" --count $total m

certificates=$(certificates) successes=$(audited success) failures=$(audited failure)
serials=$(sql 'SELECT COUNT(DISTINCT HEX(serial)) FROM certificates')
workers_before=$(workers)

began=$(date +%s)
ended=0
send_all $clients $each || ended=1
printf '# %d enrolments in %d seconds\n' $total $(($(date +%s) - began))

check_equal "every client ended well" $ended 0
$SCEP_PROBE read m m/*.reply >replies
check_equal "$total replies are successes" "$(grep -c ' SUCCESS ' replies)" $total
check_equal "$total distinct serials in them" "$(awk '{ print $3 }' replies | sort -u | wc -l | tr -d ' ')" $total
check_equal "$total certificates recorded" $(($(certificates) - certificates)) $total
check_equal "$total distinct serials recorded" \
	$(($(sql 'SELECT COUNT(DISTINCT HEX(serial)) FROM certificates') - serials)) $total
check_equal "$total audit rows of success" $(($(audited success) - successes)) $total
check_equal "no audit row of failure" $(($(audited failure) - failures)) 0
check_equal "the same workers are alive" "$(workers)" "$workers_before"

finish
