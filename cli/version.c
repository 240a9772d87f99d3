/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi version. */
#include "cli/cli.h"

#include "pkimessage/pkimessage.h"

#ifdef ENABLE_CLIENT
#define CLIENT "yes"
#else
#define CLIENT "no"
#endif

int cli_version(struct cli_call *call)
{
	int status = cli_parse(call, NULL);

	if (status != CLI_GO)
		return status;
	printf("certctl-fcgi %s\n", PACKAGE_VERSION);
	printf("libpkimessage %s\n", PKIMESSAGE_VERSION);
	printf("GnuTLS %s (built with %s)\n", gnutls_check_version(NULL), GNUTLS_VERSION);
	printf("client commands: %s\n", CLIENT);
	printf("migrations: %s\n", PKGSQLDIR);
	return CLI_OK;
}
