/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this room share. */
#ifndef SCEP_PRIVATE_H
#define SCEP_PRIVATE_H

#include "base/limits.h"
#include "enrol/enrol.h"
#include "scep/scep.h"

/* An RA pair with its dates, and ready to decrypt and sign. */
struct scep_ra {
	struct pki_pair pair;
	struct pkimessage_prepared *prepared;
	time_t not_before, not_after;
};

/* One profile, loaded and ready. */
struct scep_profile {
	const struct config_scep_profile *config;
	struct enrol_profile enrol;
	struct scep_ra ras[LIMIT_RA_PAIRS]; /* the newest (latest notBefore) first */
	size_t ra_count;
	gnutls_datum_t caps;           /* the answer to GetCACaps */
	const gnutls_datum_t *next_ca; /* the answer to GetNextCACert, its issuer's; NULL: there is none */
	struct enrol_gate gate;        /* SCEP_MTLS: who is let in */
};

/* An issuing CA, shared by the profiles that name it. Freed with scep_issuer_free. */
struct scep_issuer {
	struct pki_issuer *ca;
	gnutls_datum_t next_ca; /* size 0: no next CA is configured */
};
void scep_issuer_free(struct scep_issuer *issuer);

struct scep_service {
	enum scep_kind kind;
	struct scep_profile *profiles;
	size_t profile_count;
	struct scep_issuer *issuers;
	size_t issuer_count;
	gnutls_datum_t *issuer_names; /* SCEP_MTLS: DER, of every configured issuer */
	size_t issuer_name_count;
	time_t reminded; /* when scep_expiry_remind looked last */
};

/* One request under way. */
struct exchange {
	const struct scep_profile *profile;
	const struct enrol_client *client; /* of the TLS connection; NULL: none that anybody looked at */
	struct store *store;
	const struct request *request;
	struct response *response;
};

/*
 * The profile that PATH names, or NULL: /scep and /scep/<profile>, each with any further suffix, and the
 * fixed paths of old clients, which mean the root profile, or the only one there is (field.md W1). SCEP_MTLS:
 * /scep-mtls/<profile> with any further suffix, and nothing else.
 */
const struct scep_profile *scep_route(const struct scep_service *service, const char *path);

/*
 * Whether the request may come to its profile by the way it came, before anybody looks at what it asks. At
 * /scep-mtls only with a client certificate that is let in; *CLIENT then tells whose, and of a refused one as
 * much as is known. At /scep not where the profile is for such devices alone. ENROL_SUCCESS, or why not;
 * DETAIL (PKI_REASON_SIZE bytes) is for the operator, perhaps "". CLIENT is freed with enrol_client_free.
 */
enum enrol_reason scep_gate(const struct exchange *exchange, enum scep_kind kind, struct enrol_client *client,
			    char *detail);

/* GetCACaps (RFC 8894 section 3.5.2): prepared at start, and answered. ERR_MEMORY. */
enum err scep_caps_prepare(struct scep_profile *profile);
void scep_get_ca_caps(struct exchange *exchange);

/* GetCACert (section 4.2): answered as of the moment it is asked. The check at start is ERR_LIMIT when it
 * could be more than LIMIT_CMS_CERTIFICATES. */
enum err scep_ca_certificates_check(const struct scep_profile *profile);
void scep_get_ca_cert(struct exchange *exchange);

/*
 * GetNextCACert (section 4.7): signed once at start with ISSUER's key, and answered. PATH holds the next CA's
 * certificate, and its chain. Errors of pki_chain_load; ERR_LIMIT, ERR_MISMATCH (no CA), ERR_EXPIRED,
 * ERR_CRYPTO; REASON (PKI_REASON_SIZE) in words.
 */
enum err scep_next_ca_prepare(const char *path, struct scep_issuer *issuer, char *reason);
void scep_get_next_ca_cert(struct exchange *exchange);

/*
 * The RA pair that signs now: the newest in date; where none is (they expired while we served), the newest,
 * so that devices are told something.
 */
const struct scep_ra *scep_ra_signer(const struct scep_profile *profile);

/* True when RA is in date at NOW, both ends included. */
bool scep_ra_is_valid(const struct scep_ra *ra, time_t now);

/* Takes PAIR over as one of PROFILE's, in the order of age; of equal age what came first stays first. At most
 * LIMIT_RA_PAIRS. ERR_MEMORY, ERR_CRYPTO: its key cannot decrypt; then PAIR stays the caller's. */
enum err scep_ra_add(struct scep_profile *profile, struct pki_pair *pair);
void scep_ra_free(struct scep_profile *profile);

/* Fills LIST (LIMIT_RA_PAIRS) with what may decrypt now: the signing pair, then the others that have not
 * expired. Returns how many; they stay the profile's. */
size_t scep_ra_decryptors(const struct scep_profile *profile, struct pkimessage_prepared **list);

/*
 * Fills LIST (LIMIT_RA_PAIRS) with what GetCACert lists now, in DER: the signing pair's certificate, then
 * each older one that has not expired, for the profile's overlap after the signing one's notBefore. Returns
 * how many.
 */
size_t scep_ra_listed(const struct scep_profile *profile, gnutls_datum_t *list);

/* When something ends that a profile cannot do without. */
struct scep_expiry {
	const char *check; /* "RA expiry" ... */
	bool soon;         /* within LIMIT_EXPIRY_WARNING */
	char text[128];    /* "expires 2026-12-01T00:00:00Z" */
};
#define SCEP_EXPIRIES 3

/* Fills LIST with the ends of the RA pair that signs, of the issuing CA, chains included, and of the bundle
 * of client CAs where there is one. Returns how many. */
size_t scep_expiry_list(const struct scep_profile *profile, struct scep_expiry list[SCEP_EXPIRIES]);

/* Logs a warning of what ends soon, if the last was LIMIT_EXPIRY_REMINDER ago. */
void scep_expiry_remind(struct scep_service *service);

/* PKIOperation (section 4.3), by GET and by POST. */
void scep_pki_operation(struct exchange *exchange);

/* The CertRep for REASON, a refusal or ENROL_PENDING; HTTP's status for it where MESSAGE is NULL, or not even
 * a CertRep can be made. */
void scep_reply_verdict(struct exchange *exchange, const struct pkimessage *message,
			enum enrol_reason reason);

/* How this profile signs: by its RA key, with the digest of MESSAGE where that is allowed, else SHA-256. */
struct pkimessage_signing scep_signing(const struct scep_profile *profile, const struct pkimessage *message);

/* Answers with BODY of the media TYPE (a literal), which is taken over. */
void scep_reply(struct exchange *exchange, const char *type, gnutls_datum_t *body);

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
