/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/client_case.h"
#include "gateway/gateway_private.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define PARAMS  CLIENT_SOURCE_PARAMS
#define X_SSL   CLIENT_SOURCE_X_SSL_CLIENT_CERT
#define RFC9440 CLIENT_SOURCE_RFC9440
#define XFCC    CLIENT_SOURCE_XFCC
#define AWS     CLIENT_SOURCE_AWS_ALB
#define TRAEFIK CLIENT_SOURCE_TRAEFIK
#define HAPROXY CLIENT_SOURCE_HAPROXY_DER

/* A good certificate in each source's own spelling. */
#define PARAMS_CERT  "SSL_CLIENT_CERT={pem 1}"
#define PARAMS_OK    "SSL_CLIENT_VERIFY=SUCCESS"
#define X_SSL_CERT   "HTTP_X_SSL_CLIENT_CERT={url 1}"
#define X_SSL_OK     "HTTP_X_SSL_CLIENT_VERIFY=SUCCESS"
#define RFC9440_CERT "HTTP_CLIENT_CERT=:{base64 1}:"
#define XFCC_CERT    "HTTP_X_FORWARDED_CLIENT_CERT=Cert=\"{url 1}\""
#define AWS_CERT     "HTTP_X_AMZN_MTLS_CLIENTCERT={alb 1}"
#define AWS_LEAF     "HTTP_X_AMZN_MTLS_CLIENTCERT_LEAF={alb 1}"
#define TRAEFIK_CERT "HTTP_X_FORWARDED_TLS_CLIENT_CERT={base64 1}"
#define HAPROXY_CERT "HTTP_X_SSL_CLIENT_DER={base64 1}"
#define HAPROXY_OK   "HTTP_X_SSL_CLIENT_VERIFY=0"

/* Whose word it is: the FastCGI peer is at a Unix socket, REMOTE_ADDR is 10.0.0.1. */
enum listed { NOBODY, PEER, REMOTE, BOTH, OFF }; /* OFF: both, but not about certificates */

static struct gateway_trust make_trust(enum listed listed, enum client_source source)
{
	struct gateway_trust trust = {.certificates = listed != OFF, .source = source};

	trust.local = listed == PEER || listed == BOTH || listed == OFF;
	if (listed == REMOTE || listed == BOTH || listed == OFF)
		cr_assert_eq(trust_add(&trust, "10.0.0.0/8"), ERR_OK);
	return trust;
}

struct fields_case {
	enum listed listed;
	enum client_source source;
	const char *environment[6]; /* templates of client_case.h */
	enum client_outcome expected;
	size_t chain;
	const char *why;
};

static void run(const struct fields_case *c, const char *remote, struct client_certificate *certificate)
{
	struct gateway_trust trust = make_trust(c->listed, c->source);
	struct peer peer = {.local = true, .user = 33};
	char *environment[COUNT(c->environment) + 1] = {NULL};

	for (size_t i = 0; i < COUNT(c->environment) && c->environment[i] != NULL; i++)
		environment[i] = strdup(client_spell(c->environment[i]));
	client_fields_read(&trust, &peer, remote, environment, certificate);
	for (size_t i = 0; environment[i] != NULL; i++)
		free(environment[i]);
}

static void run_all(const struct fields_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct client_certificate certificate;
		gnutls_datum_t der = client_der('1');

		run(&cases[i], "10.0.0.1", &certificate);
		cr_expect_eq(certificate.outcome, cases[i].expected, "case %zu, %s: %s", i, cases[i].why,
			     client_outcome_label(certificate.outcome));
		cr_expect_eq(certificate.chain_count, cases[i].chain, "%s: %zu", cases[i].why,
			     certificate.chain_count);
		if (certificate.outcome == CLIENT_GIVEN)
			cr_expect(bytes_equal(&certificate.leaf, &der), "%s", cases[i].why);
		else
			cr_expect_null(certificate.leaf.data, "%s", cases[i].why);
		client_certificate_free(&certificate);
	}
}

