/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client certificate of the TLS connection that ended at the fronting web server, as that server tells
 * it. DESIGN 4.1 and 4.2: it is told only by senders that are listed, in the one way that is configured, and
 * it is only a claim: whoever uses it verifies it against a bundle of his own.
 */
#ifndef GATEWAY_CLIENT_CERTIFICATE_H
#define GATEWAY_CLIENT_CERTIFICATE_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"

/* How the certificate is told (field.md 3.6); the setting's words in brackets. */
enum client_source {
	CLIENT_SOURCE_PARAMS, /* [params] SSL_CLIENT_CERT, SSL_CLIENT_VERIFY, SSL_CLIENT_CERT_CHAIN_n */
	CLIENT_SOURCE_X_SSL_CLIENT_CERT, /* [x-ssl-client-cert] X-SSL-Client-Cert, X-SSL-Client-Verify */
	CLIENT_SOURCE_RFC9440,           /* [rfc9440] Client-Cert, Client-Cert-Chain */
	CLIENT_SOURCE_XFCC,              /* [xfcc] X-Forwarded-Client-Cert (Envoy) */
	CLIENT_SOURCE_AWS_ALB,           /* [aws-alb] X-Amzn-Mtls-Clientcert, or its -Leaf */
	CLIENT_SOURCE_TRAEFIK,           /* [traefik] X-Forwarded-Tls-Client-Cert */
	CLIENT_SOURCE_HAPROXY_DER,       /* [haproxy-der] X-SSL-Client-DER, X-SSL-Client-Verify,
					    X-SSL-Client-Chain-DER */
	CLIENT_SOURCE_COUNT
};

/* What came of it. */
enum client_outcome {
	CLIENT_ABSENT = 0,      /* the device gave none, or nobody told of one */
	CLIENT_GIVEN,           /* LEAF and CHAIN are filled: a claim of a listed sender, in form */
	CLIENT_TRUST_OFF,       /* one was told, and the settings say not to listen */
	CLIENT_SENDER,          /* one was told by somebody who is not listed */
	CLIENT_OTHER_SOURCE,    /* one was told in another way than the configured, and in that one none */
	CLIENT_FIELD_TWICE,     /* a field of the configured source came twice */
	CLIENT_VERDICT_MISSING, /* a certificate without the server's verdict, where the source has one */
	CLIENT_VERDICT_FAILED,  /* the server's verdict is not success */
	CLIENT_EMPTY,           /* the server's verdict is success, of no certificate */
	CLIENT_SEVERAL,         /* more than one certificate, or hop, where there is to be one */
	CLIENT_SYNTAX, /* escapes, base64, PEM or DER that is broken, or anything else that has no place there
			*/
	CLIENT_LIMIT,  /* larger than a limit, or a longer chain */
	CLIENT_OUTCOME_COUNT
};

/* Freed with client_certificate_free. */
struct client_certificate {
	enum client_outcome outcome;
	gnutls_datum_t leaf; /* DER: one SEQUENCE, whole; what is in it nobody has looked at */
	gnutls_datum_t chain[LIMIT_CLIENT_CHAIN]; /* DER, as presented: untrusted */
	size_t chain_count;
};
void client_certificate_free(struct client_certificate *certificate);

/* OUTCOME for log, audit and metrics ("client_verdict_missing"), and for people. Never NULL. */
const char *client_outcome_label(enum client_outcome outcome);
const char *client_outcome_text(enum client_outcome outcome);

/*
 * What a source's fields said, already found by name (client_fields.c); NULL: not given. TWICE: one of them
 * came more than once.
 */
struct client_fields {
	const char *certificate;
	const char *verdict;
	const char *chain; /* all of it in one value; for aws-alb X-Amzn-Mtls-Clientcert-Leaf */
	const char *chain_items[LIMIT_CLIENT_CHAIN]; /* or each by itself, in order */
	size_t chain_item_count;
	bool twice;
	bool chain_too_long; /* there were more items than that */
};

/*
 * Decodes FIELDS as SOURCE spells them into CERTIFICATE (field.md 3.6; each source's rules are in its own
 * file). No I/O, no state; any bytes may come. The outcome is CLIENT_ABSENT, CLIENT_GIVEN or a fault; leaf
 * and chain are empty unless it is CLIENT_GIVEN. Out of memory is CLIENT_LIMIT.
 */
void client_certificate_decode(enum client_source source, const struct client_fields *fields,
			       struct client_certificate *certificate);

#endif
