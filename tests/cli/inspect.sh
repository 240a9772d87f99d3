#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# 'inspect' names what a file is, shows it, and says why it would be refused. Vectors: tests/vectors/README.
. "${srcdir:-.}/tests/cli/lib.sh"
vectors=$source/tests/vectors/pkimessage
ra_key=$PWD/tests/keys/rsa-ra.pem

refused() { says 1 out "^REFUSED .*$1" inspect "$2"; }
accepted() { says 0 out "^what .*$1" inspect "$2"; }

ok "a file that is not there" says 1 err 'cannot read' inspect "$work/nowhere"
: >"$work/empty"
ok "an empty file" refused 'neither DER' "$work/empty"
echo 'hello, world' >"$work/text"
ok "text that is no encoding" refused 'neither DER' "$work/text"
head -c 700 "$vectors/envelope-aes128.der" >"$work/cut"
ok "an encoding cut short" refused 'X.690' "$work/cut"
printf '\060\003\002\001\001' >"$work/other"
ok "an encoding of something else" refused 'neither a message' "$work/other"

ok "a CMS message without SCEP attributes" refused 'RFC 8894 section 3.2.1' "$vectors/signed-stream.der"
ok "  is BER" says 1 out '^encoding .*BER' inspect "$vectors/signed-stream.der"
ok "an envelope without signature" refused 'RFC 8894 section 3' "$vectors/envelope-aes128.der"
ok "an envelope with a cipher that SCEP has not" says 1 out '^cipher .*unknown' inspect "$vectors/envelope-camellia.der"
ok "a request signed with MD5" refused 'RFC 8894 section 2.4' "$vectors/csr-rsa-md5.der"
ok "  unless it is allowed" says 0 out '^verdict' inspect --legacy md5 "$vectors/csr-rsa-md5.der"
ok "a request signed with SHA-1, allowed by default" accepted 'PKCS#10' "$vectors/csr-rsa-sha1.der"
ok "  unless it is not" says 1 out '^REFUSED' inspect --legacy none "$vectors/csr-rsa-sha1.der"

ok "a request" accepted 'PKCS#10' "$vectors/csr-utf8.der"
ok "  its names" says 0 out '^name .*DNS:client.test' inspect "$vectors/csr-utf8.der"
ok "  its challenge's length" says 0 out '^challengePassword .*present, 9 bytes' inspect "$vectors/csr-utf8.der"
ok "  and no challenge where there is none" says 0 out '^challengePassword .*absent' \
	inspect "$vectors/csr-no-challenge.der"
ok "certificates only" accepted 'certificates only' "$vectors/certs-only.der"
ok "a certificate in PEM" accepted 'certificate' "$vectors/ra.pem"
ok "  its fingerprints" says 0 out '^SHA-256  *[0-9a-f]\{64\}$' inspect "$vectors/ra.pem"
base64 "$vectors/csr-utf8.der" >"$work/base64"
ok "base64 in lines" accepted 'PKCS#10' "$work/base64"
ok "standard input" sh -c "\"$program\" inspect - <\"$vectors/csr-utf8.der\" | grep -q 'PKCS#10'"
ok "an envelope that is opened" says 1 out '^cipher .*AES-128-CBC' \
	inspect --ra-cert "$vectors/ra.pem" --ra-key "$ra_key" "$vectors/envelope-aes128.der"
ok "  by the wrong key's certificate: not a recipient" says 1 out '^REFUSED .*somebody else' \
	inspect --ra-cert "$vectors/client.pem" --ra-key "$ra_key" "$vectors/envelope-two.der"
ok "an RA key that others may read" sh -c "cp '$ra_key' '$work/ra.key' && chmod 644 '$work/ra.key' &&
	! '$program' inspect --ra-cert '$vectors/ra.pem' --ra-key '$work/ra.key' '$vectors/envelope-aes128.der'"
finish
