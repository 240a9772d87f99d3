/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi ca: certification authorities in files. */
#include "cli/authority.h"

#define AT(field) offsetof(struct cli_authority, field)

static const struct cli_option init_options[] = {
	{"subject", "DN", "subject, as RFC 4514 writes it: \"CN=Demo CA,O=Example\"", cli_set_text,
	 AT(subject), true, NULL},
	{"cert", "FILE", "where the certificate goes; must not exist", cli_set_text, AT(certificate_path),
	 true, NULL},
	{"key", "FILE", "where the private key goes (mode 0600); must not exist", cli_set_text, AT(key_path),
	 true, NULL},
	{"parent-cert", "FILE", "the CA that signs the new one [none: self-signed]", cli_set_text,
	 AT(parent_certificate_path), false, NULL},
	{"parent-key", "FILE", "its private key", cli_set_text, AT(parent_key_path), false, NULL},
	{"key-type", "TYPE", CLI_KEY_TYPES " [rsa:3072]", cli_set_key_type, AT(key_type), false, NULL},
	{"days", "N", "days of validity, 1 to 36500 [3650]; never beyond the parent's", cli_set_days,
	 AT(validity), false, NULL},
	{"path-length", "N", "CAs allowed below this one, 0 to 100 [no limit]", cli_set_path_length,
	 AT(path_length), false, NULL},
	{0},
};

static int init(struct cli_call *call)
{
	struct cli_authority authority = {
		.key_type = {GNUTLS_PK_RSA, 3072},
		.validity = 3650 * 86400u,
		.path_length = -1,
	};
	int status = cli_parse(call, &authority);

	if (status != CLI_GO)
		return status;
	if ((authority.parent_certificate_path == NULL) != (authority.parent_key_path == NULL)) {
		cli_error("--parent-cert and --parent-key go together");
		return CLI_USAGE;
	}
	return cli_authority_make(PKI_AUTHORITY_CA, &authority);
}

const struct cli_command cli_ca_commands[] = {
	{"init", "make a CA: a private key and its certificate", "", 0, 0, init_options, init, NULL},
	{0},
};
