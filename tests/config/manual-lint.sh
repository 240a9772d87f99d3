#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mandoc has nothing to say about the manual page of this room, but for pages that are not installed yet.
echo 1..1
if ! command -v mandoc >/dev/null; then
	echo "ok 1 - manual page # SKIP no mandoc"
	exit 0
fi
said=$(mandoc -T lint "${srcdir:-.}/man/certctl.env.5" 2>/dev/null |
	grep -v -e 'referenced manual not found' -e 'outdated mandoc.db')
if [ -z "$said" ]; then
	echo "ok 1 - manual page"
else
	echo "$said" | sed 's/^/# /'
	echo "not ok 1 - manual page"
fi
