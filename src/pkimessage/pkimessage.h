/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libpkimessage: the messages of SCEP (RFC 8894): CMS SignedData and EnvelopedData (RFC 5652) and the SCEP
 * attributes, parsed, checked and built, on GnuTLS and libtasn1. For servers and clients alike.
 *
 * Bytes and structs only: no files, no network, no logging, no state outside the objects made here. Objects
 * may be used by one thread at a time; different objects by different threads at once.
 *
 * Functions return PKIMESSAGE_OK (0) or one of enum pkimessage_error. Inputs come before outputs. Outputs are
 * emptied first and filled on success only. A gnutls_datum_t that a function fills is freed with
 * gnutls_free(); one that an accessor returns lies inside the object and lives as long as it does. Sizes are
 * in bytes.
 *
 * Input is hostile: BER or DER, bounded in depth, elements, certificates, recipients and attributes; whatever
 * exceeds a bound is PKIMESSAGE_E_LIMIT.
 */
#ifndef PKIMESSAGE_H
#define PKIMESSAGE_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PKIMESSAGE_VERSION "0.1.0"

enum pkimessage_error {
	PKIMESSAGE_OK = 0,
	PKIMESSAGE_E_MEMORY,       /* out of memory */
	PKIMESSAGE_E_ARGUMENT,     /* the caller passed something that makes no sense */
	PKIMESSAGE_E_SYNTAX,       /* not the ASN.1 that the structure demands, cut short, or bytes follow */
	PKIMESSAGE_E_LIMIT,        /* too deep, too many, too long */
	PKIMESSAGE_E_CONTENT_TYPE, /* not the content type that belongs there, or the attribute disagrees */
	PKIMESSAGE_E_SIGNER,       /* not exactly one SignerInfo, or no certificate fits its sid */
	PKIMESSAGE_E_ATTRIBUTE_MISSING,   /* a signed attribute that must be there is not */
	PKIMESSAGE_E_ATTRIBUTE_DUPLICATE, /* an attribute twice, or with more than one value */
	PKIMESSAGE_E_ATTRIBUTE_VALUE,     /* an attribute of the wrong type, length or range */
	PKIMESSAGE_E_ALGORITHM,           /* an algorithm that is unknown, or legacy and not allowed */
	PKIMESSAGE_E_ALGORITHM_MISMATCH,  /* digest, signature algorithm and key do not belong together */
	PKIMESSAGE_E_DIGEST,              /* messageDigest is not the digest of the content */
	PKIMESSAGE_E_SIGNATURE,           /* the signature does not verify */
	PKIMESSAGE_E_RECIPIENT,           /* encrypted to nobody we have a key for */
	PKIMESSAGE_E_DECRYPT,             /* decryption failed; deliberately says nothing about why */
	PKIMESSAGE_E_KEY,                 /* a key or certificate cannot do what is asked of it */
	PKIMESSAGE_E_CRYPTO,              /* GnuTLS failed for another reason (policy, token, entropy) */
};

/* A short fixed English text for ERROR. Never NULL. */
const char *pkimessage_strerror(int error);

/* --- vocabulary (RFC 8894 section 3.2.1) --- */

/* messageType, section 3.2.1.2. A parsed message may hold any number 0..999: authorise on these, refuse the
 * rest. */
enum pkimessage_type {
	PKIMESSAGE_CERT_REP = 3,
	PKIMESSAGE_RENEWAL_REQ = 17,
	PKIMESSAGE_UPDATE_REQ = 18,
	PKIMESSAGE_PKCS_REQ = 19,
	PKIMESSAGE_CERT_POLL = 20,
	PKIMESSAGE_GET_CERT = 21,
	PKIMESSAGE_GET_CRL = 22,
};

/* pkiStatus, section 3.2.1.3. */
enum pkimessage_status {
	PKIMESSAGE_STATUS_ABSENT = -1,
	PKIMESSAGE_SUCCESS = 0,
	PKIMESSAGE_FAILURE = 2,
	PKIMESSAGE_PENDING = 3,
};

