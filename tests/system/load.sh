# SPDX-License-Identifier: BSD-2-Clause
# Many clients at once, sourced after lib.sh: messages m/0000.der ... are sent to $SCEP_URL, replies come as m/0000.reply.

# One client: messages $2 to $3 - 1, one connection each, as devices do; those that have a reply already are left out when
# $4 is 'missing'. $1 names the client.
send_range()
{
	local i=$2 name
	: >"curl.$1"
	while [ "$i" -lt "$3" ]; do
		name=$(printf 'm/%04d' "$i")
		i=$((i + 1))
		[ "${4-}" != missing ] || [ ! -s "$name.reply" ] || continue
		printf 'next\nurl = "%s?operation=PKIOperation"\ncacert = "%s"\nmax-time = 60\nsilent\nshow-error\nfail\n' "$SCEP_URL" "$CA_FILE"
		printf 'no-keepalive\nheader = "Connection: close"\ndata-binary = "@%s.der"\noutput = "%s.reply"\n' "$name" "$name"
	done >>"curl.$1"
	[ -s "curl.$1" ] || return 0
	sed -i 1d "curl.$1"
	curl -K "curl.$1"
}

# $1 clients at once, $2 messages each; $3 as send_range's $4. Fails when one of them does.
send_all()
{
	local n=0 pid pids='' status=0
	while [ $n -lt "$1" ]; do
		send_range $n $((n * $2)) $(((n + 1) * $2)) "${3-}" &
		pids="$pids $!"
		n=$((n + 1))
	done
	for pid in $pids; do wait "$pid" || status=1; done
	return $status
}
