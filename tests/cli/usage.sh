#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Command lines that make no sense end with 2, questions for help with 0, and the two do not share a stream.
. "${srcdir:-.}/tests/cli/lib.sh"

silent() { [ ! -s "$work/out" ]; }
clean() { [ ! -s "$work/err" ]; }

ok "no command: usage on standard error" says 2 err '^Usage:'
ok "  and nothing on standard output" silent
ok "unknown command" says 2 err "^certctl-fcgi: unknown command 'frob'" frob
ok "unknown sub-command" says 2 err "^certctl-fcgi: unknown command 'frob'" ca frob
ok "command without its sub-command" says 2 err '^Usage: certctl-fcgi ca' ca
ok "unknown option" says 2 err '^certctl-fcgi: unrecognized option' version --frob
ok "option of another command" says 2 err '^certctl-fcgi: unrecognized option' version --subject CN=x
ok "option without its argument" says 2 err "^certctl-fcgi: option '--sql' requires" migrate --sql
ok "required option missing" says 2 err '^certctl-fcgi: --subject is required' ca init --cert a --key b
ok "operand missing" says 2 err 'argument is missing' inspect
ok "operand too many" says 2 err 'too many arguments' version now
ok "value that does not fit" says 2 err "^certctl-fcgi: --key-type: 'rsa:1' does not fit" \
	ca init --subject CN=x --cert "$work/c" --key "$work/k" --key-type rsa:1
for days in 0 36501 -1 1x 99999999999999999999; do
	ok "days $days" says 2 err '^certctl-fcgi: --days' \
		ca init --subject CN=x --cert "$work/c" --key "$work/k" --days $days
done
ok "  and no file was made" absent "$work/k"
ok "RA with an EC key, which cannot decrypt" says 2 err 'takes RSA' \
	ra init --subject CN=x --cert "$work/c" --key "$work/k" --ca-cert a --ca-key b --key-type ecdsa:256
ok "half a parent" says 2 err 'go together' ca init --subject CN=x --cert "$work/c" --key "$work/k" --parent-key a
ok "half an RA" says 2 err 'go together' inspect --ra-key a file
ok "unknown legacy algorithm" says 2 err '^certctl-fcgi: --legacy' inspect --legacy sha1,rc4 file
ok "an option and its opposite" says 2 err 'opposite' profile set x --enable --disable
ok "a duration without unit" says 2 err '^certctl-fcgi: --max-ttl' profile set x --max-ttl 90
ok "a duration beyond counting" says 2 err '^certctl-fcgi: --max-ttl' profile set x --max-ttl 99999999d
ok "approving nothing" says 2 err 'argument is missing' request approve
ok "denying with an empty reason" says 2 err '^certctl-fcgi: --note' request deny --note '' 1
ok "a look back without unit" says 2 err '^certctl-fcgi: --since' deviations --since 30
if "$program" scep --help >/dev/null 2>&1; then
	ok "neither a key nor where to put one" says 2 err 'either --key-out' \
		scep enroll http://127.0.0.1:1/ --subject CN=x --cert-out "$work/c"
	ok "nothing to ask for" says 2 err 'subjectAltName' \
		scep enroll http://127.0.0.1:1/ --key-out "$work/k" --cert-out "$work/c"
	ok "two challenges" says 2 err 'exclude each other' scep enroll http://127.0.0.1:1/ --subject CN=x \
		--key-out "$work/k" --cert-out "$work/c" --challenge a --challenge-file b
	ok "one file for key and certificate" says 2 err 'different files' scep enroll http://127.0.0.1:1/ \
		--subject CN=x --key-out "$work/k" --cert-out "$work/k" --force
	ok "unknown cipher" says 2 err '^certctl-fcgi: --cipher' scep enroll http://127.0.0.1:1/ --cipher rc4
	ok "nobody listens: failed, not usage" says 1 err '^certctl-fcgi: http://127.0.0.1:1/' \
		scep caps http://127.0.0.1:1/
	ok "a scheme that is not HTTP" says 1 err '^certctl-fcgi: file:' scep caps "file://$work/said"
	ok "nobody listens: no key is left behind" run 1 scep enroll http://127.0.0.1:1/ --subject CN=x \
		--key-out "$work/k" --cert-out "$work/c"
	ok "  nor a certificate" absent "$work/c"
	ok "  nor a key" absent "$work/k"
fi

ok "help" says 0 out '^Usage: certctl-fcgi' --help
ok "  and nothing on standard error" clean
# Every command and sub-command that help lists has help of its own.
commands() { "$program" "$@" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'; }
for command in $(commands); do
	ok "$command --help" says 0 out "^Usage: certctl-fcgi $command" "$command" --help
	for sub in $(commands "$command"); do
		ok "$command $sub --help" says 0 out "^Usage: certctl-fcgi $command $sub" "$command" "$sub" --help
	done
done
ok "version names GnuTLS" says 0 out '^GnuTLS 3' version
ok "options may stand after operands" says 0 out '^Usage' inspect file --help
ok "--config before the command" says 0 out '^Usage' --config x migrate --help

ok "settings lists them" says 0 out '^CERTCTL_DATABASE_URL' settings
ok "one setting" says 0 out '^CERTCTL_DATABASE_URL' settings CERTCTL_DATABASE_URL
ok "  and no other" not grep -q '^CERTCTL_[^D]' "$work/out"
ok "a setting that is not there" says 1 err 'no setting is called' settings CERTCTL_FROB
ok "a configuration file that is not there" says 1 err '^certctl-fcgi: .*nowhere' --config "$work/nowhere" migrate
ok "standard output that is full" sh -c "\"$program\" version >/dev/full 2>/dev/null; [ \$? = 1 ]"
finish
