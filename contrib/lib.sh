# SPDX-License-Identifier: BSD-2-Clause
# Shell functions that contrib/'s scripts share: messages, and Debian packages. Sourced, with $top naming the checkout.
# POSIX sh with 'local', under set -eu.

# One line of progress, and one of trouble.
say()
{
	printf '%s\n' "==> $*"
}

complain()
{
	printf '%s\n' "$(basename "$0"): $*" >&2
}

die()
{
	complain "$@"
	exit 1
}

# Runs a command as root: as it is when we are root, else through sudo.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		complain "this needs root and there is no sudo: $*"
		return 1
	fi
}

# True when the Debian package $1 is installed.
package_installed()
{
	case $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) in
	ii* | hi*) return 0 ;;
	*) return 1 ;;
	esac
}

# True when any of the names in $1 (a|b|c) is installed.
any_installed()
{
	local name
	for name in $(printf '%s' "$1" | tr '|' ' '); do
		if package_installed "$name"; then return 0; fi
	done
	return 1
}

# Prints the entries of contrib/packages in the groups named that are not installed.
missing_packages()
{
	local group entry
	for group in "$@"; do
		for entry in $(sed -n "s/^$group  *\([^ #]*\).*/\1/p" "$top/contrib/packages"); do
			any_installed "$entry" || printf '%s\n' "$entry"
		done
	done
}

# Prints the first of the names in $1 (a|b|c) that apt can install; the first of all when it knows none.
installable()
{
	local name
	for name in $(printf '%s' "$1" | tr '|' ' '); do
		if [ -n "$(apt-cache madison "$name" 2>/dev/null)" ]; then
			printf '%s\n' "$name"
			return 0
		fi
	done
	printf '%s\n' "${1%%|*}"
}

# Runs the command that follows while no other of our scripts in this checkout runs one under the lock named $1.
alone()
{
	local lock=$1
	shift
	mkdir -p "$top/var"
	(
		flock 8
		"$@" 8>&-
	) 8>"$top/var/$lock.lock"
}

# Installs the packages of the groups named that are missing; does nothing, and asks no network, when none is. Servers
# that come along are not started: a policy-rc.d says so for the duration, unless the host has one of its own.
install_packages()
{
	if ! command -v dpkg-query >/dev/null 2>&1; then
		complain "not a Debian system: contrib/packages names what must be installed here ($*)"
		return 0
	fi
	[ -z "$(missing_packages "$@")" ] || alone packages install_missing "$@"
}

install_missing()
{
	local entries
	entries=$(missing_packages "$@")
	[ -n "$entries" ] || return 0
	say "installing Debian packages:" $entries
	# Joined by &&: set -e does not reach into the left side of ||.
	(
		trap 'exit 130' HUP INT TERM
		trap remove_policy EXIT
		place_policy && apt_get update && apt_get install -y --no-install-recommends $(names_of $entries)
	) || die "apt-get could not install everything:" $entries
}

# Prints the name to install for each entry.
names_of()
{
	local entry
	for entry in "$@"; do
		installable "$entry"
	done
}

apt_get()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# invoke-rc.d asks this program whether a service may be started; 101 means no (Debian policy 9.3.3).
policy=/usr/sbin/policy-rc.d
policy_mark='placed by certctl-fcgi while it installs packages'

place_policy()
{
	[ ! -e "$policy" ] || return 0
	printf '#!/bin/sh\n# %s\nexit 101\n' "$policy_mark" | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
}

remove_policy()
{
	if grep -qs "$policy_mark" "$policy"; then as_root rm -f "$policy"; fi
}

# Makes ./configure, unless it is there and newer than everything it is made from.
make_configure()
{
	alone configure make_configure_now
}

make_configure_now()
{
	local newer=
	[ ! -f "$top/configure" ] || newer=$(cd "$top" && find configure.ac Makefile.am m4 src fcgi-apps cli sql man contrib docs \
		tests \( -name '*.inc' -o -name '*.am' -o -name '*.m4' -o -name '*.ac' \) -newer configure | head -n 1)
	[ ! -f "$top/configure" ] || [ -n "$newer" ] || return 0
	say "making ./configure"
	"$top/autogen.sh" >"$top/var/autogen.log" 2>&1 || {
		tail -n 20 "$top/var/autogen.log" >&2
		die "autogen.sh failed ($top/var/autogen.log)"
	}
}
