#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# contrib/bench's scep-bench: what it sends is served, what it reports was so, and what fails is said. Nothing is timed.
. "$(dirname -- "$0")/lib.sh"

report=$work/report

# Sends 20 requests and then the same again, with more options.
bench()
{
	"$SCEP_BENCH" "$SCEP_URL" --tls-ca "$CA_FILE" --trust "$CA_FILE" --requests 20 --warm-up 0 --keys 2 --connections 4 \
		--repeat --json "$@" >"$report"
}

# Prints figure $2 of part $1 of the report.
figure()
{
	sed -n "/^  \"$1\": {/,/}/s/^ *\"$2\": \([0-9.]*\),*\$/\1/p" "$report"
}

# True when the report's figure $2 of part $1 is more than 0.
positive()
{
	figure "$1" "$2" | grep '[1-9]'
}

before=$(certificates)
check "20 requests, and the same again" bench --challenge "$SCEP_CHALLENGE" --pid "workers=$(cat "$PIDS_DIR/scep.pid")"
check_equal "20 certificates recorded" $(($(certificates) - before)) 20
check_equal "20 answers" "$(figure first answers)" 20
check_equal "20 distinct serials" "$(figure first serials)" 20
check_equal "no failure" "$(figure first failures)" 0
check_equal "no failure the second time" "$(figure repeat failures)" 0
check_equal "the same serials the second time" "$(figure repeat serials)" 20
check_equal "the same answers the second time" "$(figure repeat same)" 20
check "the workers' CPU time is counted" positive first workers_cpu_ms
check "and their memory" positive workers peak_kib
check_equal "and the master with them" "$(figure workers processes)" $(($(workers | wc -w) + 1))

refused() { ! bench --challenge wrong --new-connections; }
check "a wrong challenge is a failure" refused
check_equal "of every request" "$(figure first failures)" 20
check_equal "and no certificate" "$(figure first serials)" 0

no_process() { ! bench --challenge "$SCEP_CHALLENGE" --pid workers=99999999; }
check "a process that is not there is an error" no_process
check_equal "before anything is sent" $(($(certificates) - before)) 20

finish
