/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include <gnutls/crypto.h>

/*
 * Digests are compared rather than the texts, so that neither content nor length of the secret shows in the
 * time taken.
 */
static bool same_secret(const gnutls_datum_t *expected, const gnutls_datum_t *given)
{
	uint8_t a[32];
	uint8_t b[32];

	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, expected->data, expected->size, a) != GNUTLS_E_SUCCESS ||
	    gnutls_hash_fast(GNUTLS_DIG_SHA256, given->data, given->size, b) != GNUTLS_E_SUCCESS)
		return false;
	return gnutls_memcmp(a, b, sizeof a) == 0;
}

enum enrol_reason challenge_check(const struct attempt *attempt)
{
	const struct enrol_profile *profile = attempt->enrolment->profile;
	const gnutls_datum_t *given = pkimessage_csr_challenge(attempt->csr->message);

	if (given->size == 0)
		return ENROL_CHALLENGE_MISSING;
	/* A profile without a challenge refuses: there is no authenticator to satisfy (CWE-306). */
	if (profile->challenge.size == 0 || !same_secret(&profile->challenge, given))
		return ENROL_CHALLENGE_INVALID;
	return ENROL_SUCCESS;
}
