#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The database goes away and comes back: refusals while it is away, nothing issued, the same workers, service after.
. "$(dirname -- "$0")/lib.sh"

cd "$work"
fetch_ra "$SCEP_URL" ra.pem
mkdir m
$SCEP_PROBE make --ra ra.pem --challenge "$SCEP_CHALLENGE" --cn "outage-$$" --count 12 m
workers_before=$(workers)
certificates=$(certificates)

reply_to()
{
	post_files "$SCEP_URL" "m/$1.der"
	$SCEP_PROBE read m "m/$1.der.reply" | cut -d' ' -f2-3
}

gone()
{
	local pid=$1 tries=150
	while [ -d "/proc/$pid" ] && [ -n "$(tr '\0' ' ' <"/proc/$pid/cmdline")" ] && [ $tries -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.2
	done
	[ $tries -gt 0 ]
}

check_equal "served before" "$(reply_to 0000 | cut -d' ' -f1)" SUCCESS

database=$(cat "$PIDS_DIR/mariadb.pid")
kill -TERM "$database"
check "the database stops" gone "$database"

logged=$(refusals_logged)
for n in 0001 0002 0003 0004 0005 0006 0007 0008; do
	check_equal "refused without a database ($n)" "$(reply_to $n)" 'FAILURE 2'
done
check_equal "one log line each" $(($(refusals_logged) - logged)) 8
check_equal "GetCACaps is answered all the same" \
	"$(curl -sS --cacert "$CA_FILE" "$SCEP_URL?operation=GetCACaps" | head -n 1)" POSTPKIOperation
not_running() { ! quickstart status; }
check "quickstart status tells" not_running

check "quickstart up starts what is missing" quickstart up
# A worker that could not connect waits a second before it tries again (LIMIT_DB_BACKOFF_MS), so a client that is refused
# right after must ask again, as SCEP clients do. Four workers, and more requests than that.
served()
{
	local tries=100
	until [ "$(reply_to "$1" | cut -d' ' -f1)" = SUCCESS ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.2
	done
}
for n in 0009 0010 0011 0001 0002; do
	check "served again ($n)" served $n
done
check_equal "nothing was issued meanwhile" $(($(certificates) - certificates)) 6
check_equal "the same workers are alive" "$(workers)" "$workers_before"

finish
