/* SPDX-License-Identifier: BSD-2-Clause */
/* The same request again: the certificate that is there already, never a second one (DESIGN 4.8). */
#include "enrol/private.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"

/* A device that asks when half of its certificate's life is over wants a new one, not the old one again. */
static time_t span_of(const struct enrol_profile *profile, time_t life)
{
	time_t lifetime = (time_t)profile->transaction_lifetime;

	return lifetime < life / 2 ? lifetime : life / 2;
}

/* The same for a certificate with these dates: policy, or the end of the issuer's, may have made it short. */
static time_t span_of_dates(const struct enrol_profile *profile, time_t not_before, time_t not_after)
{
	return span_of(profile, not_after - not_before - (time_t)profile->backdate);
}

time_t repeat_since(const struct enrol_profile *profile, time_t now)
{
	return now - span_of(profile, (time_t)profile->validity);
}

/* What LOOK found is history by the same measure, so that it does not stand in the new one's way. */
time_t repeat_history(const struct attempt *attempt, const struct pki_certificate *certificate)
{
	const struct enrol_profile *profile = attempt->enrolment->profile;
	const struct store_certificate *old = &attempt->look->certificate;
	time_t span = span_of_dates(profile, certificate->not_before, certificate->not_after);
	time_t old_span = span_of_dates(profile, old->not_before, old->not_after);

	return attempt->now - (attempt->look->issued && old_span < span ? old_span : span);
}

bool repeat_has(const struct attempt *attempt)
{
	const struct enrol_profile *profile = attempt->enrolment->profile;
	const struct store_certificate *there = &attempt->look->certificate;
	time_t begun = there->not_before + (time_t)profile->backdate;

	return attempt->look->issued && attempt->now <= there->not_after &&
	       attempt->now <= begun + span_of_dates(profile, there->not_before, there->not_after);
}

bool repeat_is(const struct attempt *attempt)
{
	return repeat_has(attempt) &&
	       memcmp(attempt->look->issued_remake_sha256, attempt->remake, sizeof attempt->remake) == 0;
}

/* Notes that the certificate with SERIAL left once more. */
static enum enrol_reason note(struct attempt *attempt, const char *serial)
{
	CLEANUP(text_free) char *details = NULL;
	struct store_audit row;

	attempt->repeated = true;
	details = audit_details(attempt, serial);
	row = audit_row(attempt, ENROL_SUCCESS, details);
	row.resource_id = serial;
	if (store_audit_write(attempt->store, &row) != ERR_OK)
		return ENROL_UNAVAILABLE;
	log_info("request made anew, the certificate it got before is sent again", "action", row.action,
		 "serial", serial, "client", row.client_address);
	return ENROL_SUCCESS;
}

static enum enrol_reason read_serial(const gnutls_datum_t *der, char *text)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	if (gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS ||
	    gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) != GNUTLS_E_SUCCESS)
		return ENROL_INTERNAL;
	(void)signer_serial_text(certificate, text);
	return ENROL_SUCCESS;
}

enum enrol_reason repeat_certificate(struct attempt *attempt, const struct store_certificate *certificate,
				     gnutls_datum_t *reply)
{
	const struct enrolment *enrolment = attempt->enrolment;
	char serial[ENROL_SERIAL_TEXT];
	enum enrol_reason reason;

	if (certificate->revoked) {
		(void)snprintf(attempt->detail, sizeof attempt->detail,
			       "the certificate that this request got before is revoked");
		return ENROL_RENEWAL_REVOKED;
	}
	reason = read_serial(&certificate->der, serial);
	if (reason == ENROL_SUCCESS)
		reason = enrolment->seal(enrolment->context, &certificate->der, attempt->csr, reply);
	return reason == ENROL_SUCCESS ? note(attempt, serial) : reason;
}

enum enrol_reason repeat_recorded(struct attempt *attempt, gnutls_datum_t *reply)
{
	const struct enrol_profile *profile = attempt->enrolment->profile;
	CLEANUP(store_look_free) struct store_look look = {0};
	CLEANUP(store_certificate_free) struct store_certificate certificate = {0};

	bytes_free(reply);
	if (store_enrolment_look(attempt->store, &attempt->enrolment->key, NULL, 0, &look) != ERR_OK)
		return ENROL_UNAVAILABLE;
	if (look.answered) {
		log_info("request sent twice at once, the answer recorded first is sent");
		*reply = look.reply;
		look.reply = (gnutls_datum_t){NULL, 0};
		return ENROL_SUCCESS;
	}
	if (store_remade_find(attempt->store, profile->key, attempt->remake,
			      repeat_since(profile, attempt->now), &certificate) != ERR_OK)
		return ENROL_UNAVAILABLE;
	return repeat_certificate(attempt, &certificate, reply);
}
