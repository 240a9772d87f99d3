#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A host that customers share: one web server and one database for two customers, each with a virtual host, a system user,
# a scep.fcgi, a CA and profiles. Neither can read the other's keys, nor speak FastCGI to the other's program.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"

if [ "$(id -u)" -ne 0 ]; then
	echo "ok 1 - # SKIP only root can be two users"
	echo 1..1
	exit 0
fi

# Two users that nobody has, and the web server's. They share its group, as on a host where the sockets are the group's.
user_one=64101
user_two=64102
web_user=$(id -u www-data)
web_group=$(id -g www-data)
caps='operation=GetCACaps'

user_of()
{
	eval "printf '%s' \"\$user_$1\""
}

# What to put before a command to run it as customer $1, with nothing that root may do besides.
rights()
{
	echo setpriv --reuid="$(user_of "$1")" --regid="$web_group" --clear-groups --bounding-set=-all
}

as()
{
	local rights
	rights=$(rights "$1")
	shift
	$rights "$@"
}

# --- what each has: a folder of its own, with keys that it makes itself ---

# The quickstart's folders are root's alone: what is to be shared has a way in here.
share()
{
	chmod 711 "$work"
	mkdir "$work/prefix"
	cp -R "$(dirname -- "$(dirname -- "$program")")" "$work/prefix/libexec"
	cp -R "$(dirname -- "$(dirname -- "$CERTCTL")")/lib" "$work/prefix/lib"
	cp "$CERTCTL" "$work/prefix/certctl-fcgi"
	chmod -R a+rX "$work/prefix"
	LD_LIBRARY_PATH=$work/prefix/lib
	export LD_LIBRARY_PATH
	program=$work/prefix/libexec/certctl-fcgi/scep.fcgi
	ln "$DB_SOCKET" "$work/db.sock" 2>/dev/null || { : >"$work/db.sock" && mount --bind "$DB_SOCKET" "$work/db.sock"; }
	trap 'program_end; front_end; umount "$work/db.sock" 2>/dev/null || true; rm -rf "$work"' EXIT
}

# Customer $1 with the profiles $2...
customer()
{
	local name=$1
	shift
	install -d -m 0700 -o "$(user_of "$name")" -g "$web_group" "$work/$name"
	install -d -m 0711 -o "$(user_of "$name")" -g "$web_group" "$work/$name.run"
	as "$name" sh -c 'umask 077 && cd "$0" && "$1" ca init --subject "CN=$2 CA" --cert ca.crt --key ca.key &&
		"$1" ra init --subject "CN=$2 RA" --cert ra.crt --key ra.key --ca-cert ca.crt --ca-key ca.key &&
		openssl rand -hex 16 >challenge' "$work/$name" "$work/prefix/certctl-fcgi" "$name" >"$work/$name.log" 2>&1 &&
		customer_settings "$name" "$@" | as "$name" sh -c 'umask 077 && cat >"$0"' "$work/$name/certctl.env"
}

customer_settings()
{
	local name=$1 upper profile prefix
	shift
	upper=$(printf '%s' "$name" | tr a-z A-Z)
	cat <<-END
		CERTCTL_DATABASE_URL='mariadb:///certctl?socket=$work/db.sock&user=certctl'
		CERTCTL_ISSUERS=$name
		CERTCTL_ISSUER_${upper}_CERT_PATH=$work/$name/ca.crt
		CERTCTL_ISSUER_${upper}_KEY_PATH=$work/$name/ca.key
		CERTCTL_SCEP_ENABLED=true
		CERTCTL_SCEP_PROFILES=$(echo "$@" | tr ' ' ,)
		CERTCTL_WORKERS=1
		CERTCTL_TRUSTED_PROXY_CIDRS=unix
		CERTCTL_TRUST_PROXY_CLIENT_CERT=false
		CERTCTL_TRUSTED_PROXY_USERS=www-data
	END
	for profile in "$@"; do
		prefix=CERTCTL_SCEP_PROFILE_$(printf '%s' "$profile" | tr a-z- A-Z_)
		cat <<-END
			${prefix}_ISSUER_ID=$name
			${prefix}_CHALLENGE_PASSWORD_FILE=$work/$name/challenge
			${prefix}_RA_CERT_PATH=$work/$name/ra.crt
			${prefix}_RA_KEY_PATH=$work/$name/ra.key
		END
	done
}

customer_start()
{
	$(rights "$1") "$program" --config "$work/$1/certctl.env" --listen "$work/$1.run/scep.sock" </dev/null 2>"$work/$1.log" &
	program_pids="$program_pids $!"
	wait_until 10 test -S "$work/$1.run/scep.sock" || { cat "$work/$1.log"; return 1; }
}

# --- the web server: contrib's configuration once for each customer, with the customer's name and socket ---

shared_site()
{
	front_edit nginx/certctl-fcgi.conf | sed "s|server_name .*|server_name $1.example.com;|; s|$front_socket|$work/$1.run/scep.sock|; ${2-}"
}

