# SPDX-License-Identifier: BSD-2-Clause
# The web servers in front of the programs, for what must pass behind each; sourced after lib.sh. Each is configured by the
# files of contrib/nginx, apache, haproxy or lighttpd, with ports, paths and accounts changed and nothing else. FRONTS, from
# the environment, names those to try:
#
#	nginx           before the quickstart's scep.fcgi
#	apache-proxy    Apache with mod_proxy_fcgi, before the same
#	apache-fcgid    Apache with mod_fcgid, which starts scep.fcgi itself, with the quickstart's settings
#	haproxy         HAProxy, which speaks FastCGI
#	lighttpd
#	nginx-bridge    nginx before another nginx, with TLS 1.3 between them
#	haproxy-bridge  HAProxy before it
#
# Each has a port for https, one that asks for a client certificate, and, but for the bridges, one for http.
. "$top/contrib/quickstart.d/process.sh"
. "$top/contrib/quickstart.d/web.sh"
PATH=$PATH:/usr/sbin

front_all='nginx apache-proxy apache-fcgid haproxy lighttpd nginx-bridge haproxy-bridge'
front=
front_dir=$work/front
front_socket=$(dirname -- "$DB_SOCKET")/scep.sock # named scep.sock wherever it is
front_mtls_socket=$work/run/scep-mtls.sock        # named scep-mtls.sock
front_clients_ca=$CA_FILE                         # who vouches for client certificates
front_names=                                      # of further virtual hosts, each a copy of the first
front_mistake=                                    # a sed script that makes the configuration wrong
program=$(dirname -- "$(dirname -- "$CERTCTL")")/libexec/certctl-fcgi/scep.fcgi
program_pids=
trap 'program_end; front_end; rm -rf "$work"' EXIT

# What is different at virtual host $1, to be defined anew by who needs it: from standard input to standard output.
front_edit_host()
{
	cat
}

# Runs the command that follows once behind each web server, in a folder of its own, with BASE_URL, SCEP_URL,
# SCEP_HTTP_URL and MTLS_BASE_URL set to it, and its name before those of the tests.
behind_each_front()
{
	for front in ${FRONTS:-$front_all}; do
		test_prefix="$front${front_mistake:+, $(basename -- "$front_mistake" .sed)}: "
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

# Free ports, and the quickstart's URLs with these.
front_find_ports()
{
	front_https=$(free_port $((18543 + $$ % 10000))) # elsewhere than another checkout's tests at the same time
	front_http=$(free_port $((front_https + 1)))
	front_mtls=$(free_port $((front_http + 1)))
	front_inner=$(free_port $((front_mtls + 1))) # the inner web server's, behind a bridge
	BASE_URL=https://localhost:$front_https
	SCEP_URL=$BASE_URL/${SCEP_URL#https://*/}
	SCEP_HTTP_URL=http://localhost:$front_http/${SCEP_HTTP_URL#http://*/}
	MTLS_BASE_URL=https://localhost:$front_mtls
}

front_start()
{
	front_files
	case $front in
	nginx) nginx_front ;;
	haproxy) haproxy_front certctl-fcgi.cfg certctl-fcgi-mtls.cfg ;;
	lighttpd) lighttpd_front ;;
	nginx-bridge) bridged_front && nginx_bridge ;;
	haproxy-bridge) bridged_front && haproxy_front certctl-fcgi-bridge.cfg ;;
	apache-proxy | apache-fcgid) apache_front ;;
	esac && wait_until 20 front_answers || { cat "$front_dir"/*.log; return 1; }
}

front_answers()
{
	front_pids >/dev/null && curl -sS --cacert "$CA_FILE" --max-time 20 "$BASE_URL/" >/dev/null
}

# Of each server that is part of the front, a line.
front_pids()
{
	cat "$front_dir"/*.pid 2>/dev/null
}

# What mod_fcgid starts has no arguments, unlike the quickstart's own program.
front_end()
{
	local pid
	for pid in $(front_pids); do
		# HAProxy leaves its file behind when it ends.
		kill -TERM "$pid" 2>/dev/null || continue
		wait_until 30 not kill -0 "$pid" 2>/dev/null || return 1
	done
	wait_until 10 not runs_without_arguments "$program"
}

# True where plain http is served: not behind a bridge.
front_has_http()
{
	case $front in
	*-bridge) return 1 ;;
	esac
}

# What the configurations want in /etc/certctl-fcgi: HAProxy looks for a key beside its certificate.
front_files()
{
	cp "$QUICKSTART_VAR/pki/tls.pem" "$QUICKSTART_VAR/pki/tls.key" "$front_dir"
	cp "$QUICKSTART_VAR/pki/tls.key" "$front_dir/tls.pem.key"
	cp "$front_clients_ca" "$front_dir/clients-ca.pem"
	case $front in *-bridge) bridge_keys ;; esac
}

# The files of contrib/nginx and contrib/haproxy with our ports and paths.
front_edit()
{
	sed -e "/listen \[::\]/d; s/listen 443 /listen 127.0.0.1:$front_https /; s/listen 80 /listen 127.0.0.1:$front_http /" \
		-e "s/listen 8443 /listen 127.0.0.1:$front_mtls /; s/10\.0\.0\.10:8443/127.0.0.1:$front_inner/" \
		-e "s/bind :443,:::443 v6only/bind 127.0.0.1:$front_https/; s/bind :80,:::80 v6only/bind 127.0.0.1:$front_http/" \
		-e "s/bind :8443,:::8443 v6only/bind 127.0.0.1:$front_mtls/" \
		-e "s|/etc/certctl-fcgi|$front_dir|g" \
		-e "s|/run/certctl-fcgi/scep.sock|$front_socket|; s|/run/certctl-fcgi/scep-mtls.sock|$front_mtls_socket|" \
		-e "s/^\tuser haproxy/\tuser $(id -un)/; s/^\tgroup .*/\tgroup $(id -gn)/" "$top/contrib/$1" | front_spoil
}