/* failInfo, section 3.2.1.4. */
enum pkimessage_fail_info {
	PKIMESSAGE_FAIL_ABSENT = -1,
	PKIMESSAGE_BAD_ALG = 0,
	PKIMESSAGE_BAD_MESSAGE_CHECK = 1,
	PKIMESSAGE_BAD_REQUEST = 2,
	PKIMESSAGE_BAD_TIME = 3,
	PKIMESSAGE_BAD_CERT_ID = 4,
};

/* What an old client may still use; none of these is allowed unless its bit is set. */
enum pkimessage_legacy {
	PKIMESSAGE_LEGACY_MD5 = 1 << 0,  /* MD5 digests and signatures */
	PKIMESSAGE_LEGACY_SHA1 = 1 << 1, /* SHA-1 digests and signatures */
	PKIMESSAGE_LEGACY_DES = 1 << 2,  /* single DES in CBC mode */
	PKIMESSAGE_LEGACY_3DES = 1 << 3, /* three-key DES in CBC mode */
};

/* How the content key of an EnvelopedData travels (RFC 5652 section 6.2). */
enum pkimessage_transport {
	PKIMESSAGE_TRANSPORT_UNKNOWN = -1,
	PKIMESSAGE_RSA_PKCS1 = 0,   /* RSAES-PKCS1-v1_5 (RFC 3370 section 4.2.1) */
	PKIMESSAGE_RSA_OAEP_SHA1,   /* RSAES-OAEP with SHA-1, empty label (RFC 3560); what Windows asks for */
	PKIMESSAGE_RSA_OAEP_SHA256, /* the same with SHA-256, in both its places */
	PKIMESSAGE_PASSWORD, /* PasswordRecipientInfo under the challenge (RFC 8894 section 3.1, RFC 3211) */
};

/* How to encrypt. Initialise with {.cipher = ...}: PKCS1 transport then. */
struct pkimessage_encryption {
	gnutls_cipher_algorithm_t cipher; /* AES-128/192/256-CBC, 3DES-CBC, DES-CBC */
	int transport;                    /* enum pkimessage_transport */
	gnutls_datum_t password;          /* with PKIMESSAGE_PASSWORD: the challenge, not empty. Secret */
};

/* A certificate with its private key: a signer, or a recipient that decrypts. Both stay the caller's. */
struct pkimessage_identity {
	gnutls_x509_crt_t certificate;
	gnutls_privkey_t key;
};

/* --- reading a pkiMessage: SignedData with SCEP attributes (RFC 8894 section 3, RFC 5652 section 5) --- */

struct pkimessage;

/*
 * Parses INPUT (ContentInfo with SignedData, BER or DER) into *MESSAGE: structure, SignerInfo, its
 * certificate and the SCEP attributes are read and checked for form; nothing is verified yet. messageType and
 * transactionID must be there. On error *MESSAGE is NULL: there is nothing a reply could be tied to. Freed
 * with pkimessage_free.
 */
int pkimessage_parse(const gnutls_datum_t *input, struct pkimessage **message);

/*
 * Verifies what the message claims (RFC 5652 sections 5.4 and 5.6): contentType and messageDigest attributes
 * against the content; digest, signature algorithm and key against each other and against LEGACY (bits of
 * enum pkimessage_legacy); the signature by the signer's certificate over the signed attributes as sent, and
 * in DER order where that fails. Whether that certificate is to be trusted is the caller's question.
 */
int pkimessage_verify(const struct pkimessage *message, unsigned legacy);

/* Frees MESSAGE; NULL is allowed. */
void pkimessage_free(struct pkimessage *message);

/* messageType as a number 0..999. */
int pkimessage_message_type(const struct pkimessage *message);

/* transactionID: 1 to 255 bytes, opaque. */
const gnutls_datum_t *pkimessage_transaction_id(const struct pkimessage *message);

/* The identifier octet of transactionID's string type (0x13 PrintableString, 0x0c UTF8String, ...), to echo
 * it. */
unsigned pkimessage_transaction_id_tag(const struct pkimessage *message);

/* senderNonce and recipientNonce; size 0 when absent. */
const gnutls_datum_t *pkimessage_sender_nonce(const struct pkimessage *message);
const gnutls_datum_t *pkimessage_recipient_nonce(const struct pkimessage *message);

