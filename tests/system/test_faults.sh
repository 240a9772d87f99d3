#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Trouble under eight clients: workers die by SIGKILL at random, the database dies and comes back, the program is reloaded all
# the time. Every certificate a client received is in the database; every client that received none asks again and has one; and
# whoever makes its request anew gets the same certificate.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/load.sh"

clients=8
each=40
total=$((clients * each))

cd "$work"
fetch_ra "$SCEP_URL" ra.pem

make_messages() { $SCEP_PROBE make --ra ra.pem --challenge "$SCEP_CHALLENGE" --cn "$trouble-$$" --count $total m; }
serials() { $SCEP_PROBE read m m/*.reply | awk '$2 == "SUCCESS" { print $1, toupper($3) }'; }
recorded() { sql "SELECT HEX(serial) FROM certificates WHERE subject LIKE 'CN=$trouble-$$-%'" | sort; }

# Received, but not recorded.
missing()
{
	cut -d' ' -f2 received | sort >a
	recorded >b
	comm -23 a b
}

# Drops replies that are no success, so that their clients ask again.
drop_failures()
{
	find m -name '*.reply' -size 0 -delete
	# shellcheck disable=SC2046 # names without blanks
	$SCEP_PROBE read m $(find m -name '*.reply') /dev/null | awk '$2 != "SUCCESS" && /^m/ { print $1 }' | xargs -r rm -f
}

# --- the troubles: each is repeated until the file 'over' is there, with a line in 'done' each time ---

kill_a_worker()
{
	local worker
	# shellcheck disable=SC2046 # the workers' ids are words
	worker=$(shuf -n 1 -e $(workers))
	[ -n "$worker" ] && kill -KILL "$worker" && echo "$worker" >>done
	sleep 0.2
}

kill_the_database()
{
	kill -KILL "$(cat "$PIDS_DIR/mariadb.pid")" && echo >>done
	quickstart up >up.log 2>&1
	sleep 1
}

reload_the_program()
{
	kill -HUP "$(cat "$PIDS_DIR/scep.pid")" && echo >>done
	sleep 0.1
}

make_trouble()
{
	while [ ! -e over ]; do "$trouble" || true; done
}

# --- the promises ---

under()
{
	local troublemaker tries=30
	trouble=$1
	rm -rf m over
	mkdir m
	: >done
	make_messages
	make_trouble &
	troublemaker=$!
	send_all $clients $each >first.log 2>&1 || true
	: >over
	wait $troublemaker || true
	drop_failures
	printf '# %s %d times; %d of %d requests without a certificate at first\n' "$trouble" "$(wc -l <done)" \
		$((total - $(find m -name '*.reply' | wc -l))) $total
	check "$trouble: it was" test -s done
	serials >received
	check_equal "$trouble: every certificate received is recorded" "$(missing)" ""
	while [ "$(find m -name '*.reply' | wc -l)" -lt $total ] && [ $tries -gt 0 ]; do
		tries=$((tries - 1))
		send_all $clients $each missing >again.log 2>&1 || true
		drop_failures
	done
	serials >received
	check_equal "$trouble: every client has its certificate in the end" "$(wc -l <received | tr -d ' ')" $total
	check_equal "$trouble: each another one" "$(cut -d' ' -f2 received | sort -u | wc -l | tr -d ' ')" $total
	check_equal "$trouble: none is recorded that nobody has" "$(recorded | wc -l | tr -d ' ')" $total
}

made_anew()
{
	make_messages
	rm -f m/*.reply
	send_all $clients $each >anew.log 2>&1 || true
	serials >anew
	check "the same requests made anew get the same certificates" cmp received anew
	check_equal "and nothing is issued twice" "$(recorded | wc -l | tr -d ' ')" $total
}

under kill_a_worker
made_anew
under kill_the_database
check "quickstart is whole again" quickstart status
under reload_the_program
check_equal "reloading lost no request" "$(grep -c . first.log || true)" 0

finish