front_spoil()
{
	sed -f "${front_mistake:-/dev/null}"
}

runs_without_arguments()
{
	local pid
	for pid in /proc/[0-9]*; do
		[ "$(tr '\0' ' ' 2>/dev/null <"$pid/cmdline")" != "$1 " ] || return 0
	done
	return 1
}

# --- programs of the test's own, with the settings in CERTCTL_CONFIG: scep.fcgi at front_socket, scep-mtls.fcgi at
# front_mtls_socket ---

program_start()
{
	run_program "$program" "$front_socket"
}

program_mtls_start()
{
	run_program "$(dirname -- "$program")/scep-mtls.fcgi" "$front_mtls_socket"
}

run_program()
{
	mkdir -p "$(dirname -- "$2")"
	"$1" --config "$CERTCTL_CONFIG" --listen "$2" </dev/null 2>>"$work/program.log" &
	program_pids="$program_pids $!"
	wait_until 10 test -S "$2" || tail "$work/program.log"
}

program_end()
{
	local pid
	for pid in $program_pids; do
		kill -TERM "$pid" 2>/dev/null || true
	done
	for pid in $program_pids; do
		wait "$pid" || true
	done
	program_pids=
}

# --- nginx, with the quickstart's own functions ---

nginx_front()
{
	local VAR=$QUICKSTART_VAR LISTEN=127.0.0.1 PORT=$front_https HTTP_PORT=$front_http pids=$front_dir log=$front_dir run name
	run=$(dirname -- "$front_socket")
	nginx_site | front_spoil >"$front_dir/first.conf"
	for name in $front_names; do
		sed "s/ default_server//; s/server_name .*/server_name $name;/" "$front_dir/first.conf" | front_edit_host "$name"
	done | cat "$front_dir/first.conf" - >"$front_dir/nginx/site.conf"
	front_edit nginx/certctl-fcgi-mtls.conf >>"$front_dir/nginx/site.conf"
	VAR=$front_dir
	nginx_main >"$front_dir/nginx.conf"
	nginx -c "$front_dir/nginx.conf"
}

# The inner web server of a bridge, and its key.
bridged_front()
{
	local VAR=$front_dir/inner pids=$front_dir/inner log=$front_dir/inner
	mkdir -p "$VAR/nginx"
	front_edit nginx/certctl-fcgi-bridged.conf >"$VAR/nginx/site.conf"
	nginx_main | sed "s|^pid .*|pid $front_dir/inner.pid;|" >"$VAR/nginx.conf"
	nginx -c "$VAR/nginx.conf"
}

bridge_keys()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=Bridge CA' \
		-keyout "$front_dir/bridge-ca.key" -out "$front_dir/bridge-ca.pem" &&
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=certctl.internal' \
			-addext subjectAltName=DNS:certctl.internal -addext basicConstraints=critical,CA:FALSE \
			-CA "$front_dir/bridge-ca.pem" -CAkey "$front_dir/bridge-ca.key" \
			-keyout "$front_dir/bridged.key" -out "$front_dir/bridged.pem"
}

