/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this room share. */
#ifndef SCEP_PRIVATE_H
#define SCEP_PRIVATE_H

#include "enrol/enrol.h"
#include "scep/scep.h"

/* One profile, loaded and ready. */
struct scep_profile {
	const struct config_scep_profile *config;
	struct enrol_profile enrol;
	struct pki_pair ra;
	gnutls_datum_t caps;              /* the answer to GetCACaps */
	gnutls_datum_t ca_certificates;   /* the answer to GetCACert ... */
	const char *ca_certificates_type; /* ... and its media type */
};

struct scep_service {
	struct scep_profile *profiles;
	size_t profile_count;
	struct pki_issuer **issuers; /* shared by the profiles */
	size_t issuer_count;
};

/* One request under way. */
struct exchange {
	const struct scep_profile *profile;
	struct store *store;
	const struct request *request;
	struct response *response;
};

/*
 * The profile that PATH names, or NULL: /scep and /scep/<profile>, each with any further suffix, and the
 * fixed paths of old clients, which mean the root profile, or the only one there is (field.md W1).
 */
const struct scep_profile *scep_route(const struct scep_service *service, const char *path);

/* GetCACaps, GetCACert (RFC 8894 sections 3.5 and 4.2): prepared at start, and answered. ERR_LIMIT: more
 * certificates than LIMIT_CMS_CERTIFICATES. ERR_MEMORY. */
enum err scep_caps_prepare(struct scep_profile *profile);
enum err scep_ca_certificates_prepare(struct scep_profile *profile);
void scep_get_ca_caps(struct exchange *exchange);
void scep_get_ca_cert(struct exchange *exchange);

/* PKIOperation (section 4.3), by GET and by POST. */
void scep_pki_operation(struct exchange *exchange);

/* The CertRep for REASON, or an HTTP error where not even that can be made. */
void scep_reply_failure(struct exchange *exchange, const struct pkimessage *message,
			enum enrol_reason reason);

/* How this profile signs: by its RA key, with the digest of MESSAGE where that is allowed, else SHA-256. */
struct pkimessage_signing scep_signing(const struct scep_profile *profile, const struct pkimessage *message);

/* Answers with a pkiMessage; takes BODY over. */
void scep_reply_message(struct exchange *exchange, gnutls_datum_t *body);

/*
 * What makes two messages the same request: what the signature binds, and SIGNER's key that made it. Not the
 * whole message: its wrapping (the signer's certificate, unsigned attributes, BER) can be changed by anybody.
 * Fills the digests of KEY; false when GnuTLS fails.
 */
bool scep_request_key(const struct pkimessage *message, gnutls_x509_crt_t signer,
		      struct store_request_key *key);

#endif
