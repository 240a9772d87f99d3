/* SPDX-License-Identifier: BSD-2-Clause */
/* A SCEP server inside the test process: the client's http_get and http_post end here. */
#ifndef TEST_CLI_STAND_IN_H
#define TEST_CLI_STAND_IN_H

#include "cli/client.h"
#include "lib/fixture.h"

/* How the server answers; zeros make a good answer. */
struct stand_in {
	unsigned pending; /* answer PENDING so many times first */
	int fail_info;    /* with FAIL set */
	bool fail;
	const char *fail_text;
	bool wrong_nonce, wrong_transaction, wrong_type, wrong_key, no_certificate, other_signer, flip;
	bool garbage;                     /* something that is no message */
	gnutls_digest_algorithm_t digest; /* of the answer; 0: the request's */
	long get_status, post_status;     /* HTTP, 0: 200 */
	const char *capabilities;         /* of GetCACaps */
	bool ca_alone;                    /* GetCACert: one certificate instead of RA and CA */

	/* What was asked. */
	unsigned gets, posts, polls, pauses;
	int type; /* messageType of the last message */
	gnutls_cipher_algorithm_t cipher;
	char csr_subject[256];
	bool has_challenge;
};

extern struct stand_in stand_in;

#endif