/* --- who is listened to --- */

static const struct fields_case senders[] = {
	{OFF, PARAMS, {PARAMS_CERT, PARAMS_OK}, CLIENT_TRUST_OFF, 0, "both listed, and the toggle off"},
	{OFF, X_SSL, {X_SSL_CERT, X_SSL_OK}, CLIENT_TRUST_OFF, 0, "the same for header fields"},
	{OFF, PARAMS, {X_SSL_CERT, X_SSL_OK}, CLIENT_TRUST_OFF, 0, "and for another source's"},
	{OFF,
	 PARAMS,
	 {PARAMS_CERT, PARAMS_CERT},
	 CLIENT_TRUST_OFF,
	 0,
	 "twice is nothing to who does not listen"},
	{OFF, PARAMS, {PARAMS_OK, "SSL_CLIENT_CERT="}, CLIENT_ABSENT, 0, "an empty one tells of none"},
	{NOBODY, PARAMS, {PARAMS_CERT, PARAMS_OK}, CLIENT_SENDER, 0, "parameters, and nobody is listed"},
	{REMOTE,
	 PARAMS,
	 {PARAMS_CERT, PARAMS_OK},
	 CLIENT_SENDER,
	 0,
	 "parameters, and the peer is not listed"},
	{PEER, X_SSL, {X_SSL_CERT, X_SSL_OK}, CLIENT_SENDER, 0, "header fields of an unlisted client"},
	{REMOTE,
	 X_SSL,
	 {X_SSL_CERT, X_SSL_OK},
	 CLIENT_SENDER,
	 0,
	 "a peer who is not listed says who sent them"},
	{PEER, RFC9440, {RFC9440_CERT}, CLIENT_SENDER, 0, "the same for each other source: rfc9440"},
	{PEER, XFCC, {XFCC_CERT}, CLIENT_SENDER, 0, "xfcc"},
	{PEER, AWS, {AWS_CERT}, CLIENT_SENDER, 0, "aws-alb"},
	{PEER, AWS, {AWS_LEAF}, CLIENT_SENDER, 0, "aws-alb, the leaf"},
	{PEER, TRAEFIK, {TRAEFIK_CERT}, CLIENT_SENDER, 0, "traefik"},
	{PEER, HAPROXY, {HAPROXY_CERT, HAPROXY_OK}, CLIENT_SENDER, 0, "haproxy-der"},
	{PEER,
	 X_SSL,
	 {X_SSL_CERT, X_SSL_CERT},
	 CLIENT_SENDER,
	 0,
	 "an unlisted client refuses nobody by twice"},
	{PEER, PARAMS, {PARAMS_CERT, PARAMS_OK}, CLIENT_GIVEN, 0, "parameters need the peer alone"},
	{BOTH, PARAMS, {PARAMS_CERT, PARAMS_OK}, CLIENT_GIVEN, 0, "more does no harm"},
	{BOTH, X_SSL, {X_SSL_CERT, X_SSL_OK}, CLIENT_GIVEN, 0, "header fields need both: x-ssl-client-cert"},
	{BOTH, RFC9440, {RFC9440_CERT}, CLIENT_GIVEN, 0, "rfc9440"},
	{BOTH, XFCC, {XFCC_CERT}, CLIENT_GIVEN, 0, "xfcc"},
	{BOTH, AWS, {AWS_CERT}, CLIENT_GIVEN, 0, "aws-alb"},
	{BOTH, AWS, {AWS_LEAF}, CLIENT_GIVEN, 0, "aws-alb, the leaf"},
	{BOTH, TRAEFIK, {TRAEFIK_CERT}, CLIENT_GIVEN, 0, "traefik"},
	{BOTH, HAPROXY, {HAPROXY_CERT, HAPROXY_OK}, CLIENT_GIVEN, 0, "haproxy-der"},
};

