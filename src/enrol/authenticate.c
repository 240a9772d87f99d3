/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

/* An initial request: the message is signed with the requested key (RFC 8894 section 3.3.1), the challenge
 * authorises. */
static enum enrol_reason authenticate_initial(const struct attempt *attempt)
{
	if (!pki_csr_has_key_of(attempt->csr, attempt->enrolment->signer))
		return ENROL_SIGNER_KEY_MISMATCH;
	return challenge_check(attempt);
}

static enum enrol_reason authenticate_renewal(struct attempt *attempt)
{
	enum enrol_reason reason = renewal_check(attempt);

	if (reason == ENROL_SUCCESS && attempt->enrolment->profile->renewal_challenge)
		reason = challenge_check(attempt);
	return reason;
}

/*
 * A PKCSReq signed by an old certificate of ours that cannot be renewed any more (a fleet that slept past its
 * expiry) is an initial request like one signed by a self-signed certificate, if it brings the challenge. Not
 * after revocation: its key is not to be trusted again.
 */
static bool may_start_over(const struct attempt *attempt, enum enrol_reason reason)
{
	switch (reason) {
	case ENROL_RENEWAL_UNKNOWN:
	case ENROL_RENEWAL_EXPIRED:
	case ENROL_RENEWAL_PROFILE:
	case ENROL_RENEWAL_NAMES:
		return !attempt->enrolment->renewal &&
		       pkimessage_csr_challenge(attempt->csr->message)->size > 0;
	default: return false;
	}
}

enum enrol_reason authenticate(struct attempt *attempt)
{
	const struct enrolment *enrolment = attempt->enrolment;
	enum enrol_reason reason;

	attempt->renewal =
		enrolment->renewal || pki_issued_by(enrolment->profile->issuer, enrolment->signer) == ERR_OK;
	if (!attempt->renewal)
		return authenticate_initial(attempt);
	reason = authenticate_renewal(attempt);
	if (!may_start_over(attempt, reason))
		return reason;
	attempt->renewal = false;
	attempt->detail[0] = '\0';
	return authenticate_initial(attempt);
}