/* pkiStatus and failInfo, PKIMESSAGE_STATUS_ABSENT and PKIMESSAGE_FAIL_ABSENT where there is none. */
int pkimessage_pki_status(const struct pkimessage *message);
int pkimessage_fail_info(const struct pkimessage *message);

/* The signingTime attribute (RFC 5652 section 11.3); (time_t)-1 when it is absent or cannot be read. Clocks
 * of devices are wrong: nothing in this library depends on it. */
time_t pkimessage_signing_time(const struct pkimessage *message);

/* failInfoText (UTF-8); size 0 when absent. */
const gnutls_datum_t *pkimessage_fail_info_text(const struct pkimessage *message);

/* The digest of the SignerInfo; a reply mirrors it. */
gnutls_digest_algorithm_t pkimessage_digest(const struct pkimessage *message);

/* The signer's certificate in DER, chosen by sid (issuerAndSerialNumber or subjectKeyIdentifier) among those
 * enclosed. */
const gnutls_datum_t *pkimessage_signer_certificate(const struct pkimessage *message);

/* The enclosed certificates in DER, in the order sent. */
size_t pkimessage_certificate_count(const struct pkimessage *message);
const gnutls_datum_t *pkimessage_certificate(const struct pkimessage *message, size_t index);

/* The encapsulated content: for requests and successful replies an EnvelopedData. Size 0 when absent or
 * empty. */
const gnutls_datum_t *pkimessage_content(const struct pkimessage *message);

/* --- reading EnvelopedData (RFC 5652 section 6, RFC 8894 section 3.1) --- */

struct pkimessage_envelope;

/* Parses INPUT, an EnvelopedData in BER or DER, with or without its ContentInfo. Freed with
 * pkimessage_envelope_free. */
int pkimessage_envelope_parse(const gnutls_datum_t *input, struct pkimessage_envelope **envelope);
void pkimessage_envelope_free(struct pkimessage_envelope *envelope);

/* The content cipher, GNUTLS_CIPHER_UNKNOWN when it is none we know; a reply mirrors it. */
gnutls_cipher_algorithm_t pkimessage_envelope_cipher(const struct pkimessage_envelope *envelope);

/* How the key of the first recipient travels, PKIMESSAGE_TRANSPORT_UNKNOWN when it is no way we know; a reply
 * mirrors it. */
int pkimessage_envelope_transport(const struct pkimessage_envelope *envelope);

/*
 * Decrypts with the key that a PasswordRecipientInfo wraps under PASSWORD (RFC 8894 section 3.1): PBKDF2 with
 * an HMAC of SHA-1 to SHA-512 and at most LIMIT_PBKDF2_ITERATIONS, the key wrap of RFC 3211. Errors and
 * PLAINTEXT as pkimessage_envelope_decrypt; PKIMESSAGE_E_LIMIT for more iterations.
 */
int pkimessage_envelope_decrypt_password(const struct pkimessage_envelope *envelope,
					 const gnutls_datum_t *password, unsigned legacy,
					 gnutls_datum_t *plaintext);

/*
 * Decrypts for the first of COUNT IDENTITIES that a KeyTransRecipientInfo names (issuerAndSerialNumber, names
 * compared as names, or subjectKeyIdentifier). A single recipient that names none of them is tried with the
 * first identity, because clients exist that name it wrongly. RSAES-PKCS1-v1_5 and RSAES-OAEP with implicit
 * rejection: whatever is wrong inside, the work goes on with a random key and the answer is
 * PKIMESSAGE_E_DECRYPT or bytes that mean nothing (CWE-203). RSAES-OAEP needs a private key that can be
 * exported, PKIMESSAGE_E_KEY otherwise. PKIMESSAGE_E_RECIPIENT and PKIMESSAGE_E_ALGORITHM (cipher or key
 * transport unknown or not in LEGACY) come before any key is used. PLAINTEXT is secret: the caller wipes and
 * frees it.
 */
int pkimessage_envelope_decrypt(const struct pkimessage_envelope *envelope,
				const struct pkimessage_identity *identities, size_t count, unsigned legacy,
				gnutls_datum_t *plaintext);

