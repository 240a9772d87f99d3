/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

/* A certificate of this profile in good order; no grace for those who speak for others. */
static enum enrol_reason agent_is_issued(const struct attempt *attempt)
{
	const struct signer *signer = &attempt->signer;

	if (signer->standing == ENROL_RENEWAL_UNKNOWN)
		return ENROL_SIGNER_KEY_MISMATCH;
	if (signer->standing != ENROL_SUCCESS)
		return signer->standing;
	if (attempt->now < signer->recorded.not_before || attempt->now > signer->recorded.not_after)
		return ENROL_RENEWAL_EXPIRED;
	return ENROL_SUCCESS;
}

/* May the signer ask for a key that is not its own (field.md W39)? The challenge is asked beside. */
static enum enrol_reason agent_check(struct attempt *attempt)
{
	enum enrol_agents agents = attempt->enrolment->profile->agents;

	attempt->agent = agents == ENROL_AGENTS_ISSUED || agents == ENROL_AGENTS_ANY;
	if (!attempt->agent)
		return ENROL_SIGNER_KEY_MISMATCH;
	return agents == ENROL_AGENTS_ISSUED ? agent_is_issued(attempt) : ENROL_SUCCESS;
}

/*
 * An initial request: the message is signed with the requested key (RFC 8894 section 3.3.1), by an agent, or,
 * a raw one, by nobody; then its own signature is the proof of possession. The challenge authorises.
 */
static enum enrol_reason authenticate_initial(struct attempt *attempt)
{
	gnutls_x509_crt_t signer = attempt->enrolment->signer;
	enum enrol_reason reason = ENROL_SUCCESS;

	if (signer != NULL && !pki_csr_has_key_of(attempt->csr, signer))
		reason = agent_check(attempt);
	return reason == ENROL_SUCCESS ? challenge_check(attempt) : reason;
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

	signer_look(attempt);
	attempt->renewal = enrolment->signer != NULL && (enrolment->renewal || attempt->signer.issued);
	if (!attempt->renewal)
		return authenticate_initial(attempt);
	reason = authenticate_renewal(attempt);
	if (!may_start_over(attempt, reason))
		return reason;
	attempt->renewal = false;
	attempt->detail[0] = '\0';
	return authenticate_initial(attempt);
}

enum enrol_reason authenticate_poll(struct attempt *attempt)
{
	if (pki_csr_has_key_of(attempt->csr, attempt->enrolment->signer))
		return ENROL_SUCCESS;
	signer_look(attempt);
	return agent_check(attempt);
}