Test(client_fields, listed_senders_alone_are_heard)
{
	run_all(senders, COUNT(senders));
}

Test(client_fields, a_client_without_address_is_not_listed)
{
	static const char *const remotes[] = {NULL, "", "unix:", "10.0.0.1:80", "10.0.0.1, 10.0.0.1"};
	static const struct fields_case c = {BOTH, X_SSL, {X_SSL_CERT, X_SSL_OK}, CLIENT_SENDER, 0, ""};

	for (size_t i = 0; i < COUNT(remotes); i++) {
		struct client_certificate certificate;

		run(&c, remotes[i], &certificate);
		cr_expect_eq(certificate.outcome, CLIENT_SENDER, "%zu", i);
		client_certificate_free(&certificate);
	}
}

/* --- what is looked at --- */

static const struct fields_case found[] = {
	{BOTH, PARAMS, {"REMOTE_USER=x", "HTTPS=on"}, CLIENT_ABSENT, 0, "nothing"},
	{BOTH, PARAMS, {"SSL_CLIENT_CERT=", "SSL_CLIENT_VERIFY=NONE"}, CLIENT_ABSENT, 0, "nginx without one"},
	{BOTH,
	 PARAMS,
	 {"SSL_CLIENT_CERTX=x", "SSL_CLIENT_CER=x", "XSSL_CLIENT_CERT=x", PARAMS_OK},
	 CLIENT_EMPTY,
	 0,
	 "names that are almost it"},
	{BOTH,
	 PARAMS,
	 {"ssl_client_cert=x", "HTTP_SSL_CLIENT_CERT=x"},
	 CLIENT_ABSENT,
	 0,
	 "a header field called SSL-Client-Cert is another parameter"},
	{BOTH, PARAMS, {PARAMS_CERT}, CLIENT_VERDICT_MISSING, 0, "no verdict"},
	{BOTH, PARAMS, {PARAMS_CERT, X_SSL_OK}, CLIENT_VERDICT_MISSING, 0, "the verdict of another source"},
	{BOTH,
	 PARAMS,
	 {PARAMS_CERT, "SSL_CLIENT_VERIFY=FAILED:expired"},
	 CLIENT_VERDICT_FAILED,
	 0,
	 "not success"},
	{BOTH, X_SSL, {X_SSL_CERT, PARAMS_OK}, CLIENT_VERDICT_MISSING, 0, "the same the other way"},
	{BOTH, X_SSL, {X_SSL_CERT, HAPROXY_OK}, CLIENT_VERDICT_FAILED, 0, "HAProxy's word for success"},
	{BOTH,
	 HAPROXY,
	 {HAPROXY_CERT, X_SSL_OK},
	 CLIENT_SYNTAX,
	 0,
	 "nginx's word with HAProxy's certificate"},
	{BOTH, HAPROXY, {HAPROXY_OK, "HTTP_X_SSL_CLIENT_DER="}, CLIENT_ABSENT, 0, "HAProxy without one"},
	{BOTH, AWS, {AWS_CERT, AWS_LEAF}, CLIENT_SEVERAL, 0, "AWS's both fields"},

	{BOTH,
	 PARAMS,
	 {X_SSL_CERT, X_SSL_OK},
	 CLIENT_OTHER_SOURCE,
	 0,
	 "other sources alone: x-ssl-client-cert"},
	{BOTH, PARAMS, {RFC9440_CERT}, CLIENT_OTHER_SOURCE, 0, "rfc9440"},
	{BOTH, PARAMS, {XFCC_CERT}, CLIENT_OTHER_SOURCE, 0, "xfcc"},
	{BOTH, PARAMS, {AWS_CERT}, CLIENT_OTHER_SOURCE, 0, "aws-alb"},
	{BOTH, PARAMS, {AWS_LEAF}, CLIENT_OTHER_SOURCE, 0, "aws-alb, the leaf"},
	{BOTH, PARAMS, {TRAEFIK_CERT}, CLIENT_OTHER_SOURCE, 0, "traefik"},
	{BOTH, PARAMS, {HAPROXY_CERT, HAPROXY_OK}, CLIENT_OTHER_SOURCE, 0, "haproxy-der"},
	{BOTH, X_SSL, {PARAMS_CERT, PARAMS_OK}, CLIENT_OTHER_SOURCE, 0, "params"},
	{PEER,
	 PARAMS,
	 {X_SSL_CERT},
	 CLIENT_OTHER_SOURCE,
	 0,
	 "a forged header field where parameters are asked for"},
	{PEER, X_SSL, {PARAMS_CERT, PARAMS_OK}, CLIENT_OTHER_SOURCE, 0, "parameters where header fields are"},
	{BOTH,
	 PARAMS,
	 {X_SSL_CERT, "SSL_CLIENT_CERT=", "SSL_CLIENT_VERIFY=NONE"},
	 CLIENT_OTHER_SOURCE,
	 0,
	 "beside a web server that says there is none"},
	{BOTH,
	 PARAMS,
	 {X_SSL_OK, "HTTP_CLIENT_CERT_CHAIN=x", "HTTP_X_SSL_CLIENT_CHAIN_DER=x"},
	 CLIENT_ABSENT,
	 0,
	 "verdict and chain are no certificate"},
	{BOTH,
	 PARAMS,
	 {"HTTP_X_SSL_CLIENT_CERT=(null)", "HTTP_CLIENT_CERT="},
	 CLIENT_ABSENT,
	 0,
	 "nor is Apache's word for nothing, or nothing"},
	{BOTH,
	 PARAMS,
	 {PARAMS_CERT, PARAMS_OK, "HTTP_X_SSL_CLIENT_CERT=evil", XFCC_CERT, "HTTP_CLIENT_CERT=evil"},
	 CLIENT_GIVEN,
	 0,
	 "others beside the configured one are ignored"},
	{BOTH,
	 X_SSL,
	 {X_SSL_CERT, X_SSL_OK, HAPROXY_CERT},
	 CLIENT_GIVEN,
	 0,
	 "also with the verdict's name in common"},
	{BOTH,
	 PARAMS,
	 {X_SSL_CERT, X_SSL_CERT, X_SSL_OK, X_SSL_OK},
	 CLIENT_OTHER_SOURCE,
	 0,
	 "twice in another source refuses nothing"},
};

