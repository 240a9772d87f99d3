/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi inspect: what a file is, read by the parsers that servers use, and why it would be refused. */
#ifndef CLI_INSPECT_H
#define CLI_INSPECT_H

#include "cli/cli.h"
#include "pki/names.h"
#include "pkimessage/pkimessage.h"

struct inspect {
	unsigned legacy;           /* what may still be used: bits of enum pkimessage_legacy */
	const struct pki_pair *ra; /* to open envelopes with, or NULL */
	bool refused;              /* something was found; the first finding is the one that counts */
};

/* --- printing --- */

/* "NAME    value" and a line end. */
void inspect_show(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with bytes from outside: as text with '?' for what is not printable, or as hex. */
void inspect_show_text(const char *name, const gnutls_datum_t *bytes);
void inspect_show_hex(const char *name, const gnutls_datum_t *bytes);

/* Says why a server would refuse this, with the section (of an RFC) that says so; only the first time. */
void inspect_refuse(struct inspect *inspect, const char *section, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for an error of libpkimessage, in the words of one table. */
void inspect_refuse_error(struct inspect *inspect, const char *part, int error);

/* --- the kinds of things --- */

/* Finds out what DER is, shows it and says why it would be refused. */
void inspect_any(struct inspect *inspect, const gnutls_datum_t *der);

void inspect_message(struct inspect *inspect, const gnutls_datum_t *der);
void inspect_certs(struct inspect *inspect, const gnutls_datum_t *der);
void inspect_envelope(struct inspect *inspect, const gnutls_datum_t *der, gnutls_datum_t *plaintext);
void inspect_csr(struct inspect *inspect, const gnutls_datum_t *der);
void inspect_certificate(struct inspect *inspect, const gnutls_datum_t *der);

/* The Name that GET takes out of CERTIFICATE as text, fit to be printed. */
void inspect_dn(gnutls_x509_crt_t certificate, int (*get)(gnutls_x509_crt_t, gnutls_datum_t *, unsigned),
		char *text, size_t size);

/* One line about a certificate: "subject, serial, until". */
void inspect_certificate_line(const char *name, const gnutls_datum_t *der);

/* MD5, SHA-1 and SHA-256 of DER, as users are asked to compare or paste them (field.md W22). */
void inspect_fingerprints(const gnutls_datum_t *der);

/* Subject and SANs, each SAN on its own line. */
void inspect_names(const struct pki_names *names);

/* Turns what a file holds (DER, BER, PEM or base64) into DER or BER. False when it is none of them. */
bool inspect_decode(const gnutls_datum_t *content, gnutls_datum_t *der);

#endif
