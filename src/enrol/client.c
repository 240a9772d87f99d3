/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "pkimessage/pkimessage.h"

void enrol_client_free(struct enrol_client *client)
{
	x509_crt_free(&client->certificate);
	bytes_free(&client->subject);
}

enum enrol_reason enrol_client_reason(enum client_outcome outcome)
{
	static const enum enrol_reason reasons[CLIENT_OUTCOME_COUNT] = {
		[CLIENT_ABSENT] = ENROL_CLIENT_ABSENT,
		[CLIENT_GIVEN] = ENROL_SUCCESS,
		[CLIENT_TRUST_OFF] = ENROL_CLIENT_TRUST_OFF,
		[CLIENT_SENDER] = ENROL_CLIENT_SENDER,
		[CLIENT_OTHER_SOURCE] = ENROL_CLIENT_OTHER_SOURCE,
		[CLIENT_FIELD_TWICE] = ENROL_CLIENT_FIELD_TWICE,
		[CLIENT_VERDICT_MISSING] = ENROL_CLIENT_VERDICT_MISSING,
		[CLIENT_VERDICT_FAILED] = ENROL_CLIENT_VERDICT_FAILED,
		[CLIENT_EMPTY] = ENROL_CLIENT_EMPTY,
		[CLIENT_SEVERAL] = ENROL_CLIENT_SEVERAL,
		[CLIENT_SYNTAX] = ENROL_CLIENT_SYNTAX,
		[CLIENT_LIMIT] = ENROL_CLIENT_LIMIT,
	};

	/* A value nobody knows lets nobody in, and neither does one that the table has forgotten. */
	if ((size_t)outcome >= CLIENT_OUTCOME_COUNT)
		return ENROL_INTERNAL;
	return reasons[outcome] == ENROL_SUCCESS && outcome != CLIENT_GIVEN ? ENROL_INTERNAL
									    : reasons[outcome];
}

static enum enrol_reason verified_reason(enum pki_client result)
{
	switch (result) {
	case PKI_CLIENT_GOOD: return ENROL_SUCCESS;
	case PKI_CLIENT_SYNTAX: return ENROL_CLIENT_SYNTAX;
	case PKI_CLIENT_UNTRUSTED: return ENROL_CLIENT_UNTRUSTED;
	case PKI_CLIENT_EXPIRED: return ENROL_CLIENT_EXPIRED;
	case PKI_CLIENT_NOT_YET: return ENROL_CLIENT_NOT_YET;
	case PKI_CLIENT_PURPOSE: return ENROL_CLIENT_PURPOSE;
	default: return ENROL_INTERNAL;
	}
}

/* Takes down who it is, or says to be. */
static enum enrol_reason describe(struct enrol_client *client)
{
	(void)pki_subject_text(client->certificate, client->subject_text, sizeof client->subject_text);
	(void)pki_issuer_text(client->certificate, client->issuer_text, sizeof client->issuer_text);
	(void)signer_serial_text(client->certificate, client->serial);
	return gnutls_x509_crt_get_raw_dn(client->certificate, &client->subject) == GNUTLS_E_SUCCESS
		       ? ENROL_SUCCESS
		       : ENROL_INTERNAL;
}

/* Whether CERTIFICATE says that we issued it. Its signature was verified: nobody but a CA of the bundle can
 * have put a name of ours there. */
static enum enrol_reason check_unrecorded(const struct enrol_gate *gate, gnutls_x509_crt_t certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t issuer = {NULL, 0};

	if (gnutls_x509_crt_get_raw_issuer_dn(certificate, &issuer) != GNUTLS_E_SUCCESS)
		return ENROL_INTERNAL;
	for (size_t i = 0; i < gate->issuer_count; i++)
		if (pkimessage_names_equal(&issuer, &gate->issuers[i]))
			return ENROL_CLIENT_UNKNOWN;
	return ENROL_SUCCESS;
}

/*
 * What our record says of the very certificate DER. Asked for every one, whoever its issuer says to be: a
 * certificate that we revoked stays revoked when our CA gets another name, or goes, and the bundle still has
 * it.
 */
static enum enrol_reason check_record(struct store *store, const struct enrol_gate *gate,
				      const gnutls_datum_t *der, gnutls_x509_crt_t certificate)
{
	CLEANUP(store_certificate_free) struct store_certificate recorded = {0};
	uint8_t octets[LIMIT_SERIAL + 1];
	size_t size = sizeof octets;
	gnutls_datum_t serial;
	enum err error = ERR_NOT_FOUND; /* we issue no longer ones */

	if (signer_serial(certificate, octets, &size)) {
		serial = bytes_view(octets, size);
		error = store_certificate_recognize(store, &serial, der, &recorded);
	}
	if (error == ERR_NOT_FOUND)
		return check_unrecorded(gate, certificate);
	if (error != ERR_OK)
		return ENROL_UNAVAILABLE;
	return recorded.revoked ? ENROL_CLIENT_REVOKED : ENROL_SUCCESS;
}

enum enrol_reason enrol_client_check(struct store *store, const struct enrol_gate *gate,
				     const struct client_certificate *given, struct enrol_client *client,
				     char *detail)
{
	enum enrol_reason reason = enrol_client_reason(given->outcome);
	enum enrol_reason described = ENROL_SUCCESS;

	*client = (struct enrol_client){0};
	detail[0] = '\0';
	if (reason != ENROL_SUCCESS)
		return reason;
	if (gate->bundle == NULL)
		return ENROL_INTERNAL;
	reason = verified_reason(pki_bundle_verify(gate->bundle, &given->leaf, given->chain,
						   given->chain_count, clock_now(), &client->certificate,
						   detail));
	if (client->certificate != NULL)
		described = describe(client);
	if (reason == ENROL_SUCCESS)
		reason = described;
	return reason == ENROL_SUCCESS ? check_record(store, gate, &given->leaf, client->certificate)
				       : reason;
}

/* --- the binding --- */

/* The subject of what a poll without its request fetches. */
static bool issued_subject(const struct attempt *attempt, gnutls_datum_t *subject)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	return gnutls_x509_crt_init(&certificate) == GNUTLS_E_SUCCESS &&
	       gnutls_x509_crt_import(certificate, &attempt->look->certificate.der, GNUTLS_X509_FMT_DER) ==
		       GNUTLS_E_SUCCESS &&
	       gnutls_x509_crt_get_raw_dn(certificate, subject) == GNUTLS_E_SUCCESS;
}

enum enrol_reason client_subject_check(struct attempt *attempt)
{
	const struct enrol_client *client = attempt->enrolment->origin.client;
	CLEANUP(bytes_free) gnutls_datum_t issued = {NULL, 0};
	const gnutls_datum_t *asked = &issued;

	if (client == NULL || !attempt->enrolment->profile->client_subject)
		return ENROL_SUCCESS;
	if (attempt->csr != NULL)
		asked = &attempt->csr->names.subject;
	else if (!attempt->look->issued)
		return ENROL_SUCCESS; /* there is nothing that could be given */
	else if (!issued_subject(attempt, &issued))
		return ENROL_INTERNAL;
	/* A device that is named by subjectAltName alone has a blank subject, as all such devices have, and
	 * that binds nobody to anything. */
	if (!pkimessage_name_is_blank(&client->subject) && pkimessage_names_equal(asked, &client->subject))
		return ENROL_SUCCESS;
	(void)snprintf(attempt->detail, sizeof attempt->detail, "the client certificate's subject is %.200s",
		       client->subject_text);
	return ENROL_CLIENT_SUBJECT;
}
