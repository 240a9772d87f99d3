# SPDX-License-Identifier: BSD-2-Clause
# scep.fcgi and scep-mtls.fcgi under spawn-fcgi, and nginx in front of them with the configuration for production.

# Dies when a port is taken by somebody else, before anything is started.
check_ports()
{
	local port
	for port in "$PORT" "$HTTP_PORT" "$MTLS_PORT"; do
		nginx_has_port "$port" || ! port_taken "$port" ||
			die "port $port is in use by another program; choose others: PORT=9443 HTTP_PORT=9080 MTLS_PORT=9444 contrib/quickstart"
	done
}

nginx_has_port()
{
	running nginx && grep -qsE "listen ([^;]*:)?$1 " "$VAR/nginx/site.conf"
}

# True when a socket listens on TCP port $1 (state 0A), by the kernel's table.
port_taken()
{
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { taken = 1 }
			END { exit !taken }'
}

# Prints the first port from $1 on that nobody listens on, for another checkout's tests may run on this host.
free_port()
{
	local port=$1
	while port_taken "$port"; do port=$((port + 1)); done
	printf '%s\n' "$port"
}

# (Re)starts program $1 (scep, scep-mtls) when it does not run, or runs with other code or settings than there are now.
program_up()
{
	local stamp program=$programs/$1.fcgi
	stamp=$(cat "$program" "$prefix"/lib/libpkimessage.so.* "$config" | cksum)
	if running "$1" && [ "$stamp" = "$(cat "$VAR/$1.stamp" 2>/dev/null)" ]; then
		# A worker that missed the database tries again after a second (LIMIT_DB_BACKOFF_MS).
		[ -z "${database_started-}" ] || sleep 1
		return 0
	fi
	"$cli" --config "$config" check >"$log/check.log" 2>&1 ||
		fail_with_log "the configuration does not pass 'certctl-fcgi check'" "$log/check.log"
	end_process "$1"
	say "starting $1.fcgi"
	rm -f "$run/$1.sock"
	start_process "$1" spawn-fcgi -n -s "$run/$1.sock" -M 0660 -- "$program" --config "$config"
	wait_until 10 program_listens "$1" || fail_with_log "$1.fcgi does not start" "$log/$1.log"
	printf '%s\n' "$stamp" >"$VAR/$1.stamp"
}

program_listens()
{
	[ -S "$run/$1.sock" ] && running "$1"
}

nginx_up()
{
	local before after
	PATH=$PATH:/usr/sbin
	mkdir -p "$VAR/nginx"
	before=$(nginx_sum)
	{ nginx_site; nginx_edit certctl-fcgi-mtls.conf; } | keep_or_replace "$VAR/nginx/site.conf"
	nginx_main | keep_or_replace "$VAR/nginx/nginx.conf"
	after=$(nginx_sum)
	[ "$before" = "$after" ] || end_process nginx
	if ! running nginx; then
		say "starting nginx"
		nginx -c "$VAR/nginx/nginx.conf" </dev/null >>"$log/nginx.log" 2>&1 9>&- ||
			fail_with_log "nginx does not start" "$log/nginx.log"
	fi
	wait_until 20 web_answers || fail_with_log "no answer through nginx; see also $log/scep.log" "$log/nginx.log"
}

nginx_sum()
{
	cat "$VAR/nginx/site.conf" "$VAR/nginx/nginx.conf" 2>/dev/null | cksum
}

web_answers()
{
	running nginx && "$cli" scep caps "https://localhost:$PORT/scep/corp" --tls-ca "$VAR/pki/ca.pem" >/dev/null 2>&1
}

# The configuration for production with this checkout's ports and paths, and nothing else changed.
nginx_site()
{
	nginx_edit certctl-fcgi.conf
}

nginx_edit()
{
	local v4=${LISTEN:+$LISTEN:} v6=
	# One address alone, or a kernel without IPv6: no IPv6 sockets.
	if [ -n "$LISTEN" ] || [ ! -e /proc/net/if_inet6 ]; then v6='/listen \[::\]/d'; fi
	# A port that was put in may be one of those that are looked for: 't' leaves such a line as it is.
	sed -e "$v6" \
		-e "s|listen 443 |listen $v4$PORT |; s|listen \[::\]:443 |listen [::]:$PORT |" -e t \
		-e "s|listen 80 |listen $v4$HTTP_PORT |; s|listen \[::\]:80 |listen [::]:$HTTP_PORT |" -e t \
		-e "s|listen 8443 |listen $v4${MTLS_PORT-} |; s|listen \[::\]:8443 |listen [::]:${MTLS_PORT-} |" -e t \
		-e "s|/etc/certctl-fcgi/tls|$VAR/pki/tls|" \
		-e "s|/etc/certctl-fcgi/clients-ca.pem|$VAR/bootstrap/ca.pem|" \
		-e "s|unix:/run/certctl-fcgi/|unix:$run/|" "$top/contrib/nginx/$1"
}

# What a distribution's nginx.conf says around a site.
nginx_main()
{
	local user=
	[ "$(id -u)" -ne 0 ] || user="user $(id -un) $(id -gn);"
	cat <<-END
		$user
		worker_processes 2;
		pid $pids/nginx.pid;
		error_log $log/nginx.log;
		events { worker_connections 512; }
		http {
			access_log $log/access.log;
			client_body_temp_path $VAR/nginx/body;
			fastcgi_temp_path $VAR/nginx/fastcgi;
			proxy_temp_path $VAR/nginx/proxy;
			scgi_temp_path $VAR/nginx/scgi;
			uwsgi_temp_path $VAR/nginx/uwsgi;
			include $VAR/nginx/site.conf;
		}
	END
}
