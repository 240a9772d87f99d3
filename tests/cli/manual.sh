#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manual page has every command and every option that the program has.
. "${srcdir:-.}/tests/cli/lib.sh"
page=$source/man/certctl-fcgi.1

commands() { "$program" "$@" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'; }
options() { "$program" "$@" --help | sed -n 's/^  --\([a-z-]*\) .*/\1/p'; }
has_options() {
	for option in $(options "$@"); do
		grep -q -e "Fl Fl $option\\>" "$page" || { echo "--$option is missing"; return 1; }
	done
}

ok "there are commands" test -n "$(commands)"
for command in $(commands); do
	subs=$(commands "$command")
	[ -n "$subs" ] || ok "$command" grep -q -e "^\\.\\(It Nm \\)*\\(Nm \\)*Cm $command\\>" "$page"
	ok "options of $command" has_options "$command"
	for sub in $subs; do
		ok "$command $sub" grep -q -e "^\\.\\(It Nm \\)*\\(Nm \\)*Cm $command $sub\\>" "$page"
		ok "options of $command $sub" has_options "$command" "$sub"
	done
done
for status in 0 1 2 3; do
	ok "exit status $status" grep -q "^\\.It $status\$" "$page"
done
if command -v mandoc >/dev/null; then
	ok "mandoc has no complaint" mandoc -T lint -W warning "$page"
fi
finish