/* An identity made ready to decrypt and sign many messages: where its key can be taken out of GnuTLS, that is
 * done once and not for each. For one thread at a time; it may be made before a fork. */
struct pkimessage_prepared;

/* Makes IDENTITY ready, whose key must live as long. PKIMESSAGE_E_KEY when it is not RSA. Freed with
 * pkimessage_prepared_free, which wipes it and leaves IDENTITY alone; NULL is allowed. */
int pkimessage_prepare(const struct pkimessage_identity *identity, struct pkimessage_prepared **prepared);
void pkimessage_prepared_free(struct pkimessage_prepared *prepared);

/* As pkimessage_envelope_decrypt, for COUNT identities in PREPARED. */
int pkimessage_envelope_decrypt_with(const struct pkimessage_envelope *envelope,
				     struct pkimessage_prepared *const *prepared, size_t count,
				     unsigned legacy, gnutls_datum_t *plaintext);

/* --- what CertPoll, GetCert and GetCRL enclose (RFC 8894 sections 3.3.3 and 3.3.4) --- */

/* IssuerAndSubject, or IssuerAndSerialNumber: which certificate is meant. */
struct pkimessage_reference {
	gnutls_datum_t issuer;  /* Name in DER */
	gnutls_datum_t subject; /* Name in DER; size 0 in an IssuerAndSerialNumber */
	gnutls_datum_t serial;  /* contents octets of the INTEGER; size 0 in an IssuerAndSubject */
	gnutls_datum_t der;     /* the encoding that the others lie in */
};

/* Parses INPUT, BER or DER, of either form; which one it is shows in the sizes. PKIMESSAGE_E_LIMIT: a name
 * over 8 KiB, or a serial number over 20 bytes. Freed with pkimessage_reference_free. */
int pkimessage_reference_parse(const gnutls_datum_t *input, struct pkimessage_reference *reference);
void pkimessage_reference_free(struct pkimessage_reference *reference);

/* Builds REFERENCE, whose der is not looked at: issuer and exactly one of subject and serial. */
int pkimessage_reference_build(const struct pkimessage_reference *reference, gnutls_datum_t *out);

/* --- requests of clients older than SCEP's own form --- */

/*
 * The PKCS#10 request of INPUT that is no pkiMessage: a SignedData around a bare PKCS#10 (whose SignerInfos,
 * if any, are not looked at), or the PKCS#10 itself; each in BER, in DER, or in base64. Only its form is
 * checked (PKIMESSAGE_E_SYNTAX when INPUT is none of these, PKIMESSAGE_E_LIMIT over 64 KiB): whoever uses it
 * must check the request's own signature. CSR is secret (it has the challenge): the caller wipes and frees
 * it.
 */
int pkimessage_raw_csr(const gnutls_datum_t *input, gnutls_datum_t *csr);

/* --- reading certs-only SignedData (RFC 8894 section 3.4) --- */

struct pkimessage_certs;

/* Parses INPUT (ContentInfo with a SignedData that has no signer). Freed with pkimessage_certs_free. */
int pkimessage_certs_parse(const gnutls_datum_t *input, struct pkimessage_certs **certs);
void pkimessage_certs_free(struct pkimessage_certs *certs);
size_t pkimessage_certs_count(const struct pkimessage_certs *certs);
const gnutls_datum_t *pkimessage_certs_get(const struct pkimessage_certs *certs, size_t index);

/* --- reading a certification request (PKCS#10, RFC 2986) --- */

struct pkimessage_csr;

/* One requested extension (RFC 5280 section 4.1): OID in dotted decimal, critical, contents of extnValue. */
struct pkimessage_extension {
	char oid[128];
	bool critical;
	gnutls_datum_t value;
};

/*
 * Parses INPUT in DER (or BER). Attributes may come in any order; extensionRequest in its PKCS#9 or its
 * Microsoft form; an attribute that matters twice is PKIMESSAGE_E_ATTRIBUTE_DUPLICATE. Freed with
 * pkimessage_csr_free, which wipes it.
 */
int pkimessage_csr_parse(const gnutls_datum_t *input, struct pkimessage_csr **csr);
void pkimessage_csr_free(struct pkimessage_csr *csr);

