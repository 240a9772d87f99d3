# SPDX-License-Identifier: BSD-2-Clause
# The build: outside the source folders, installed into $prefix; a second time only what changed is made again.

build_and_install()
{
	[ ! -e "$top/config.status" ] ||
		die "the source folder itself is configured; run 'make distclean' there first (or set INSTALL)"
	make_configure
	mkdir -p "$VAR/build"
	[ -x "$VAR/build/config.status" ] || logged "configuring" configure_build
	logged "building" make -C "$VAR/build" -j "$(nproc)"
	logged "installing into $prefix" make -C "$VAR/build" install
}

configure_build()
{
	(cd "$VAR/build" && "$top/configure" --prefix="$prefix" --enable-tests=no --enable-client=yes)
}

# Says $1 and runs the command that follows, its output in the build log.
logged()
{
	say "$1"
	shift
	"$@" </dev/null >"$log/build.log" 2>&1 9>&- || fail_with_log "that failed" "$log/build.log"
}
