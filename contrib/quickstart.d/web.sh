# SPDX-License-Identifier: BSD-2-Clause
# scep.fcgi under spawn-fcgi, and nginx in front of it with the configuration for production.

# Dies when a port is taken by somebody else, before anything is started.
check_ports()
{
	local port
	for port in "$PORT" "$HTTP_PORT"; do
		nginx_has_port "$port" || ! port_taken "$port" ||
			die "port $port is in use by another program; choose others: PORT=9443 HTTP_PORT=9080 contrib/quickstart"
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

# (Re)starts the program when it does not run, or runs with other code or settings than there are now.
scep_up()
{
	local stamp
	stamp=$(cat "$scep" "$prefix"/lib/libpkimessage.so.* "$config" | cksum)
	if running scep && [ "$stamp" = "$(cat "$VAR/scep.stamp" 2>/dev/null)" ]; then
		# A worker that missed the database tries again after a second (LIMIT_DB_BACKOFF_MS).
		[ -z "${database_started-}" ] || sleep 1
		return 0
	fi
	"$cli" --config "$config" check >"$log/check.log" 2>&1 ||
		fail_with_log "the configuration does not pass 'certctl-fcgi check'" "$log/check.log"
	end_process scep
	say "starting scep.fcgi"
	rm -f "$run/scep.sock"
	start_process scep spawn-fcgi -n -s "$run/scep.sock" -M 0660 -- "$scep" --config "$config"
	wait_until 10 scep_listens || fail_with_log "scep.fcgi does not start" "$log/scep.log"
	printf '%s\n' "$stamp" >"$VAR/scep.stamp"
}

scep_listens()
{
	[ -S "$run/scep.sock" ] && running scep
}

nginx_up()
{
	local before after
	PATH=$PATH:/usr/sbin
	mkdir -p "$VAR/nginx"
	before=$(nginx_sum)
	nginx_site | keep_or_replace "$VAR/nginx/site.conf"
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
	local v4=${LISTEN:+$LISTEN:} v6=
	# One address alone, or a kernel without IPv6: no IPv6 sockets.
	if [ -n "$LISTEN" ] || [ ! -e /proc/net/if_inet6 ]; then v6='/listen \[::\]/d'; fi
	sed -e "$v6" \
		-e "s|listen 443 |listen $v4$PORT |; s|listen \[::\]:443 |listen [::]:$PORT |" \
		-e "s|listen 80 |listen $v4$HTTP_PORT |; s|listen \[::\]:80 |listen [::]:$HTTP_PORT |" \
		-e "s|/etc/certctl-fcgi/tls|$VAR/pki/tls|" \
		-e "s|unix:/run/certctl-fcgi/|unix:$run/|" \
		"$top/contrib/nginx/certctl-fcgi.conf"
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
