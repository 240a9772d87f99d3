#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Remakes the vectors that openssl can make, beside this script; tests/vectors/README says what each is.
#
#	make.sh BUILD/tests/keys
#
# The RSA keys there are the same in every build (tests/lib/make_keys.c); others are made here and thrown away, for what is
# made with them is only ever verified. Certificates are kept once made. Needs openssl 3 with its legacy provider.
set -eu
keys=$(cd "$1" && pwd)
cd "$(dirname "$0")"
mkdir -p pkimessage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# certificate NAME KEY SUBJECT: self-signed, for longer than this project will last.
certificate() {
	[ -f "pkimessage/$1.pem" ] || openssl req -x509 -new -key "$2" -subj "$3" -days 36500 \
		-addext 'keyUsage=critical,digitalSignature,keyEncipherment' -out "pkimessage/$1.pem"
}
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/p256.key"
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$work/p384.key"
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out "$work/p521.key"
openssl genpkey -quiet -algorithm ED25519 -out "$work/ed25519.key"
cp "$keys/rsa-client.pem" "$work/client.key"
certificate ra "$keys/rsa-ra.pem" '/C=XX/O=Vectors/CN=Test RA'
certificate ca "$keys/rsa-ca.pem" '/C=XX/O=Vectors/CN=Test CA'
certificate client "$keys/rsa-client.pem" '/CN=client.test'
openssl req -x509 -new -key "$work/p256.key" -subj /CN=ec.test -days 36500 -out "$work/ec.pem"

# --- requests ---

# request FILE KEY DIGEST MASK PASSWORD: with a challenge (none if empty) and a subjectAltName.
request() {
	{
		printf '[req]\nprompt=no\ndistinguished_name=dn\nreq_extensions=ext\nstring_mask=%s\nutf8=yes\n' "$4"
		[ -z "$5" ] || printf 'attributes=attributes\n'
		printf '[dn]\nCN=client.test\nO=Vectors\n[ext]\nsubjectAltName=DNS:client.test\n'
		printf 'keyUsage=critical,digitalSignature\n[attributes]\nchallengePassword=%s\n' "$5"
	} >"$work/req.cnf"
	openssl req -new -config "$work/req.cnf" -key "$work/$2.key" "-$3" -outform DER -out "pkimessage/$1"
}
request csr-rsa-sha256.der client sha256 utf8only s3cret
request csr-rsa-sha384.der client sha384 utf8only s3cret
request csr-rsa-sha512.der client sha512 utf8only s3cret
request csr-rsa-sha1.der client sha1 utf8only s3cret
request csr-rsa-md5.der client md5 utf8only s3cret
request csr-p256.der p256 sha256 utf8only s3cret
request csr-p384.der p384 sha384 utf8only s3cret
request csr-p521.der p521 sha512 utf8only s3cret
request csr-ed25519.der ed25519 sha256 utf8only s3cret
request csr-no-challenge.der client sha256 utf8only ''
request csr-printable.der client sha256 default s3cret
request csr-t61.der client sha256 MASK:0x4 'grün'
request csr-utf8.der client sha256 utf8only 'grün €'
request csr-bmp.der client sha256 MASK:0x800 'grün €'

# pss FILE OPTION...: signed by RSASSA-PSS, without challenge.
printf '[req]\nprompt=no\ndistinguished_name=dn\n[dn]\nCN=client.test\n' >"$work/pss.cnf"
pss() {
	out=$1
	shift
	openssl req -new -config "$work/pss.cnf" -outform DER -out "pkimessage/$out" "$@"
}
by_client="-key $work/client.key -sigopt rsa_padding_mode:pss"
pss csr-pss-sha256.der -sha256 $by_client -sigopt rsa_pss_saltlen:32
pss csr-pss-sha512.der -sha512 $by_client -sigopt rsa_pss_saltlen:20
pss csr-pss-longest.der -sha256 $by_client -sigopt rsa_pss_saltlen:-3
pss csr-pss-sha1.der -sha1 $by_client -sigopt rsa_pss_saltlen:20
pss csr-pss-mixed.der -sha256 $by_client -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha1
openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out "$work/pss.key"
pss csr-pss-key.der -sha256 -key "$work/pss.key"
openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha384 \
	-pkeyopt rsa_pss_keygen_mgf1_md:sha384 -pkeyopt rsa_pss_keygen_saltlen:40 -out "$work/pss384.key"
