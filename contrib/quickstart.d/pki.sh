# SPDX-License-Identifier: BSD-2-Clause
# The demonstration's keys: a root, an issuing CA, an RA for SCEP, a TLS certificate, and a challenge; and what a
# manufacturer would have put into a device.

# Everything is made in pki.new, which becomes pki when it is complete: there is never half a PKI.
pki_up()
{
	[ ! -d "$VAR/pki" ] || return 0
	say "creating a root CA, an issuing CA, an RA and a TLS certificate"
	rm -rf "$VAR/pki.new"
	mkdir -p "$VAR/pki.new"
	(cd "$VAR/pki.new" && pki_make) >"$log/pki.log" 2>&1 || fail_with_log "the keys could not be made" "$log/pki.log"
	mv "$VAR/pki.new" "$VAR/pki"
}

pki_make()
{
	set -x
	"$cli" ca init --subject "CN=Quickstart Root CA,O=certctl-fcgi quickstart" --days 3650 \
		--cert root.pem --key root.key &&
		"$cli" ca init --subject "CN=Quickstart Issuing CA,O=certctl-fcgi quickstart" --days 1825 --path-length 0 \
			--key-type "$ISSUER_KEY_TYPE" --parent-cert root.pem --parent-key root.key --cert issuing.pem --key issuing.key &&
		"$cli" ra init --subject "CN=Quickstart RA,O=certctl-fcgi quickstart" --days 1095 \
			--ca-cert issuing.pem --ca-key issuing.key --cert ra.pem --key ra.key &&
		openssl x509 -in issuing.pem -out issuing-alone.pem &&
		cat issuing-alone.pem root.pem >ca.pem &&
		pki_tls &&
		openssl rand -hex 16 >challenge
}

# What the doctor shows to be answered.
probe_key_up()
{
	[ -s "$VAR/probe.key" ] || openssl rand -hex 32 >"$VAR/probe.key"
}

# The manufacturer's CA, and the certificate that a device left his works with.
bootstrap_up()
{
	[ ! -d "$VAR/bootstrap" ] || return 0
	say "creating a manufacturer's CA, and a device's bootstrap certificate"
	rm -rf "$VAR/bootstrap.new"
	mkdir -p "$VAR/bootstrap.new"
	(cd "$VAR/bootstrap.new" && bootstrap_make) >"$log/bootstrap.log" 2>&1 ||
		fail_with_log "the bootstrap certificate could not be made" "$log/bootstrap.log"
	mv "$VAR/bootstrap.new" "$VAR/bootstrap"
}

bootstrap_make()
{
	set -x
	cat >device.ext <<-END
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature
		extendedKeyUsage = clientAuth
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
	END
	"$cli" ca init --subject "CN=Quickstart Manufacturer CA,O=certctl-fcgi quickstart" --days 3650 \
		--cert ca.pem --key ca.key &&
		openssl req -new -newkey rsa:2048 -nodes -keyout device.key -out device.csr \
			-subj "/O=certctl-fcgi quickstart/CN=till-1.example.com/serialNumber=4711" &&
		openssl x509 -req -in device.csr -days 1825 -CA ca.pem -CAkey ca.key -extfile device.ext \
			-set_serial "0x$(openssl rand -hex 15)" -out device.pem
}

# What nginx shows: for this host by every name that a client on it may use.
pki_tls()
{
	local host
	host=$(uname -n)
	cat >tls.ext <<-END
		subjectAltName = DNS:localhost, DNS:$host, IP:127.0.0.1, IP:::1
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature, keyEncipherment
		extendedKeyUsage = serverAuth
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
	END
	openssl req -new -newkey rsa:2048 -nodes -keyout tls.key -subj "/O=certctl-fcgi quickstart/CN=localhost" -out tls.csr &&
		openssl x509 -req -in tls.csr -days 397 -CA issuing.pem -CAkey issuing.key -extfile tls.ext \
			-set_serial "0x$(openssl rand -hex 15)" -out tls-leaf.pem &&
		cat tls-leaf.pem issuing-alone.pem >tls.pem
}
