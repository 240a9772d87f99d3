# SPDX-License-Identifier: BSD-2-Clause
# Servers: a pid file each in $pids, and nothing is ever ended that is not provably ours.

# Prints what stands in the command line of server $1 and of no process of anybody else.
mark_of()
{
	case $1 in
	mariadb) printf '%s\n' "--datadir=$VAR/mariadb/data" ;;
	scep | scep-mtls) printf '%s\n' "/$1.fcgi --config $config" ;; # wherever INSTALL was when it was started
	nginx) printf '%s\n' "-c $VAR/nginx/nginx.conf" ;;
	esac
}

pid_of()
{
	cat "$pids/$1.pid" 2>/dev/null
}

# True when server $1 runs: the pid file names a process, and its command line is that of the server we start.
running()
{
	local pid
	pid=$(pid_of "$1") || return 1
	case $pid in
	'' | *[!0-9]*) return 1 ;;
	esac
	tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -e "$(mark_of "$1")"
}

# Starts server $1: the command that follows, in a session of its own, its output in $log/$1.log, without our lock.
start_process()
{
	local name=$1
	shift
	rm -f "$pids/$name.pid"
	setsid sh -c 'echo $$ >"$0"; exec "$@"' "$pids/$name.pid" "$@" </dev/null >>"$log/$name.log" 2>&1 9>&- &
	wait_until 10 test -s "$pids/$name.pid" || die "$name cannot be started"
}

# Ends server $1 and waits for it; what does not end within 30 seconds is killed.
end_process()
{
	local name=$1 pid
	if ! running "$name"; then
		rm -f "$pids/$name.pid"
		return 0
	fi
	pid=$(pid_of "$name")
	say "stopping $name (pid $pid)"
	kill -TERM "$pid"
	if ! wait_until 30 not running "$name"; then
		complain "$name does not end; killing it"
		kill -KILL "$pid"
		wait_until 10 not running "$name" || die "$name (pid $pid) cannot be ended"
	fi
	rm -f "$pids/$name.pid"
}

not()
{
	! "$@"
}

# Tries the command that follows every fifth of a second, for $1 seconds, until it is true.
wait_until()
{
	local tries=$(($1 * 5))
	shift
	while ! "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.2
	done
}

# Shows the end of log file $2 and dies with message $1.
fail_with_log()
{
	tail -n 20 "$2" 2>/dev/null | sed 's/^/    /' >&2
	die "$1 ($2)"
}
