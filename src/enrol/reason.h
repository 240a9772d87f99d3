/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why a request was refused, or that it was not: one value for all protocols, and one table that says what it
 * means in each. Nobody else invents a status.
 */
#ifndef ENROL_REASON_H
#define ENROL_REASON_H

enum enrol_reason {
	ENROL_SUCCESS = 0,
	ENROL_PENDING,              /* no refusal: it waits for approval */
	ENROL_NO_PROFILE,           /* no profile has this path */
	ENROL_NOT_HTTPS,            /* plain HTTP where the profile does not allow it */
	ENROL_OPERATION,            /* an operation that the protocol does not have */
	ENROL_METHOD,               /* an HTTP method that the operation does not take */
	ENROL_MALFORMED,            /* not a message of this protocol at all */
	ENROL_TOO_LARGE,            /* over a limit of base/limits.h */
	ENROL_SIGNER_UNKNOWN,       /* no certificate for the signature */
	ENROL_SIGNATURE_INVALID,    /* signature, messageDigest or contentType does not hold */
	ENROL_ALGORITHM_REFUSED,    /* digest, cipher or signature algorithm unknown or not allowed here */
	ENROL_MESSAGE_TYPE,         /* a message type that is not served */
	ENROL_NOT_PENDING,          /* a poll for a transaction that waits for nothing */
	ENROL_TRANSACTION_CONFLICT, /* another request holds this transactionID */
	ENROL_DENIED,               /* an operator said no */
	ENROL_CERTIFICATE_UNKNOWN,  /* GetCert for a certificate that this profile did not issue */
	ENROL_NO_CRL,               /* GetCRL, and the issuer has none */
	ENROL_NO_NEXT_CA,           /* GetNextCACert, and none is configured */
	ENROL_NONCE,                /* senderNonce of another length than 16 where the profile is strict */
	ENROL_SIGNING_TIME,         /* signingTime too far off where the profile is strict */
	ENROL_CONTENT_TYPE,         /* another media type than application/x-pki-message where it is strict */
	ENROL_NOT_RECIPIENT,        /* encrypted to somebody else's key */
	ENROL_UNREADABLE,           /* decryption or what came out of it; never says which (CWE-203) */
	ENROL_CSR_SIGNATURE,        /* no proof of possession */
	ENROL_CSR_KEY,              /* key type or size against policy */
	ENROL_CSR_NAMES,            /* subject or SANs malformed or against the names gate */
	ENROL_SIGNER_KEY_MISMATCH,  /* PKCSReq signed with another key than the request's */
	ENROL_UNDELIVERABLE,        /* the client's key cannot receive the reply */
	ENROL_CHALLENGE_MISSING,
	ENROL_CHALLENGE_INVALID,
	ENROL_RENEWAL_UNKNOWN, /* signed by a certificate we did not issue or did not record */
	ENROL_RENEWAL_EARLY,   /* before the profile's renewal window */
	ENROL_RENEWAL_EXPIRED,
	ENROL_RENEWAL_REVOKED,
	ENROL_RENEWAL_PROFILE, /* issued under another profile */
	ENROL_RENEWAL_NAMES,   /* subject or SANs differ from the certificate's */
	/* The client certificate of the TLS connection, as the web server tells it: enum client_outcome ...
	 */
	ENROL_CLIENT_ABSENT,
	ENROL_CLIENT_TRUST_OFF,
	ENROL_CLIENT_SENDER,
	ENROL_CLIENT_OTHER_SOURCE,
	ENROL_CLIENT_FIELD_TWICE,
	ENROL_CLIENT_VERDICT_MISSING,
	ENROL_CLIENT_VERDICT_FAILED,
	ENROL_CLIENT_EMPTY,
	ENROL_CLIENT_SEVERAL,
	ENROL_CLIENT_SYNTAX,
	ENROL_CLIENT_LIMIT,
	/* ... and as we verify it. */
	ENROL_CLIENT_UNTRUSTED, /* it does not chain to the profile's bundle */
	ENROL_CLIENT_EXPIRED,
	ENROL_CLIENT_NOT_YET,
	ENROL_CLIENT_PURPOSE,    /* it is not for a TLS client */
	ENROL_CLIENT_REVOKED,    /* we issued it, and revoked it */
	ENROL_CLIENT_UNKNOWN,    /* it says that we issued it, and there is no record of that */
	ENROL_CLIENT_SUBJECT,    /* it has another subject than the request, where the profile binds them */
	ENROL_MTLS_ONLY,         /* the profile is served to devices with a client certificate alone */
	ENROL_POLICY_UNREADABLE, /* the certificate profile is missing, disabled or malformed: fail closed */
	ENROL_ISSUER_FAILED,     /* the CA could not sign */
	ENROL_UNAVAILABLE,       /* the database does not answer */
	ENROL_INTERNAL,          /* out of memory and the like */
	ENROL_REASON_COUNT
};

/* What a reason means elsewhere. */
struct enrol_meaning {
	const char *label; /* audit reason and metric label */
	int fail_info;     /* SCEP failInfo, enum pkimessage_fail_info */
	const char *text;  /* SCEP failInfoText, HTTP body: short, for people, without secrets */
	int http_status;   /* where HTTP carries the verdict */
};

/* The meaning of REASON; unknown values mean ENROL_INTERNAL. Never NULL. */
const struct enrol_meaning *enrol_meaning(enum enrol_reason reason);

#endif
