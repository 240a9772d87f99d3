/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files that decode a forwarded client certificate:
 *
 *	client_certificate.c    which source is spelled how, verdicts, and what becomes leaf and chain
 *	client_outcome.c        outcomes in words
 *	client_pem.c client_base64.c client_xfcc.c    the spellings
 *	client_list.c           the certificates found so far
 */
#ifndef GATEWAY_CLIENT_PRIVATE_H
#define GATEWAY_CLIENT_PRIVATE_H

#include "base/bytes.h"
#include "gateway/client_certificate.h"

/* --- client_list.c --- */

/* One more than a chain, because some servers begin it with the leaf. */
#define CLIENT_LIST_SIZE (LIMIT_CLIENT_CHAIN + 1)

/* Certificates in the order in which they were found. */
struct client_list {
	gnutls_datum_t items[CLIENT_LIST_SIZE];
	size_t count;
	size_t max;               /* that many are welcome, at most CLIENT_LIST_SIZE; ... */
	enum client_outcome over; /* ... one more is this */
};
void client_list_free(struct client_list *list);

/* Adds a copy of DER: CLIENT_GIVEN, or the fault when it is not one SEQUENCE and nothing else, too large or
 * too much. */
enum client_outcome client_list_add(struct client_list *list, const gnutls_datum_t *der);

/* The same with one or several SEQUENCEs without anything between them. */
enum client_outcome client_list_add_joined(struct client_list *list, const gnutls_datum_t *ders);

/* --- spellings --- */

/*
 * Reads the certificates in TEXT, one at least, and adds them to LIST: CLIENT_GIVEN, or the fault, and then
 * what LIST holds is of no use. What is not exactly of the form is CLIENT_SYNTAX.
 */
typedef enum client_outcome client_reader(const gnutls_datum_t *text, struct client_list *list);

/*
 * PEM (RFC 7468), block after block. Lines may end in LF, CRLF or a space (Apache's header fields), and begin
 * with blanks (nginx's $ssl_client_cert). Types other than CERTIFICATE, headers and other text are faults.
 */
client_reader client_read_pem;

/* Base64 (RFC 4648 section 4, padded, nothing else) of one DER SEQUENCE, or of one or several. */
client_reader client_read_base64;
client_reader client_read_base64_joined;

/* Base64 of one DER each, with commas between them. */
client_reader client_read_commas;

/* Base64 of one DER each, as a list of byte sequences, ":...:, :...:" (RFC 8941 section 3.1 and 3.3.5). */
client_reader client_read_colons;

/* --- client_xfcc.c --- */

/*
 * Envoy's X-Forwarded-Client-Cert: Cert into LEAF, Chain into CHAIN. CLIENT_SEVERAL for more than one hop or
 * Cert, CLIENT_EMPTY without Cert.
 */
enum client_outcome client_read_xfcc(const gnutls_datum_t *text, struct client_list *leaf,
				     struct client_list *chain);

/* --- client_certificate.c --- */

/* READER on TEXT without its escapes (%XX; '+' stays: AWS does not escape it). */
enum client_outcome client_read_escaped(client_reader *reader, const gnutls_datum_t *text,
					struct client_list *list);

#endif