/* Verifies the request's own signature over its bytes as sent. PKIMESSAGE_E_ALGORITHM for digests not in
 * LEGACY. */
int pkimessage_csr_verify(const struct pkimessage_csr *csr, unsigned legacy);

/* The whole request; subject (Name) and subjectPublicKeyInfo as complete DER encodings, as sent. */
const gnutls_datum_t *pkimessage_csr_der(const struct pkimessage_csr *csr);
const gnutls_datum_t *pkimessage_csr_subject(const struct pkimessage_csr *csr);
const gnutls_datum_t *pkimessage_csr_public_key(const struct pkimessage_csr *csr);

/* challengePassword (RFC 2985 section 5.4.1), any string type, BMPString turned into UTF-8; size 0 when
 * absent. Secret. */
const gnutls_datum_t *pkimessage_csr_challenge(const struct pkimessage_csr *csr);

/* The requested extensions, in the order sent. */
size_t pkimessage_csr_extension_count(const struct pkimessage_csr *csr);
const struct pkimessage_extension *pkimessage_csr_extension(const struct pkimessage_csr *csr, size_t index);

/*
 * Parses INPUT, the answer to GetNextCACert (RFC 8894 section 4.7): a SignedData around a certs-only
 * SignedData. Its signature must be by one of COUNT SIGNERS, the current CA and RA, with a digest that LEGACY
 * allows; contentType and messageDigest are checked as in pkimessage_verify. Freed with
 * pkimessage_certs_free.
 */
int pkimessage_next_ca_parse(const gnutls_datum_t *input, const gnutls_x509_crt_t *signers, size_t count,
			     unsigned legacy, struct pkimessage_certs **certs);

/* --- building --- */

/* A degenerate, certs-only SignedData of COUNT certificates in DER, in the order given (not sorted). RFC
 * 8894 3.4. */
int pkimessage_build_certs_only(const gnutls_datum_t *certificates, size_t count, gnutls_datum_t *out);

/* True when CERTIFICATE can be the recipient of an EnvelopedData: its key must be RSA. Ask before issuing. */
bool pkimessage_can_receive(gnutls_x509_crt_t certificate);

/*
 * An EnvelopedData around CONTENT, in its ContentInfo, as ENCRYPTION says: for COUNT RECIPIENTS by
 * issuerAndSerialNumber, or, with PKIMESSAGE_PASSWORD, for whoever knows the password; then COUNT is 0.
 * PKIMESSAGE_E_KEY when a recipient cannot receive, _E_ALGORITHM for a cipher or transport that is unknown.
 */
int pkimessage_build_envelope(const gnutls_datum_t *content, const gnutls_x509_crt_t *recipients,
			      size_t count, const struct pkimessage_encryption *encryption,
			      gnutls_datum_t *out);

/* The SCEP attributes of a message to build. Initialise with PKIMESSAGE_ATTRIBUTES_INIT. */
struct pkimessage_attributes {
	int message_type;               /* enum pkimessage_type */
	int pki_status;                 /* replies only */
	int fail_info;                  /* failures only */
	const char *fail_info_text;     /* UTF-8, or NULL */
	gnutls_datum_t transaction_id;  /* 1 to 255 bytes */
	unsigned transaction_id_tag;    /* identifier octet of its string type; 0 means PrintableString */
	gnutls_datum_t sender_nonce;    /* size 0: 16 fresh random bytes */
	gnutls_datum_t recipient_nonce; /* size 0: left out */
};
#define PKIMESSAGE_ATTRIBUTES_INIT                                                                           \
	{                                                                                                    \
		.pki_status = PKIMESSAGE_STATUS_ABSENT, .fail_info = PKIMESSAGE_FAIL_ABSENT,                 \
	}

/* How to sign. Initialise with {0}. */
struct pkimessage_signing {
	struct pkimessage_identity signer;
	gnutls_digest_algorithm_t digest;  /* MD5, SHA-1, SHA-224 to SHA-512 */
	const gnutls_x509_crt_t *enclosed; /* enclosed in this order; the signer's own only if it is here */
	size_t enclosed_count;
	struct pkimessage_prepared *prepared; /* the signer, to sign at less cost; or NULL. The caller's */
};