pss csr-pss-key-sha384.der -sha384 -key "$work/pss384.key" -sigopt rsa_pss_saltlen:48

# --- EnvelopedData around csr-rsa-sha256.der ---

encrypt() {
	out=$1
	shift
	openssl cms -encrypt -binary -in pkimessage/csr-rsa-sha256.der -outform DER -out "pkimessage/$out" \
		-provider legacy -provider default "$@"
}
encrypt envelope-aes128.der -aes-128-cbc pkimessage/ra.pem
encrypt envelope-aes192.der -aes-192-cbc pkimessage/ra.pem
encrypt envelope-aes256.der -aes-256-cbc pkimessage/ra.pem
encrypt envelope-3des.der -des3 pkimessage/ra.pem
encrypt envelope-des.der -des-cbc pkimessage/ra.pem
encrypt envelope-stream.der -stream -aes-128-cbc pkimessage/ra.pem
encrypt envelope-two.der -aes-128-cbc pkimessage/ca.pem pkimessage/ra.pem
encrypt envelope-keyid.der -keyid -aes-128-cbc pkimessage/ra.pem
oaep="-aes-128-cbc -recip pkimessage/ra.pem -keyopt rsa_padding_mode:oaep"
encrypt envelope-oaep.der $oaep
encrypt envelope-oaep-sha256.der $oaep -keyopt rsa_oaep_md:sha256
encrypt envelope-oaep-mixed.der $oaep -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha1
encrypt envelope-oaep-sha512.der $oaep -keyopt rsa_oaep_md:sha512
encrypt envelope-oaep-label.der $oaep -keyopt rsa_oaep_label:6c6162656c
encrypt envelope-password.der -aes-128-cbc -pwri_password s3cret
encrypt envelope-password-aes256.der -aes-256-cbc -pwri_password s3cret
encrypt envelope-password-3des.der -des3 -pwri_password s3cret
encrypt envelope-password-and-rsa.der -aes-128-cbc -pwri_password s3cret -recip pkimessage/ra.pem
encrypt envelope-agree.der -aes-128-cbc -recip "$work/ec.pem"
encrypt envelope-agree-and-rsa.der -aes-128-cbc -recip "$work/ec.pem" -recip pkimessage/ra.pem
encrypt envelope-gcm.der -aes-128-gcm pkimessage/ra.pem
encrypt envelope-camellia.der -camellia-128-cbc pkimessage/ra.pem
printf '' >"$work/empty"
openssl cms -encrypt -binary -in "$work/empty" -outform DER -out pkimessage/envelope-empty.der -aes-128-cbc pkimessage/ra.pem

# --- SignedData around envelope-aes128.der; openssl writes no SCEP attributes, so parsing them ends there ---

sign() {
	out=$1
	shift
	openssl cms -sign -binary -nodetach -nosmimecap -in pkimessage/envelope-aes128.der -outform DER \
		-signer pkimessage/client.pem -inkey "$work/client.key" -out "pkimessage/$out" "$@"
}
sign signed-plain.der -md sha256
sign signed-stream.der -stream -md sha256
sign signed-keyid.der -keyid -md sha256
sign signed-pss.der -md sha256 -keyopt rsa_padding_mode:pss
openssl cms -sign -binary -nodetach -nosmimecap -in pkimessage/envelope-aes128.der -outform DER \
	-signer "$work/ec.pem" -inkey "$work/p256.key" -out pkimessage/signed-ec.der
openssl crl2pkcs7 -nocrl -certfile pkimessage/ra.pem -certfile pkimessage/ca.pem -outform DER -out pkimessage/certs-only.der