shared_web()
{
	local VAR=$front_dir pids=$front_dir log=$front_dir
	mkdir -p "$front_dir/nginx"
	front_files
	(shared_site one && shared_site two 's/ default_server//') >"$front_dir/nginx/site.conf"
	nginx_main | sed "s/^user .*/user www-data;/" >"$front_dir/nginx.conf"
	chmod 711 "$front_dir" "$front_dir/nginx"
	nginx -c "$front_dir/nginx.conf" && wait_until 20 front_answers
}

# At customer $1's host, with path $2.
at()
{
	local name=$1 path=$2
	shift 2
	curl -sS --cacert "$CA_FILE" --max-time 20 -H "Host: $name.example.com" "$BASE_URL$path" "$@"
}

# --- the tests ---

# Whatever is the other's, by reading it and by the programs.
cannot_read()
{
	local file
	for file in ca.key ra.key challenge certctl.env; do
		! as "$1" cat "$work/$2/$file" || return 1
	done
	! as "$1" "$work/prefix/certctl-fcgi" --config "$work/$2/certctl.env" check
}

reads_own()
{
	as "$1" cat "$work/$1/ca.key" >own && grep -q 'PRIVATE KEY' own &&
		as "$1" "$work/prefix/certctl-fcgi" --config "$work/$1/certctl.env" check
}

runs_as()
{
	local pid
	for pid in $program_pids; do stat -c %u "/proc/$pid"; done | tr '\n' ' '
}

# Certificate for device $3 of customer $1's profile $2, with RA and challenge of customer $4.
message()
{
	at "$4" "/scep/$5?operation=GetCACert" | openssl pkcs7 -inform DER -print_certs -out "$4.ra" &&
		rm -rf "m.$3" && mkdir "m.$3" &&
		$SCEP_PROBE make --ra "$4.ra" --challenge "$(cat "$work/$4/challenge")" --cn "$3-$$" "m.$3" &&
		at "$1" "/scep/$2?operation=PKIOperation" --data-binary "@m.$3/0000.der" -o "m.$3/reply" &&
		$SCEP_PROBE read "m.$3" "m.$3/reply" >"m.$3/result"
}

enrolled()
{
	message "$1" "$2" "$3" "$1" "$2" && grep -q ' SUCCESS ' "m.$3/result" || { cat "m.$3/result"; return 1; }
	equal "$(sql "SELECT profile, issuer_id FROM certificates WHERE subject = 'CN=$3-$$-0000'")" "scep/$2	$1"
}

foreign_refused()
{
	message one printers stray two phones && grep -q ' FAILURE ' m.stray/result || { cat m.stray/result; return 1; }
}

# A web server of customer two's own, at its port, before customer one's program.
intruder()
{
	local VAR=$work/two.web pids=$work/two.web log=$work/two.web port status
	port=$(free_port $((front_mtls + 1)))
	install -d -m 0700 -o "$user_two" -g "$web_group" "$VAR" "$VAR/nginx"
	cp "$front_dir/tls.pem" "$front_dir/tls.key" "$VAR"
	front_http=$(free_port $((port + 1)))
	front_https=$port shared_site one "s|$front_dir|$VAR|g" >"$VAR/nginx/site.conf"
	nginx_main | sed /^user/d >"$VAR/nginx.conf"
	chown -R "$user_two:$web_group" "$VAR"
	as two nginx -c "$VAR/nginx.conf" || return 1
	status=$(curl -sk --max-time 20 -o /dev/null -w '%{http_code}' "https://localhost:$port/scep/printers?$caps")
	kill -TERM "$(cat "$VAR/nginx.pid")"
	equal "$status" 503 && grep 'not listed\|peer' "$work/one.log"
}

share
cd "$work"
check "customer one makes its keys" customer one printers laptops
check "customer two makes its keys" customer two phones
check "one reads its own" reads_own one
check "two reads its own" reads_own two
check "one reads nothing of two's" cannot_read one two
check "two reads nothing of one's" cannot_read two one
customer_start one
customer_start two
check_equal "each program is its customer's" "$(runs_as)" "$user_one $user_two "
front=nginx
front_find_ports
check "the web server, which is neither" shared_web
check "a device of one's printers" enrolled one printers printer
check "one of one's laptops" enrolled one laptops laptop
check "one of two's phones" enrolled two phones phone
check_equal "two's profile is not at one's host" "$(at one "/scep/phones?$caps" -o /dev/null -w '%{http_code}')" 404
check_equal "one's profile is not at two's" "$(at two "/scep/printers?$caps" -o /dev/null -w '%{http_code}')" 404
check "a device of two's at one's host is refused" foreign_refused
check "a program of two's at one's FastCGI socket is not answered" intruder
check_equal "and the web server still is" "$(at one "/scep/printers?$caps" | head -n 1)" POSTPKIOperation
check "ends" front_end
finish
