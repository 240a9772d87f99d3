/* SPDX-License-Identifier: BSD-2-Clause */
#include "scep/private.h"

#include "base/cleanup.h"
#include "base/log.h"

/* When a client whose request waits for a person should ask again. */
#define RETRY_SECONDS 300

/* The client's digest, if this profile allows it: a client answers badly to one it did not use (field.md
 * W45). */
static gnutls_digest_algorithm_t reply_digest(const struct scep_profile *profile,
					      gnutls_digest_algorithm_t asked)
{
	if (asked == GNUTLS_DIG_MD5 && (profile->config->legacy & PKIMESSAGE_LEGACY_MD5) == 0)
		return GNUTLS_DIG_SHA256;
	if (asked == GNUTLS_DIG_SHA1 && (profile->config->legacy & PKIMESSAGE_LEGACY_SHA1) == 0)
		return GNUTLS_DIG_SHA256;
	return asked == GNUTLS_DIG_UNKNOWN ? GNUTLS_DIG_SHA256 : asked;
}

struct pkimessage_signing scep_signing(const struct scep_profile *profile, const struct pkimessage *message)
{
	const struct scep_ra *signer = scep_ra_signer(profile);
	const struct pki_pair *ra = &signer->pair;

	return (struct pkimessage_signing){
		.signer = {.certificate = ra->chain.certificates[0], .key = ra->key},
		.digest = reply_digest(profile, pkimessage_digest(message)),
		.enclosed = &ra->chain.certificates[0],
		.enclosed_count = 1,
		.prepared = signer->prepared,
	};
}

void scep_reply(struct exchange *exchange, const char *type, gnutls_datum_t *body)
{
	exchange->response->content_type = type;
	exchange->response->body = *body;
	*body = (gnutls_datum_t){NULL, 0};
}

void scep_reply_message(struct exchange *exchange, gnutls_datum_t *body)
{
	scep_reply(exchange, "application/x-pki-message", body);
}

/* In HTTP's words, where no message can carry it. */
static void reply_status(struct response *response, enum enrol_reason reason)
{
	const struct enrol_meaning *meaning = enrol_meaning(reason);

	response_text(response, meaning->http_status, meaning->text);
	if (reason == ENROL_PENDING)
		response->retry_after = RETRY_SECONDS;
}

void scep_reply_verdict(struct exchange *exchange, const struct pkimessage *message, enum enrol_reason reason)
{
	const struct enrol_meaning *meaning = enrol_meaning(reason);
	CLEANUP(bytes_free) gnutls_datum_t reply = {NULL, 0};
	struct pkimessage_signing signing;
	int result;

	if (message == NULL) {
		reply_status(exchange->response, reason);
		return;
	}
	signing = scep_signing(exchange->profile, message);
	result = reason == ENROL_PENDING ? pkimessage_build_pending(message, &signing, &reply)
					 : pkimessage_build_failure(message, meaning->fail_info,
								    meaning->text, &signing, &reply);
	if (result != PKIMESSAGE_OK) {
		log_error("cannot sign a CertRep", "detail", pkimessage_strerror(result));
		response_text(exchange->response, 500, meaning->text);
		return;
	}
	scep_reply_message(exchange, &reply);
}