nginx_bridge()
{
	local VAR=$front_dir pids=$front_dir log=$front_dir
	front_edit nginx/certctl-fcgi-bridge.conf >"$front_dir/nginx/site.conf"
	nginx_main >"$front_dir/nginx.conf"
	nginx -c "$front_dir/nginx.conf"
}

# --- HAProxy, with the files $1... ---

haproxy_front()
{
	local file
	for file in "$@"; do
		front_edit "haproxy/$file" >"$front_dir/$file"
	done
	(cd "$front_dir" && haproxy -q -D -p "$front_dir/haproxy.pid" $(printf -- '-f %s ' "$@"))
}

# --- lighttpd ---

lighttpd_front()
{
	mkdir -p "$front_dir/uploads"
	sed -e "s|server.port = 80|server.port = $front_http\\nserver.bind = \"127.0.0.1\"|" \
		-e "s|\":443\"|\"127.0.0.1:$front_https\"|; s|\":8443\"|\"127.0.0.1:$front_mtls\"|" \
		-e "s|/etc/certctl-fcgi|$front_dir|; s|/run/lighttpd.pid|$front_dir/lighttpd.pid|" \
		-e "s|/var/log/lighttpd/error.log|$front_dir/lighttpd.log|; s|/var/cache/lighttpd|$front_dir|" \
		-e "s|/run/certctl-fcgi/scep.sock|$front_socket|; s|/run/certctl-fcgi/scep-mtls.sock|$front_mtls_socket|" \
		"$top/contrib/lighttpd/certctl-fcgi.conf" | front_spoil >"$front_dir/lighttpd.conf"
	$(front_rights) lighttpd -f "$front_dir/lighttpd.conf"
}

# --- Apache ---

apache_front()
{
	local name
	for name in common scep mtls; do
		apache_edit certctl-fcgi-apache-$name.conf >"$front_dir/certctl-fcgi-apache-$name.conf"
	done
	apache_edit certctl-fcgi-apache.conf >"$front_dir/first.conf"
	for name in $front_names; do
		sed "s/ServerName .*/ServerName $name/" "$front_dir/first.conf" | front_edit_host "$name"
	done | cat "$front_dir/first.conf" - >"$front_dir/sites.conf"
	apache_main >"$front_dir/apache.conf"
	$(front_rights) apache2 -f "$front_dir/apache.conf"
}

# Apache and lighttpd serve nothing as root: as somebody else then, who may do with the quickstart's files and sockets what
# root may.
front_rights()
{
	[ "$(id -u)" -ne 0 ] || printf '%s ' setpriv --reuid=www-data --regid=www-data --clear-groups \
		--inh-caps=+dac_override --ambient-caps=+dac_override
}

apache_edit()
{
	local fcgid=
	[ "$front" != apache-fcgid ] || fcgid='s/^#Define CERTCTL_FCGID/Define CERTCTL_FCGID/'
	sed -e "$fcgid; s|:443>|:$front_https>|; s|:80>|:$front_http>|; s|:8443>|:$front_mtls>|" \
		-e "s|^Listen 8443|Listen 127.0.0.1:$front_mtls|" \
		-e "s|/etc/certctl-fcgi/certctl.env|$CERTCTL_CONFIG|; s|/etc/certctl-fcgi|$front_dir|" \
		-e "s|/run/certctl-fcgi/scep.sock|$front_socket|; s|/run/certctl-fcgi/scep-mtls.sock|$front_mtls_socket|" \
		-e "s|/usr/local/libexec/certctl-fcgi|$(dirname -- "$program")|" "$top/contrib/apache/$1" | front_spoil
}

# What a distribution's apache2.conf says around a site; and it reads sites in the order of their names.
apache_main()
{
	local module way='proxy proxy_fcgi'
	[ "$front" != apache-fcgid ] || way=fcgid
	cat <<-END
		ServerRoot $front_dir
		ServerName localhost
		DefaultRuntimeDir $front_dir
		PidFile $front_dir/apache.pid
		ErrorLog $front_dir/apache.log
		Listen 127.0.0.1:$front_https
		Listen 127.0.0.1:$front_http
	END
	for module in mpm_event authz_core alias env setenvif remoteip headers reqtimeout ssl $way; do
		printf 'LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n' $module $module
	done
	cat <<-END
		<IfModule fcgid_module>
			FcgidIPCDir $front_dir
			FcgidProcessTableFile $front_dir/fcgid
		</IfModule>
		<Directory />
			Require all denied
		</Directory>
		Include $front_dir/certctl-fcgi-apache-mtls.conf
		Include $front_dir/sites.conf
	END
}
