/* SPDX-License-Identifier: BSD-2-Clause */
/* What 'ca init' and 'ra init' share: make a key, have it certified, write both files or none. */
#ifndef CLI_AUTHORITY_H
#define CLI_AUTHORITY_H

#include "cli/cli.h"
#include "pki/issue.h"

struct cli_authority {
	const char *subject;
	const char *certificate_path;
	const char *key_path;
	const char *parent_certificate_path; /* NULL: self-signed */
	const char *parent_key_path;
	struct cli_key_type key_type;
	unsigned validity; /* seconds */
	int path_length;
};

/* Makes an authority of KIND. The certificate file holds its certificate and, for a CA, its parent's chain.
 * The exit status. */
int cli_authority_make(enum pki_authority_kind kind, const struct cli_authority *authority);

#endif
