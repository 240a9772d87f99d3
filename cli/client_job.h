/* SPDX-License-Identifier: BSD-2-Clause */
/* What 'scep enroll' and 'scep renew' gather before they can ask. */
#ifndef CLI_CLIENT_JOB_H
#define CLI_CLIENT_JOB_H

#include "base/text.h"
#include "cli/client.h"

/* Everything one enrolment holds on the way. Freed with client_job_free. */
struct client_job {
	struct client_enroll_options options;
	struct client_ca ca;
	unsigned capabilities;
	struct client_names names;
	gnutls_x509_privkey_t new_key; /* NULL when an existing key is used */
	gnutls_privkey_t key;          /* that the certificate is asked for */
	gnutls_privkey_t old_key;      /* renew: of the old certificate */
	gnutls_x509_crt_t old_certificate;
	gnutls_x509_crt_t transient; /* enroll: self-signed */
	gnutls_datum_t challenge, csr, public_key;
	char id[TEXT_HEX_SIZE(32)];
	struct cli_output key_file, certificate_file, chain_file;
};
#define CLIENT_JOB_INIT                                                                                      \
	{                                                                                                    \
		.key_file = CLI_OUTPUT_NONE, .certificate_file = CLI_OUTPUT_NONE,                            \
		.chain_file = CLI_OUTPUT_NONE                                                                \
	}
void client_job_free(struct client_job *job);

/* Opens the output files and reads the challenge: what can go wrong without asking anybody. */
bool client_job_open(struct client_job *job);

/* Asks the server for its capabilities and certificates, and settles the algorithms. */
bool client_job_ask_server(struct client_job *job);

/* Loads the key to be certified, or makes and stores it, and names the transaction after it. */
bool client_job_take_key(struct client_job *job);

/* Loads the certificate to renew, which is the first in its file, and its key. */
bool client_job_load_old(struct client_job *job);

/* The file of the key to be certified, when none is made. */
const char *client_job_existing_key(const struct client_enroll_options *options);

#endif
