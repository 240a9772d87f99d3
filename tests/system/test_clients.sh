#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Real SCEP clients enrol and renew behind each web server, and what they get is right: it verifies, it is for their key,
# and it is recorded.
. "$(dirname -- "$0")/lib.sh"
. "$top/tests/system/front.sh"
. "$top/tests/system/certmonger.sh"

# $1: a certificate in PEM, $2: its private key, $3: the common name it must have.
good_certificate()
{
	openssl verify -CAfile "$CA_FILE" "$1" || return 1
	openssl x509 -in "$1" -noout -pubkey >cert.pub || return 1
	openssl pkey -in "$2" -pubout >key.pub || return 1
	cmp cert.pub key.pub || return 1
	openssl x509 -in "$1" -noout -subject -nameopt multiline | grep "commonName *= $3\$" || return 1
	recorded "$1"
}

serial_of()
{
	openssl x509 -in "$1" -noout -serial | sed 's/serial=//'
}

# Certificate and audit row are there, once each.
recorded()
{
	local serial
	serial=$(serial_of "$1")
	equal "$(sql "SELECT COUNT(*) FROM certificates WHERE HEX(serial) = '$serial'")" 1 || return 1
	equal "$(sql "SELECT COUNT(*) FROM audit_events WHERE outcome = 'success' AND resource_id = LOWER('$serial')")" 1
}

different()
{
	[ "$(serial_of "$1")" != "$(serial_of "$2")" ]
}

# --- certctl-fcgi itself, over TLS 1.3 and 1.2, by POST and by GET ---

ours()
{
	local name=$1
	shift
	"$CERTCTL" scep enroll "$SCEP_URL" --tls-ca "$CA_FILE" --trust "$CA_FILE" --challenge "$SCEP_CHALLENGE" \
		--subject "CN=$name" --dns "$name.example.com" --key-out "$name.key" --cert-out "$name.pem" "$@"
}

renew()
{
	local name=$1
	shift
	"$CERTCTL" scep renew "$SCEP_URL" --tls-ca "$CA_FILE" --trust "$CA_FILE" --cert ours-post.pem --key ours-post.key \
		--key-out "$name.key" --cert-out "$name.pem" "$@"
}

our_cases()
{
	check "certctl-fcgi enrols by POST" ours ours-post
	check "certctl-fcgi: its certificate" good_certificate ours-post.pem ours-post.key ours-post
	check "certctl-fcgi enrols by GET" ours ours-get --get
	check "certctl-fcgi by GET: its certificate" good_certificate ours-get.pem ours-get.key ours-get
	check "certctl-fcgi enrols over TLS 1.2" ours ours-tls12 --tls-max 1.2
	check "certctl-fcgi over TLS 1.2: its certificate" good_certificate ours-tls12.pem ours-tls12.key ours-tls12
	check "the SAN asked for is in the certificate" \
		sh -c 'openssl x509 -in ours-post.pem -noout -ext subjectAltName | grep -F DNS:ours-post.example.com'
	check "certctl-fcgi renews without a challenge" renew renewed
	check "certctl-fcgi: the renewed certificate" good_certificate renewed.pem renewed.key ours-post
	check "certctl-fcgi: it is another certificate" different renewed.pem ours-post.pem
	check "certctl-fcgi renews by GET" renew renewed-get --get
	check "certctl-fcgi by GET: the renewed certificate" good_certificate renewed-get.pem renewed-get.key ours-post
}

# --- micromdm scepclient: plain http, SHA-1 and DES ---

micromdm()
{
	scepclient -server-url "$SCEP_HTTP_URL" -challenge "$SCEP_CHALLENGE" -cn micromdm -private-key micromdm/key.pem \
		-certificate micromdm/cert.pem -debug
}

micromdm_cases()
{
	mkdir micromdm
	check "micromdm scepclient enrols" micromdm
	check "micromdm scepclient: its certificate" good_certificate micromdm/cert.pem micromdm/key.pem micromdm
	cp micromdm/cert.pem micromdm/first.pem 2>/dev/null || true
	check "micromdm scepclient renews" micromdm
	check "micromdm scepclient: the renewed certificate" good_certificate micromdm/cert.pem micromdm/key.pem micromdm
	check "micromdm scepclient: it is another certificate" different micromdm/cert.pem micromdm/first.pem
}

