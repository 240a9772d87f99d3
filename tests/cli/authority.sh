#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# CAs and RAs in files: what is written, with which mode, and never over something that is there.
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

ca() { run "$@" >"$work/made" 2>&1 || { cat "$work/made"; false; }; }
key_of() { openssl pkey -in "$1" -pubout; }
pair() { [ "$(key_of "$2")" = "$(openssl x509 -in "$1" -noout -pubkey)" ]; }
extension() { openssl x509 -in "$1" -noout -ext "$2" | grep -q -e "$3"; }
certificates() { [ "$(grep -c 'BEGIN CERTIFICATE' "$1")" = "$2" ]; }
same() { cmp -s "$1" "$2"; }

echo precious >kept
ok "a key file that is there" says 1 err 'exists; it is not overwritten' \
	ca init --subject CN=x --cert new.pem --key kept --key-type ecdsa:256
ok "  keeps its content" grep -qx precious kept
ok "  and no certificate is made" absent new.pem
ok "a certificate file that is there" says 1 err 'exists; it is not overwritten' \
	ca init --subject CN=x --cert kept --key new.key --key-type ecdsa:256
ok "  and no key is left" absent new.key
ln -s nowhere link
ok "a symbolic link to nowhere" run 1 ca init --subject CN=x --cert new.pem --key link --key-type ecdsa:256
ok "  is not followed" absent nowhere
ok "one name for both" run 1 ca init --subject CN=x --cert one --key one --key-type ecdsa:256
ok "  leaves nothing" absent one
ok "a folder that is not there" says 1 err 'cannot create' ca init --subject CN=x --cert a/b --key new.key
ok "  and no key is left" absent new.key
ok "a subject that is none" run 1 ca init --subject nonsense --cert new.pem --key new.key --key-type ecdsa:256
ok "  and no key is left" absent new.key

umask 000
ok "a root" run 0 ca init --subject 'CN=Root,O=Test' --cert root.pem --key root.key --key-type ecdsa:384
ok "  key for its owner alone, whatever the umask" mode_is 600 root.key
umask 077
ok "an issuing CA below it" run 0 ca init --subject 'CN=Devices,O=Test' --cert ca.pem --key ca.key \
	--parent-cert root.pem --parent-key root.key --path-length 0 --key-type rsa:2048
ok "  certificate for everybody" mode_is 644 ca.pem
ok "  key for its owner alone" mode_is 600 ca.key
ok "  its file holds the chain" certificates ca.pem 2
ok "an RA" run 0 ra init --subject CN=RA --cert ra.pem --key ra.key --ca-cert ca.pem --ca-key ca.key
ok "  key for its owner alone" mode_is 600 ra.key
ok "  its file holds its certificate alone" certificates ra.pem 1

chmod 644 root.key
ok "a parent's key that others may read" says 1 err '0644' ca init --subject CN=x --cert new.pem --key new.key \
	--parent-cert root.pem --parent-key root.key --key-type ecdsa:256
chmod 600 root.key
ok "a parent's key of another CA" run 1 ca init --subject CN=x --cert new.pem --key new.key \
	--parent-cert root.pem --parent-key ca.key --key-type ecdsa:256
ok "a parent that is no CA" run 1 ra init --subject CN=x --cert new.pem --key new.key --ca-cert ra.pem --ca-key ra.key
ok "  and no key is left" absent new.key
ok "every key type" true
for type in rsa:2048 rsa:3072 ecdsa:256 ecdsa:384 ecdsa:521; do
	ok "  $type" run 0 ca init --subject CN=x --cert "$type.pem" --key "$type.key" --key-type "$type"
done

if command -v openssl >/dev/null; then
	ok "openssl: certificate and key belong together" pair ca.pem ca.key
	ok "openssl: the chain verifies" openssl verify -x509_strict -CAfile root.pem -untrusted ca.pem ra.pem
	ok "openssl: the CA is one, and the last" extension ca.pem basicConstraints 'CA:TRUE, pathlen:0'
	ok "openssl: the RA can sign and be encrypted to" extension ra.pem keyUsage \
		'Digital Signature, Key Encipherment'
	ok "openssl: the RA is no CA" not extension ra.pem basicConstraints 'CA:TRUE'
	ok "openssl: an EC key too" pair ecdsa:521.pem ecdsa:521.key
fi
finish
