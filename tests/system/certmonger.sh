# SPDX-License-Identifier: BSD-2-Clause
# certmonger without a bus: a daemon of the test's own, in the current folder, that ends with its script; sourced after
# lib.sh. It clears the script's environment, so all values are written out in it.

# What each script begins with: the CA 'demo' at URL $1, and its certificates fetched.
certmonger_begin()
{
	cat <<-END
		#!/bin/sh
		cd $PWD
		until_true() { tries=300; until "\$@" >/dev/null 2>&1 || [ \$tries -eq 0 ]; do tries=\$((tries - 1)); sleep 0.2; done; }
		has_certificates() { getcert list-cas -c demo | grep 'SCEP CA certificate thumbprint'; }
		getcert add-scep-ca -c demo -u $1
		until_true has_certificates
	END
}

# Runs the script on standard input.
certmonger_run()
{
	local state=$PWD/certmonger dir
	for dir in requests cas local tmp; do mkdir -p "$state/$dir"; done
	cat >script
	chmod +x script
	env CERTMONGER_REQUESTS_DIR="$state/requests" CERTMONGER_CAS_DIR="$state/cas" CERTMONGER_LOCAL_CA_DIR="$state/local" \
		CERTMONGER_CONFIG_DIR="$state" CERTMONGER_TMPDIR="$state/tmp" \
		timeout 120 certmonger -n -L -d 1 -c "$PWD/script" || true
}
