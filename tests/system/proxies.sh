# SPDX-License-Identifier: BSD-2-Clause
# Devices with client certificates, profiles that want them, and what a proxy says of them, or somebody who is none. Sourced
# after front.sh.

keys=$work/keys
listed=127.0.0.1   # the address of a bridge's front
stranger=127.0.0.9 # one that is nobody's
quickstart_config=$CERTCTL_CONFIG
CERTCTL_CONFIG=$work/proxies.env

front_socket=$work/run/scep.sock
front_clients_ca=$keys/union.pem

# --- keys: two CAs of devices, a and b, one for each profile, one below a, and what is none of them ---

make_certificate()
{
	local name=$1
	shift
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$keys/$name.key" -out "$keys/$name.pem" \
		-days 2 "$@" 2>/dev/null
}

# The device $1 of CA $2, with the extended key usage $3.
make_device()
{
	make_certificate "$1" -subj "/CN=$1" -CA "$keys/$2.pem" -CAkey "$keys/$2.key" \
		-addext basicConstraints=critical,CA:FALSE -addext "extendedKeyUsage=${3-clientAuth}"
}

make_keys()
{
	mkdir "$keys"
	make_certificate ca-a -subj '/CN=Devices A'
	make_certificate ca-b -subj '/CN=Devices B'
	make_certificate look-alike -subj '/CN=Devices A'
	make_device a ca-a
	make_device b ca-b
	make_device impostor look-alike
	make_device server ca-a serverAuth
	make_certificate below-a -subj '/CN=Works of A' -CA "$keys/ca-a.pem" -CAkey "$keys/ca-a.key"
	make_device below below-a
	cat "$keys/below-a.pem" >>"$keys/below.pem"
	cp "$keys/a.key" "$keys/expired.key"
	openssl req -new -key "$keys/a.key" -subj /CN=expired |
		openssl x509 -req -CA "$keys/ca-a.pem" -CAkey "$keys/ca-a.key" -days -1 -out "$keys/expired.pem" 2>/dev/null
	cat "$keys/ca-a.pem" "$keys/ca-b.pem" >"$keys/union.pem"
}

# --- settings: the quickstart's, with two profiles of our own ---

# Prints them, and the lines $1...
settings()
{
	local name
	grep -vE '^CERTCTL_(SCEP_PROFILE|WORKERS|TRUST|PROXY)' "$quickstart_config"
	printf '%s\n' CERTCTL_SCEP_PROFILES=a,b CERTCTL_WORKERS=2
	for name in A B; do
		printf "CERTCTL_SCEP_PROFILE_${name}_%s\n" ISSUER_ID=iss-local \
			"CHALLENGE_PASSWORD_FILE=$QUICKSTART_VAR/pki/challenge" \
			"RA_CERT_PATH=$QUICKSTART_VAR/pki/ra.pem" "RA_KEY_PATH=$QUICKSTART_VAR/pki/ra.key"
	done
	[ $# -eq 0 ] || printf '%s\n' "$@"
}

# The same, with both profiles at /scep-mtls too, each for the devices of its own CA.
mtls_settings()
{
	settings CERTCTL_TRUST_PROXY_CLIENT_CERT=true \
		CERTCTL_SCEP_PROFILE_A_MTLS_ENABLED=true CERTCTL_SCEP_PROFILE_B_MTLS_ENABLED=true \
		"CERTCTL_SCEP_PROFILE_A_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH=$keys/ca-a.pem" \
		"CERTCTL_SCEP_PROFILE_B_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH=$keys/ca-b.pem" "$@"
}

# The programs, anew unless they run with the very settings that the command prints. mod_fcgid starts its own.
programs_with()
{
	(umask 077 && "$@" >"$CERTCTL_CONFIG.new")
	if [ -n "$program_pids" ] && cmp -s "$CERTCTL_CONFIG.new" "$CERTCTL_CONFIG"; then return 0; fi
	program_end
	mv "$CERTCTL_CONFIG.new" "$CERTCTL_CONFIG"
	[ "$front" != apache-fcgid ] || return 0
	program_start
	! grep -q _MTLS_ENABLED "$CERTCTL_CONFIG" || program_mtls_start
}

# --- what is sent: each prints an outcome, and the request's id, which only answers of the program have ---

send()
{
	local status id
	curl -s --path-as-is --cacert "$CA_FILE" --max-time 20 -o "$work/body" -w '%{http_code} %header{x-request-id}\n' "$@" \
		>"$work/answer" || true
	read -r status id <"$work/answer" || true
	case $status:$id in
	000:*) echo connection_ends ;;
	*:) echo "$status" ;;
	*) echo "$status $id" ;;
	esac
}

# The same for what is so large that the connection may end before the answer is read.
send_too_much()
{
	case $(send "$@") in
	*' '*) echo passed ;;
	*) echo refused_by_the_web_server ;;
	esac
}

# The same, with the address that the audit row has.
send_for_address()
{
	local status id
	send "$@" >"$work/sent"
	read -r status id <"$work/sent"
	echo "$status,_address_$(sql "SELECT client_address FROM audit_events WHERE request_id = '$id'") $id"
}

# Sends the next message that nobody has sent yet (m/0000.der ...) to URL $1, with the rest of the arguments for curl.
next_message=0
enrol()
{
	local url=$1 name status id
	shift
	name=$work/m/$(printf %04d "$next_message").der
	next_message=$((next_message + 1))
	send --data-binary "@$name" "$url?operation=PKIOperation" "$@" >"$work/sent"
	read -r status id <"$work/sent" || true
	case $($SCEP_PROBE read "$work/m" "$work/body" 2>/dev/null) in
	*' SUCCESS '*) echo "issued $id" ;;
	*' FAILURE '*) echo "failure $id" ;;
	*) echo "$status $id" ;;
	esac
}

# --- what is said of a certificate: a file for curl -K each ---

header()
{
	printf '%s\n' "$@" | sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/header = "&"/'
}

escaped_pem()
{
	openssl x509 -in "$keys/$1.pem" | sed 's/ /%20/g; s/+/%2B/g; s|/|%2F|g; s/=/%3D/g; s/$/%0A/' | tr -d '\n'
}

base64_der()
{
	openssl x509 -in "$keys/$1.pem" -outform DER | openssl base64 -A
}

# That device $2 has shown its certificate, as source $1 says it.
claim()
{
	case $1 in
	x-ssl-client-cert) header "X-SSL-Client-Cert: $(escaped_pem "$2")" "X-SSL-Client-Verify: SUCCESS" ;;
	rfc9440) header "Client-Cert: :$(base64_der "$2"):" ;;
	xfcc) header "X-Forwarded-Client-Cert: By=spiffe://example;Cert=\"$(escaped_pem "$2")\"" ;;
	aws-alb) header "X-Amzn-Mtls-Clientcert: $(escaped_pem "$2")" ;;
	traefik) header "X-Forwarded-Tls-Client-Cert: $(base64_der "$2")" ;;
	haproxy-der) header "X-SSL-Client-DER: $(base64_der "$2")" "X-SSL-Client-Verify: 0" ;;
	esac
}

# The field of source $1 that holds the certificate.
claim_field()
{
	claim "$1" a | sed -n '1s/header = "\([^:]*\):.*/\1/p'
}
