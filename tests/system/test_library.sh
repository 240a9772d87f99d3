#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# libpkimessage as somebody else's program finds it once it is installed: by pkg-config, and by nothing else.
. "$(dirname -- "$0")/lib.sh"

prefix=$(dirname -- "$(dirname -- "$CERTCTL")")
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
LD_LIBRARY_PATH=$prefix/lib
export PKG_CONFIG_PATH LD_LIBRARY_PATH

cat >"$work/stranger.c" <<'END'
#include <pkimessage.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	unsigned char bytes[65536];
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	gnutls_datum_t message = {bytes, 0};
	struct pkimessage *request = NULL;
	int error;

	if (file == NULL)
		return 2;
	message.size = (unsigned)fread(bytes, 1, sizeof bytes, file);
	error = pkimessage_parse(&message, &request);
	if (error == PKIMESSAGE_OK)
		error = pkimessage_verify(request, 0);
	puts(error == PKIMESSAGE_OK ? "good" : pkimessage_strerror(error));
	pkimessage_free(request);
	return error != PKIMESSAGE_OK;
}
END

# Nothing of this project's own flags, and the header must stand pedantic and old compilers' settings.
compile()
{
	(cd "$work" && ${CC:-cc} "$@" -Wall -Wextra -Werror -pedantic -o stranger stranger.c \
		$(pkg-config --cflags --libs pkimessage))
}

says()
{
	local wanted=$1
	shift
	[ "$("$work/stranger" "$@")" = "$wanted" ] || { echo "did not say '$wanted'"; return 1; }
}

exports_only_its_own()
{
	! nm -D --defined-only "$prefix/lib/libpkimessage.so" | grep -v ' pkimessage_'
}

check "pkg-config knows the library" pkg-config --exists --print-errors pkimessage
check "and its version is the programs'" sh -c '"$1" version | grep -qF "$(pkg-config --modversion pkimessage)"' sh "$CERTCTL"
check "a stranger's program compiles" compile -std=c99
check "it refuses what is no message" says "malformed or truncated ASN.1" "$work/stranger.c"
check "it takes a request of certmonger" says good "$top/tests/vectors/pkimessage/request-certmonger.der"
check "the library exports pkimessage_* alone" exports_only_its_own
finish
