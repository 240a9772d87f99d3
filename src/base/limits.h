/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every limit of the project, a sentence each. Sizes are in bytes unless the name says otherwise.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* --- ASN.1, any message --- */

/* Nesting of constructed encodings; a pkiMessage with a chain needs 14, jscep's BER a few more. */
#define LIMIT_ASN1_DEPTH 32
/* Encodings (TLVs) in one message, inside constructed ones included; a large honest request has about 1,500.
 */
#define LIMIT_ASN1_ELEMENTS 50000
/* Segments of one constructed OCTET STRING; jscep cuts at 1,000 bytes, so this is far above the body limit's
 * worth. */
#define LIMIT_ASN1_SEGMENTS 8192

/* --- pkiMessage (RFC 8894) --- */

/* Certificates in one SignedData: a client sends its own and perhaps a chain. */
#define LIMIT_CMS_CERTIFICATES 16
/* SignerInfos in one SignedData: RFC 8894 section 3.1 wants exactly one; more are refused by count. */
#define LIMIT_CMS_SIGNERS 1
/* Recipients of one EnvelopedData: clients encrypt to every certificate GetCACert gave them. */
#define LIMIT_CMS_RECIPIENTS 16
/* Signed or unsigned attributes of one SignerInfo. */
#define LIMIT_CMS_ATTRIBUTES 64
/* transactionID: any text; the longest seen in the field is 77, RFC 8894 names no bound. */
#define LIMIT_TRANSACTION_ID 255
/* senderNonce: 16 by RFC 8894 section 3.2.1.5, 8 seen; anything up to this is echoed. */
#define LIMIT_NONCE 64
/* failInfoText: a sentence for people. */
#define LIMIT_FAIL_INFO_TEXT 1024
/* Attributes in one relative distinguished name, and relative distinguished names in a name, that are
 * compared. */
#define LIMIT_RDN_ATTRIBUTES 16
#define LIMIT_RDNS           128
/* Iterations of PBKDF2 in a PasswordRecipientInfo that is read: half a second of work. */
#define LIMIT_PBKDF2_ITERATIONS 1000000
/* The salt of such a PBKDF2: 8 to 64 bytes are usual. */
#define LIMIT_PBKDF2_SALT 256
/* One RSA modulus, and so one encrypted content key: 8192 bits. */
#define LIMIT_RSA_BYTES 1024
/* Operations that one random number blinds, squared from one to the next: few, so that none is worth
 * finding, and enough that making a new one costs nothing beside them. */
#define LIMIT_RSA_BLINDINGS 32

/* Seconds that signingTime may be off before it counts as wrong: clients' clocks run hours behind. */
#define LIMIT_SIGNING_TIME_SKEW (24 * 60 * 60)

/* --- certificates and requests --- */

/* A PKCS#10 request in DER. */
#define LIMIT_CSR (64 * 1024)
/* Attributes of a PKCS#10 request. */
#define LIMIT_CSR_ATTRIBUTES 32
/* Extensions inside one extensionRequest, or of one certificate. */
#define LIMIT_EXTENSIONS 64
/* Names in a subjectAltName. */
#define LIMIT_SANS 100
/* One name (DNS, e-mail, URI, directory name) inside a subjectAltName, or one subject attribute value. */
#define LIMIT_NAME 1024
/* A whole subject in DER. */
#define LIMIT_SUBJECT 8192
/* challengePassword; Intune's signed challenges are kilobytes. */
#define LIMIT_CHALLENGE 16384
/* A certificate in DER. */
#define LIMIT_CERTIFICATE (64 * 1024)
/* Certificates in one PEM file that an operator configures (chains, trust bundles). */
#define LIMIT_PEM_CERTIFICATES 256
/* An operator's key, certificate or bundle file. */
#define LIMIT_FILE (4 * 1024 * 1024)
/* Seconds to wait for another process that is opening a PKCS#11 token. */
#define LIMIT_TOKEN_LOCK_SECONDS 30
/* Random serial number bytes; RFC 5280 section 4.1.2.2 allows 20. */
#define LIMIT_SERIAL 20

/* RA pairs of one profile: the one that signs, and those that only decrypt still. */
#define LIMIT_RA_PAIRS 8
/* Seconds before the end of an RA or CA certificate from which on it is pointed out, and how often. */
#define LIMIT_EXPIRY_WARNING  (30 * 24 * 60 * 60)
#define LIMIT_EXPIRY_REMINDER (24 * 60 * 60)

/* --- HTTP through FastCGI --- */

