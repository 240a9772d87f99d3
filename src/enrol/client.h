/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client certificate of a TLS connection, from what the web server claims of it to what we believe
 * (DESIGN 4.2): the claim is verified again, against the bundle of the one profile that is asked, and where
 * we issued it ourselves against our own record.
 */
#ifndef ENROL_CLIENT_H
#define ENROL_CLIENT_H

#include "base/limits.h"
#include "base/text.h"
#include "enrol/reason.h"
#include "gateway/client_certificate.h"
#include "pki/bundle.h"
#include "store/store.h"

/* Bytes of a serial number as text, final NUL included. */
#define ENROL_SERIAL_TEXT TEXT_HEX_SIZE(LIMIT_SERIAL + 1)

/* Whom a profile lets in: built once, read-only while requests are served. */
struct enrol_gate {
	struct pki_bundle *bundle;
	/* The names (DER) of all issuers of ours, whether or not anybody may enrol with them now: what
	 * carries one is to be in our record. */
	const gnutls_datum_t *issuers;
	size_t issuer_count;
};

/* Who is let in; of who is not, as much as is known. Freed with enrol_client_free. */
struct enrol_client {
	gnutls_x509_crt_t certificate;        /* NULL: what was told is none, and the rest is empty */
	gnutls_datum_t subject;               /* DER */
	char subject_text[LIMIT_CLIENT_NAME]; /* RFC 4514, UTF-8, perhaps cut */
	char issuer_text[LIMIT_CLIENT_NAME];
	char serial[ENROL_SERIAL_TEXT]; /* hex */
};
void enrol_client_free(struct enrol_client *client);

/* What OUTCOME means where a client certificate is demanded: ENROL_SUCCESS for CLIENT_GIVEN alone. */
enum enrol_reason enrol_client_reason(enum client_outcome outcome);

/*
 * Lets GIVEN through GATE as of now: told in form, of the bundle, in date, for TLS clients, not revoked by
 * us, and, where it names an issuer of ours, recorded; the last two ask STORE (one round trip). ENROL_SUCCESS
 * and *CLIENT, or an ENROL_CLIENT_ reason, ENROL_UNAVAILABLE, ENROL_INTERNAL; DETAIL (PKI_REASON_SIZE bytes)
 * is for the operator, perhaps "".
 */
enum enrol_reason enrol_client_check(struct store *store, const struct enrol_gate *gate,
				     const struct client_certificate *given, struct enrol_client *client,
				     char *detail);

#endif