Test(client_fields, the_configured_source_alone_counts)
{
	run_all(found, COUNT(found));
}

/* --- twice --- */

static const struct fields_case doubled[] = {
	{BOTH, PARAMS, {PARAMS_CERT, PARAMS_CERT, PARAMS_OK}, CLIENT_FIELD_TWICE, 0, "the same certificate"},
	{BOTH,
	 PARAMS,
	 {PARAMS_CERT, PARAMS_OK, "SSL_CLIENT_CERT="},
	 CLIENT_FIELD_TWICE,
	 0,
	 "an empty one behind"},
	{BOTH,
	 PARAMS,
	 {"SSL_CLIENT_CERT=", PARAMS_CERT, PARAMS_OK},
	 CLIENT_FIELD_TWICE,
	 0,
	 "an empty one before"},
	{BOTH, PARAMS, {"SSL_CLIENT_CERT=", "SSL_CLIENT_CERT="}, CLIENT_FIELD_TWICE, 0, "two empty ones"},
	{BOTH, PARAMS, {PARAMS_CERT, PARAMS_OK, PARAMS_OK}, CLIENT_FIELD_TWICE, 0, "the same verdict"},
	{BOTH,
	 PARAMS,
	 {PARAMS_CERT, PARAMS_OK, "SSL_CLIENT_VERIFY=NONE"},
	 CLIENT_FIELD_TWICE,
	 0,
	 "two verdicts"},
	{BOTH,
	 PARAMS,
	 {PARAMS_CERT, PARAMS_OK, "SSL_CLIENT_CERT_CHAIN_0={pem 2}", "SSL_CLIENT_CERT_CHAIN_0={pem 2}"},
	 CLIENT_FIELD_TWICE,
	 0,
	 "an item of the chain"},
	{BOTH,
	 X_SSL,
	 {X_SSL_CERT, X_SSL_OK, X_SSL_CERT},
	 CLIENT_FIELD_TWICE,
	 0,
	 "X-SSL-Client-Cert and X_SSL_Client_Cert have one name"},
	{BOTH,
	 X_SSL,
	 {X_SSL_CERT, X_SSL_OK, "HTTP_X_SSL_CLIENT_VERIFY=SUCCESS"},
	 CLIENT_FIELD_TWICE,
	 0,
	 "its verdict"},
	{BOTH, RFC9440, {RFC9440_CERT, RFC9440_CERT}, CLIENT_FIELD_TWICE, 0, "rfc9440"},
	{BOTH,
	 RFC9440,
	 {RFC9440_CERT, "HTTP_CLIENT_CERT_CHAIN=:{base64 2}:", "HTTP_CLIENT_CERT_CHAIN=:{base64 3}:"},
	 CLIENT_FIELD_TWICE,
	 0,
	 "its chain"},
	{BOTH, XFCC, {XFCC_CERT, XFCC_CERT}, CLIENT_FIELD_TWICE, 0, "xfcc"},
	{BOTH, AWS, {AWS_CERT, AWS_CERT}, CLIENT_FIELD_TWICE, 0, "aws-alb"},
	{BOTH, AWS, {AWS_LEAF, AWS_LEAF}, CLIENT_FIELD_TWICE, 0, "aws-alb, the leaf"},
	{BOTH, TRAEFIK, {TRAEFIK_CERT, TRAEFIK_CERT}, CLIENT_FIELD_TWICE, 0, "traefik"},
	{BOTH, HAPROXY, {HAPROXY_CERT, HAPROXY_OK, HAPROXY_OK}, CLIENT_FIELD_TWICE, 0, "haproxy-der"},
};