/*
 * A pkiMessage: SignedData over CONTENT (an EnvelopedData, its ContentInfo included; NULL or empty: an empty
 * eContent, which certmonger needs) with the signed attributes in DER order. SignerInfo by
 * issuerAndSerialNumber, signatureAlgorithm rsaEncryption for RSA keys (strongSwan 5.9.8 takes no other) and
 * ecdsa-with-SHAxxx for EC keys; Ed25519 keys sign with SHA-512 alone (RFC 8419).
 *
 * The prepared of SIGNING, if any, must have been made of the same key handle (PKIMESSAGE_E_ARGUMENT). The
 * message is the same with and without it. Where its key could be taken out of GnuTLS it makes the signature,
 * unless GnuTLS, by its own judgement or the system's policy, calls the signature algorithm insecure (MD5 and
 * SHA-1 always): GnuTLS then signs, or refuses. PKIMESSAGE_E_KEY: the key is too short for the digest;
 * _E_CRYPTO: the machine failed, and no signature comes out.
 */
int pkimessage_build(const struct pkimessage_attributes *attributes, const gnutls_datum_t *content,
		     const struct pkimessage_signing *signing, gnutls_datum_t *out);

/*
 * CertRep for REQUEST (RFC 8894 section 3.3.2), mirroring its transactionID, string type, nonce and digest
 * (unless SIGNING names one). Success encloses COUNT certificates in DER, leaf first, encrypted as ENCRYPTION
 * says: to the request's signer certificate, or, with PKIMESSAGE_PASSWORD, to nobody's key, so that a signer
 * that cannot receive gets its answer too.
 */
int pkimessage_build_success(const struct pkimessage *request, const gnutls_datum_t *certificates,
			     size_t count, const struct pkimessage_encryption *encryption,
			     const struct pkimessage_signing *signing, gnutls_datum_t *out);
int pkimessage_build_failure(const struct pkimessage *request, int fail_info, const char *fail_info_text,
			     const struct pkimessage_signing *signing, gnutls_datum_t *out);
int pkimessage_build_pending(const struct pkimessage *request, const struct pkimessage_signing *signing,
			     gnutls_datum_t *out);

/*
 * Request message of TYPE around CONTENT (the PKCS#10 of a PKCSReq or RenewalReq, the reference of a
 * CertPoll, GetCert or GetCRL; in DER), encrypted to RECIPIENT as ENCRYPTION says, and signed. TRANSACTION_ID
 * and SENDER_NONCE as in struct pkimessage_attributes.
 */
int pkimessage_build_request(int type, const gnutls_datum_t *content, const gnutls_datum_t *transaction_id,
			     const gnutls_datum_t *sender_nonce, gnutls_x509_crt_t recipient,
			     const struct pkimessage_encryption *encryption,
			     const struct pkimessage_signing *signing, gnutls_datum_t *out);

/*
 * The answer to GetNextCACert (RFC 8894 section 4.7): COUNT certificates of the next CA in DER, in a
 * certs-only SignedData that SIGNING signs, with contentType and messageDigest; SIGNING names the digest.
 */
int pkimessage_build_next_ca(const gnutls_datum_t *certificates, size_t count,
			     const struct pkimessage_signing *signing, gnutls_datum_t *out);

/* --- names --- */

/*
 * True when the two Names in DER are the same as RFC 5280 section 7.1 compares names: attribute by attribute,
 * string types converted, case and runs of spaces in strings ignored. Case is folded for Latin, Greek,
 * Cyrillic and Armenian letters; there is no Unicode normalisation. What is no Name equals nothing, nor do
 * names with more than 128 parts, or 16 attributes in one, unless their bytes are the same.
 */
bool pkimessage_names_equal(const gnutls_datum_t *a, const gnutls_datum_t *b);

/*
 * True when the Name in DER names nobody: it has no attribute, or strings alone that hold no more than
 * spaces, so that it may equal any other such name; or it is no Name.
 */
bool pkimessage_name_is_blank(const gnutls_datum_t *name);

#ifdef __cplusplus
}
#endif

#endif
