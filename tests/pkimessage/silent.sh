#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# No branch and no address in a decryption depends on what is decrypted: memcheck, told that it is undefined, reports those that
# do.
set -u

number=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# What memcheck ends with when it has something to report; the program and valgrind itself end otherwise.
reported=97

# run WORD...: runs the program with them under memcheck, and ends as it does.
run()
{
	./libtool --mode=execute valgrind -q --error-exitcode=$reported tests/pkimessage/silent "$@" >"$said" 2>&1
}

# tell STATUS SENTENCE: ok when the last run ended with STATUS.
tell()
{
	number=$((number + 1))
	if [ "$status" -eq "$1" ]; then
		echo "ok $number - $2"
	else
		sed 's/^/# /' "$said"
		echo "not ok $number - $2: exit status $status"
	fi
}

# Valgrind 3.19, for one, cannot read what clang 14 writes for debuggers.
if ! run nothing; then
	echo "1..0 # SKIP valgrind is not there, or cannot run this"
	exit 0
fi
echo 1..5
run planted
status=$?
tell $reported "a branch on a decrypted byte is found"
for padding in pkcs1 oaep; do
	for what in good bad; do
		run $padding $what
		status=$?
		tell 0 "$padding, $what: nothing depends on what is decrypted"
	done
done