Test(client_fields, twice_is_refused)
{
	run_all(doubled, COUNT(doubled));
}

/* --- the chain --- */

#define GOOD PARAMS_CERT, PARAMS_OK
#define ITEM "SSL_CLIENT_CERT_CHAIN_"

static const struct fields_case chains[] = {
	{BOTH, PARAMS, {GOOD, ITEM "8={pem 2}"}, CLIENT_LIMIT, 0, "the ninth"},
	{BOTH, PARAMS, {GOOD, ITEM "10={pem 2}"}, CLIENT_LIMIT, 0, "the eleventh"},
	{BOTH,
	 PARAMS,
	 {GOOD, ITEM "18446744073709551616={pem 2}"},
	 CLIENT_LIMIT,
	 0,
	 "a number that wraps to 0"},
	{BOTH, PARAMS, {GOOD, ITEM "0=garbage"}, CLIENT_SYNTAX, 0, "one that is none"},
	{BOTH, PARAMS, {GOOD, ITEM "8=", ITEM "9=(null)"}, CLIENT_GIVEN, 0, "nothing there is not too much"},
	{BOTH,
	 PARAMS,
	 {GOOD, ITEM "=x", ITEM "01=x", ITEM "x=x", ITEM "0x=x"},
	 CLIENT_GIVEN,
	 0,
	 "no numbers"},
	{BOTH,
	 PARAMS,
	 {GOOD, ITEM "-1=x", ITEM "0_=x", "SSL_CLIENT_CERT_CHAIN=x"},
	 CLIENT_GIVEN,
	 0,
	 "nor these"},
	{BOTH, PARAMS, {GOOD, ITEM "0={pem 2}", ITEM "1={pem 3}"}, CLIENT_GIVEN, 2, "two"},
	{BOTH,
	 PARAMS,
	 {GOOD, ITEM "3={pem 3}", ITEM "1={pem 2}"},
	 CLIENT_GIVEN,
	 2,
	 "with gaps, in any order"},
	{BOTH, PARAMS, {GOOD, ITEM "7={pem 2}"}, CLIENT_GIVEN, 1, "the eighth"},
	{BOTH,
	 RFC9440,
	 {RFC9440_CERT, "HTTP_CLIENT_CERT_CHAIN=:{base64 2}:, :{base64 3}:"},
	 CLIENT_GIVEN,
	 2,
	 "rfc9440"},
	{BOTH,
	 HAPROXY,
	 {HAPROXY_CERT, HAPROXY_OK, "HTTP_X_SSL_CLIENT_CHAIN_DER={base64 2}"},
	 CLIENT_GIVEN,
	 1,
	 "haproxy-der"},
};