# --- strongSwan pki ---

strongswan_ca()
{
	pki --scepca --url "$SCEP_HTTP_URL" --caout ss-ca.der --raout ss-ra.der --force && ls ss-*
}

# The CA certificates: ss-ca.der, and ss-ca-1.der when there are two.
strongswan_cas()
{
	local file
	for file in ss-ca*.der; do printf -- '--cacert %s ' "$file"; done
}

strongswan()
{
	local out=$1
	shift
	pki --scep --url "$SCEP_HTTP_URL" --dn 'C=US, O=Test, CN=strongswan' --san strongswan.example.com \
		--cacert-enc ss-ra.der --cacert-sig ss-ra.der $(strongswan_cas) --outform pem "$@" >"$out"
}

strongswan_cases()
{
	check "strongSwan pki --scepca" strongswan_ca
	pki --gen --type rsa --size 2048 --outform pem >ss1.key 2>/dev/null
	pki --gen --type rsa --size 2048 --outform pem >ss2.key 2>/dev/null
	check "strongSwan pki --scep enrols" strongswan ss1.pem --in ss1.key --password "$SCEP_CHALLENGE"
	check "strongSwan: its certificate" good_certificate ss1.pem ss1.key strongswan
	check "strongSwan pki --scep renews" strongswan ss2.pem --in ss2.key --cert ss1.pem --key ss1.key
	check "strongSwan: the renewed certificate" good_certificate ss2.pem ss2.key strongswan
}

# --- certmonger: GET only. It forgets -R for the second of its requests (0.79.17), so it enrols by http here ---

certmonger_script()
{
	certmonger_begin "$SCEP_HTTP_URL"
	cat <<-END
		keep() { cp cm.pem cm-\$1.pem && cp cm.key cm-\$1.key; }
		getcert request -c demo -k $PWD/cm.key -f $PWD/cm.pem -I req1 -N CN=certmonger -D cm.example.com -L $SCEP_CHALLENGE -g 2048 -w -v
		keep first
		getcert resubmit -i req1 -w -v
		keep resubmitted
		getcert rekey -i req1 -w -v
		keep rekeyed
		getcert list -i req1
	END
}

certmonger_enrols()
{
	certmonger_script | certmonger_run
	[ -s cm-rekeyed.pem ]
}

# The transactionID under which certificate $1 was issued.
transaction_of()
{
	sql "SELECT HEX(transaction_id) FROM certificates WHERE HEX(serial) = '$(serial_of "$1")'"
}

certmonger_cases()
{
	check "certmonger's helper reads the capabilities" \
		sh -c "/usr/lib/certmonger/scep-submit -u '$SCEP_URL' -R '$CA_FILE' -c | grep -x SCEPStandard"
	check "certmonger's helper reads the certificates" \
		sh -c "/usr/lib/certmonger/scep-submit -u '$SCEP_URL' -R '$CA_FILE' -C | grep -c 'BEGIN CERTIFICATE'"
	check "certmonger enrols, renews and gets a new key, by GET" certmonger_enrols
	check "certmonger: its certificate" good_certificate cm-first.pem cm-first.key certmonger
	check "certmonger resubmit: the certificate" good_certificate cm-resubmitted.pem cm-resubmitted.key certmonger
	check "certmonger resubmit: it is another one" different cm-first.pem cm-resubmitted.pem
	check "certmonger resubmit: for the same key" cmp cm-first.key cm-resubmitted.key
	check_equal "certmonger resubmit: under the same transactionID" \
		"$(transaction_of cm-resubmitted.pem)" "$(transaction_of cm-first.pem)"
	check "certmonger rekey: the certificate" good_certificate cm-rekeyed.pem cm-rekeyed.key certmonger
	check "certmonger rekey: it is another one" different cm-resubmitted.pem cm-rekeyed.pem
	check "certmonger rekey: for another key" not cmp -s cm-first.key cm-rekeyed.key
}

clients()
{
	our_cases
	# The others come by http, which a bridge does not have.
	case $front in *-bridge) return 0 ;; esac
	micromdm_cases
	strongswan_cases
	certmonger_cases
}

behind_each_front clients
finish