/* Request body unless CERTCTL_MAX_BODY_SIZE says otherwise. */
#define LIMIT_BODY_DEFAULT (1024 * 1024)
/* The largest value CERTCTL_MAX_BODY_SIZE takes. */
#define LIMIT_BODY_MAX (64 * 1024 * 1024)
/* Query string; base64 of a GET PKIOperation with RSA-4096 and a chain nears 9 KB. */
#define LIMIT_QUERY (64 * 1024)
/* Path of a request. */
#define LIMIT_PATH 2048
/* Content-Type of a request, as much of it as is looked at; a media type with its parameters is far shorter.
 */
#define LIMIT_CONTENT_TYPE 255
/* Parameters in one query string. */
#define LIMIT_QUERY_PARAMETERS 32
/* Seconds a FastCGI peer has to send a whole request, and again to take the whole answer. */
#define LIMIT_REQUEST_SECONDS 30
/* Connections of one worker that have not sent their (next) request yet; more stay in the kernel's queue. */
#define LIMIT_WAITING_CONNECTIONS 64
/* Milliseconds a worker that ends still gives a connection it has accepted to send its request. */
#define LIMIT_LAST_CALL_MS 200
/* Address space of a worker beyond what it has at start: libfcgi allocates what its peer announces. */
#define LIMIT_WORKER_MEMORY (512UL * 1024 * 1024)

/* --- trusted proxies and what they forward --- */

/* CERTCTL_TRUSTED_PROXY_CIDRS, and CERTCTL_TRUSTED_PROXY_USERS. */
#define LIMIT_TRUSTED_NETWORKS 64
#define LIMIT_TRUSTED_USERS    16
/* Seconds between two log lines of a worker about connections of peers that are not listed. */
#define LIMIT_REFUSED_LOG_SECONDS 60
/* A field that carries a client certificate, as sent: an escaped PEM is up to five times its DER. */
#define LIMIT_CLIENT_FIELD (128 * 1024)
/* A client certificate in DER, and each of its chain: a chain of post-quantum signatures fits. */
#define LIMIT_CLIENT_CERTIFICATE (16 * 1024)
/* Certificates presented beside it. */
#define LIMIT_CLIENT_CHAIN 8
/* Its subject and its issuer as text, as much of them as is recorded. */
#define LIMIT_CLIENT_NAME 1024
/* Addresses in X-Forwarded-For, counted from the right; honest chains have two or three. */
#define LIMIT_FORWARDED_HOPS 32

/* --- the probe of certctl-fcgi doctor --- */

/* Characters of the key, CERTCTL_PROXY_PROBE_KEY. */
#define LIMIT_PROBE_KEY_MIN 32
/* Seconds that the clocks of the doctor and the program may differ. */
#define LIMIT_PROBE_SECONDS 60
/* Parameters an answer names; honest requests bring about ten header fields. */
#define LIMIT_PROBE_LINES 64
/* Bytes of a name or value in an answer, before they are escaped. */
#define LIMIT_PROBE_NAME 64
/* An answer: its lines, each byte of a name escaped. */
#define LIMIT_PROBE_ANSWER (32 * 1024)

/* --- configuration --- */

/* One line of the configuration file. */
#define LIMIT_CONFIG_LINE 16384
/* Settings in the configuration file, and CERTCTL_ variables in the environment. */
#define LIMIT_CONFIG_ENTRIES 4096
/* A secret kept in a file of its own (NAME_FILE). */
#define LIMIT_SECRET_FILE 16384
/* Profiles per protocol, and issuers. */
#define LIMIT_PROFILES 64
/* Worker processes of one program. */
#define LIMIT_WORKERS 256
/* A profile or issuer name: it is also a database key and a path segment. */
#define LIMIT_PROFILE_NAME 64

/* --- database --- */

/* Times a whole transaction is tried again after a deadlock or certification failure. */
#define LIMIT_DB_RETRIES 5
/* Seconds to connect, to read and to write before the database counts as unavailable. */
#define LIMIT_DB_CONNECT_SECONDS 5
#define LIMIT_DB_IO_SECONDS      15
/* Seconds a statement waits for a row or table lock; a few tries fit into LIMIT_DB_IO_SECONDS. */
#define LIMIT_DB_LOCK_SECONDS 4
/* Milliseconds after a failed connection in which no other is tried, so that requests fail fast meanwhile. */
#define LIMIT_DB_BACKOFF_MS 1000
/* Seconds for one migration, and to wait while another process migrates. */
#define LIMIT_DB_MIGRATE_SECONDS 600
/* Seconds for a report that reads the audit rows from end to end. */
#define LIMIT_DB_REPORT_SECONDS 600
/* Rows that maintenance looks at, and deletes, in one transaction: milliseconds of locks. */
#define LIMIT_DB_BATCH 500
/* Migration files. */
#define LIMIT_DB_MIGRATIONS 1000

/* --- logs --- */

/* One value in a log line; longer ones are cut and marked. */
#define LIMIT_LOG_VALUE 512

#endif