Test(client_fields, chains)
{
	run_all(chains, COUNT(chains));
}

Test(client_fields, a_chain_is_in_the_order_of_its_numbers)
{
	static const struct fields_case c = {BOTH,         PARAMS, {GOOD, ITEM "5={pem 3}", ITEM "2={pem 2}"},
					     CLIENT_GIVEN, 2,      ""};
	gnutls_datum_t second = client_der('2');
	gnutls_datum_t third = client_der('3');
	struct client_certificate certificate;

	run(&c, "10.0.0.1", &certificate);
	cr_assert_eq(certificate.chain_count, 2);
	cr_expect(bytes_equal(&certificate.chain[0], &second));
	cr_expect(bytes_equal(&certificate.chain[1], &third));
	client_certificate_free(&certificate);
}

/* --- size --- */

static const struct {
	enum client_source source;
	const char *name;
	const char *other;
} large[] = {
	{PARAMS, "SSL_CLIENT_CERT=", PARAMS_OK},
	{PARAMS, "SSL_CLIENT_VERIFY=SUCCESS", PARAMS_CERT},
	{PARAMS, ITEM "0=", PARAMS_CERT},
	{X_SSL, "HTTP_X_SSL_CLIENT_CERT=", X_SSL_OK},
	{RFC9440, "HTTP_CLIENT_CERT=", "A=b"},
	{RFC9440, "HTTP_CLIENT_CERT_CHAIN=", RFC9440_CERT},
	{XFCC, "HTTP_X_FORWARDED_CLIENT_CERT=", "A=b"},
	{AWS, "HTTP_X_AMZN_MTLS_CLIENTCERT=", "A=b"},
	{AWS, "HTTP_X_AMZN_MTLS_CLIENTCERT_LEAF=", "A=b"},
	{TRAEFIK, "HTTP_X_FORWARDED_TLS_CLIENT_CERT=", "A=b"},
	{HAPROXY, "HTTP_X_SSL_CLIENT_DER=", HAPROXY_OK},
	{HAPROXY, "HTTP_X_SSL_CLIENT_CHAIN_DER=", HAPROXY_CERT},
};

Test(client_fields, a_megabyte_is_over_the_limit)
{
	size_t size = 1024 * 1024;
	char *pair = malloc(size + 1);
	struct peer peer = {.local = true, .user = 33};

	cr_assert_not_null(pair);
	for (size_t i = 0; i < COUNT(large); i++) {
		struct gateway_trust trust = make_trust(BOTH, large[i].source);
		char *other = strdup(client_spell(large[i].other));
		char *environment[] = {pair, other, NULL};
		struct client_certificate certificate;

		memset(pair, 'A', size);
		memcpy(pair, large[i].name, strlen(large[i].name));
		pair[size] = '\0';
		client_fields_read(&trust, &peer, "10.0.0.1", environment, &certificate);
		cr_expect_eq(certificate.outcome, CLIENT_LIMIT, "%s: %s", large[i].name,
			     client_outcome_label(certificate.outcome));
		client_certificate_free(&certificate);
		free(other);
	}
	free(pair);
}
