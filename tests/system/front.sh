# SPDX-License-Identifier: BSD-2-Clause
# The web servers in front of scep.fcgi, for what must pass behind each; sourced after lib.sh. Each is configured by the
# files of contrib/nginx or contrib/apache, with ports and paths changed and nothing else. FRONTS, from the environment,
# names those to try:
#
#	nginx         before the quickstart's scep.fcgi
#	apache-proxy  Apache with mod_proxy_fcgi, before the same
#	apache-fcgid  Apache with mod_fcgid, which starts scep.fcgi itself, with the quickstart's settings
#
. "$top/contrib/quickstart.d/process.sh"
. "$top/contrib/quickstart.d/web.sh"
PATH=$PATH:/usr/sbin

front=
front_dir=$work/front
front_socket=$(dirname -- "$DB_SOCKET")/scep.sock # named scep.sock wherever it is
front_names=                                      # of further virtual hosts, each a copy of the first
program=$(dirname -- "$(dirname -- "$CERTCTL")")/libexec/certctl-fcgi/scep.fcgi
program_pid=
trap 'program_end; front_end; rm -rf "$work"' EXIT

# What is different at virtual host $1, to be defined anew by who needs it: from standard input to standard output.
front_edit_host()
{
	cat
}

# Runs the command that follows once behind each web server, in a folder of its own, with BASE_URL, SCEP_URL and
# SCEP_HTTP_URL set to it, and its name before those of the tests.
behind_each_front()
{
	for front in ${FRONTS:-nginx apache-proxy apache-fcgid}; do
		test_prefix="$front: "
		rm -rf "$front_dir"
		mkdir -p "$work/$front" "$front_dir/nginx"
		cd "$work/$front"
		front_find_ports
		check "starts" front_start
		"$@"
		check "ends, and the programs it started" front_end
	done
	test_prefix=
}

# Two free ports, and the quickstart's URLs with these.
front_find_ports()
{
	front_https=$(free_port 18543)
	front_http=$(free_port $((front_https + 1)))
	BASE_URL=https://localhost:$front_https
	SCEP_URL=$BASE_URL/${SCEP_URL#https://*/}
	SCEP_HTTP_URL=http://localhost:$front_http/${SCEP_HTTP_URL#http://*/}
}

front_start()
{
	case $front in
	nginx) nginx_front ;;
	apache-proxy) apache_front ;;
	apache-fcgid) apache_front -D CERTCTL_FCGID ;;
	esac && wait_until 20 front_answers || { cat "$front_dir"/*.log; return 1; }
}

front_answers()
{
	front_pid >/dev/null && curl -sS --cacert "$CA_FILE" --max-time 20 "$BASE_URL/" >/dev/null
}

front_pid()
{
	cat "$front_dir"/*.pid 2>/dev/null
}

# What mod_fcgid starts has no arguments, unlike the quickstart's own program.
front_end()
{
	local pid
	pid=$(front_pid) || return 0
	kill -TERM "$pid" 2>/dev/null && wait_until 30 not kill -0 "$pid" 2>/dev/null &&
		wait_until 10 not runs_without_arguments "$program"
}

runs_without_arguments()
{
	local pid
	for pid in /proc/[0-9]*; do
		[ "$(tr '\0' ' ' 2>/dev/null <"$pid/cmdline")" != "$1 " ] || return 0
	done
	return 1
}

# --- a program of the test's own, with the settings in CERTCTL_CONFIG, at front_socket ---

program_start()
{
	mkdir -p "$(dirname -- "$front_socket")"
	"$program" --config "$CERTCTL_CONFIG" --listen "$front_socket" </dev/null 2>>"$work/program.log" &
	program_pid=$!
	wait_until 10 test -S "$front_socket" || cat "$work/program.log"
}

program_end()
{
	[ -n "$program_pid" ] || return 0
	kill -TERM "$program_pid" 2>/dev/null || true
	wait "$program_pid" || true
	program_pid=
}

# --- nginx, with the quickstart's own functions ---

nginx_front()
{
	local VAR=$QUICKSTART_VAR LISTEN=127.0.0.1 PORT=$front_https HTTP_PORT=$front_http pids=$front_dir log=$front_dir run name
	run=$(dirname -- "$front_socket")
	nginx_site >"$front_dir/first.conf"
	for name in $front_names; do
		sed "s/ default_server//; s/server_name .*/server_name $name;/" "$front_dir/first.conf" | front_edit_host "$name"
	done | cat "$front_dir/first.conf" - >"$front_dir/nginx/site.conf"
	VAR=$front_dir
	nginx_main >"$front_dir/nginx.conf"
	nginx -c "$front_dir/nginx.conf"
}

# --- Apache ---

apache_front()
{
	local name
	apache_edit certctl-fcgi-apache-scep.conf >"$front_dir/certctl-fcgi-apache-scep.conf"
	apache_edit certctl-fcgi-apache.conf >"$front_dir/first.conf"
	for name in $front_names; do
		sed "s/ServerName .*/ServerName $name/" "$front_dir/first.conf" | front_edit_host "$name"
	done | cat "$front_dir/first.conf" - >"$front_dir/sites.conf"
	apache_main >"$front_dir/apache.conf"
	$(apache_rights) apache2 -f "$front_dir/apache.conf" "$@"
}

# Apache serves nothing as root: as somebody else then, who may do with the quickstart's files and sockets what root may.
apache_rights()
{
	[ "$(id -u)" -ne 0 ] || printf '%s ' setpriv --reuid=www-data --regid=www-data --clear-groups \
		--inh-caps=+dac_override --ambient-caps=+dac_override
}

apache_edit()
{
	sed -e "s|:443>|:$front_https>|; s|:80>|:$front_http>|" \
		-e "s|/etc/certctl-fcgi/tls|$QUICKSTART_VAR/pki/tls|" \
		-e "s|/etc/certctl-fcgi/certctl-fcgi-apache|$front_dir/certctl-fcgi-apache|" \
		-e "s|/etc/certctl-fcgi/certctl.env|$CERTCTL_CONFIG|" \
		-e "s|/run/certctl-fcgi/scep.sock|$front_socket|" \
		-e "s|/usr/local/libexec/certctl-fcgi/scep.fcgi|$program|" "$top/contrib/apache/$1"
}

# What a distribution's apache2.conf says around a site.
apache_main()
{
	local module
	cat <<-END
		ServerRoot $front_dir
		ServerName localhost
		DefaultRuntimeDir $front_dir
		PidFile $front_dir/apache.pid
		ErrorLog $front_dir/apache.log
		Listen 127.0.0.1:$front_https
		Listen 127.0.0.1:$front_http
	END
	for module in mpm_event authz_core alias env headers reqtimeout ssl proxy proxy_fcgi fcgid; do
		printf 'LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n' $module $module
	done
	cat <<-END
		FcgidIPCDir $front_dir
		FcgidProcessTableFile $front_dir/fcgid
		<Directory />
			Require all denied
		</Directory>
		Include $front_dir/sites.conf
	END
}
