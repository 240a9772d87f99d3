/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi ra: the certificate that SCEP requests are encrypted to and replies are signed with. */
#include "cli/authority.h"

#define AT(field) offsetof(struct cli_authority, field)

static const struct cli_option init_options[] = {
	{"subject", "DN", "subject, as RFC 4514 writes it", cli_set_text, AT(subject), true, NULL},
	{"cert", "FILE", "where the certificate goes; must not exist", cli_set_text, AT(certificate_path),
	 true, NULL},
	{"key", "FILE", "where the private key goes (mode 0600); must not exist", cli_set_text, AT(key_path),
	 true, NULL},
	{"ca-cert", "FILE", "the CA that signs it", cli_set_text, AT(parent_certificate_path), true, NULL},
	{"ca-key", "FILE", "its private key", cli_set_text, AT(parent_key_path), true, NULL},
	{"key-type", "TYPE", "rsa:2048, rsa:3072 or rsa:4096 [rsa:2048]", cli_set_key_type, AT(key_type),
	 false, NULL},
	{"days", "N", "days of validity, 1 to 36500 [730]; never beyond the CA's", cli_set_days, AT(validity),
	 false, NULL},
	{0},
};

static int init(struct cli_call *call)
{
	struct cli_authority authority = {
		.key_type = {GNUTLS_PK_RSA, 2048},
		.validity = 730 * 86400u,
		.path_length = -1,
	};
	int status = cli_parse(call, &authority);

	if (status != CLI_GO)
		return status;
	if (authority.key_type.algorithm != GNUTLS_PK_RSA) {
		cli_error("--key-type: an RA must decrypt what clients send, which takes RSA (RFC 8894 "
			  "section 3.1)");
		return CLI_USAGE;
	}
	return cli_authority_make(PKI_AUTHORITY_RA, &authority);
}

const struct cli_command cli_ra_commands[] = {
	{"init", "make an RA: a private key and a certificate from the CA", "", 0, 0, init_options, init,
	 NULL},
	{0},
};
