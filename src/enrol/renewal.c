/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of renewal (RFC 8894 section 2.3), beyond who signed. */
#include "enrol/private.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"

#define OID_SUBJECT_ALT_NAME "2.5.29.17"

/* Same subject and same set of SANs as the certificate to renew. */
static enum enrol_reason names_match(struct attempt *attempt)
{
	CLEANUP(bytes_free) gnutls_datum_t subject = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t san = {NULL, 0};
	CLEANUP(pki_names_free) struct pki_names names = {0};
	gnutls_x509_crt_t signer = attempt->enrolment->signer;
	const struct pki_names *asked = &attempt->csr->names;

	if (gnutls_x509_crt_get_raw_dn(signer, &subject) != GNUTLS_E_SUCCESS)
		return ENROL_INTERNAL;
	(void)gnutls_x509_crt_get_extension_by_oid2(signer, OID_SUBJECT_ALT_NAME, 0, &san, NULL);
	if (pki_names_parse(&subject, &san, &names, attempt->detail) != ERR_OK)
		return ENROL_RENEWAL_NAMES;
	if (!pkimessage_names_equal(&subject, &asked->subject)) {
		(void)snprintf(attempt->detail, sizeof attempt->detail, "the certificate's subject is %.200s",
			       names.subject_text);
		return ENROL_RENEWAL_NAMES;
	}
	if (!pki_sans_equal(&names, asked)) {
		(void)snprintf(attempt->detail, sizeof attempt->detail, "the SANs differ");
		return ENROL_RENEWAL_NAMES;
	}
	return ENROL_SUCCESS;
}

/*
 * Where agents may sign for others, a PKCSReq for other names than its signer's is an agent's and wants the
 * challenge: only a RenewalReq says beyond doubt that it renews.
 */
static bool may_change_names(const struct attempt *attempt)
{
	const struct enrol_profile *profile = attempt->enrolment->profile;

	return profile->renewal_subject_change &&
	       (attempt->enrolment->renewal || profile->agents == ENROL_AGENTS_NONE);
}

/* Says when, for the operator who wonders about the device's clock or the profile's setting. */
static enum enrol_reason refuse_until(struct attempt *attempt, enum enrol_reason reason, const char *what,
				      time_t when)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format(when, text);
	(void)snprintf(attempt->detail, sizeof attempt->detail, "%s %s", what, text);
	return reason;
}

static enum enrol_reason check_dates(struct attempt *attempt)
{
	const struct enrol_profile *profile = attempt->enrolment->profile;
	const struct store_certificate *recorded = &attempt->signer.recorded;
	time_t last = recorded->not_after + (time_t)profile->renewal_grace;
	time_t first = recorded->not_after - (time_t)profile->renewal_window;

	if (attempt->now < recorded->not_before)
		return refuse_until(attempt, ENROL_RENEWAL_EXPIRED, "not valid before", recorded->not_before);
	if (attempt->now > last)
		return refuse_until(attempt, ENROL_RENEWAL_EXPIRED, "renewable until", last);
	if (profile->renewal_window > 0 && attempt->now < first)
		return refuse_until(attempt, ENROL_RENEWAL_EARLY, "renewable from", first);
	return ENROL_SUCCESS;
}

/* Names before dates: a request for other names is no renewal, however early or late it is. */
enum enrol_reason renewal_check(struct attempt *attempt)
{
	enum enrol_reason reason = attempt->signer.standing;

	if (reason == ENROL_SUCCESS && !may_change_names(attempt))
		reason = names_match(attempt);
	return reason == ENROL_SUCCESS ? check_dates(attempt) : reason;
}
