/* SPDX-License-Identifier: BSD-2-Clause */
/* PEM in the spellings of nginx, Apache and AWS; Envoy's is in test_client_xfcc.c. */
#include <criterion/criterion.h>

#include "gateway/client_case.h"

#define S "SUCCESS"
#define B "-----BEGIN CERTIFICATE-----"
#define E "-----END CERTIFICATE-----"

static const struct client_case cases[] = {
	{"{pem c}", S, .expected = CLIENT_SYNTAX, .why = "DER that is cut short"},
	{"{pem t}", S, .expected = CLIENT_SYNTAX, .why = "a byte behind the DER"},
	{"{pem j}", S, .expected = CLIENT_SYNTAX, .why = "two certificates in one block"},
	{"{pem o}", S, .expected = CLIENT_SYNTAX, .why = "no SEQUENCE"},
	{"{pem i}", S, .expected = CLIENT_SYNTAX, .why = "BER of indefinite length"},
	{"{pem e}", S, .expected = CLIENT_SYNTAX, .why = "a block of nothing"},
	{B E, S, .expected = CLIENT_SYNTAX, .why = "markers alone"},
	{B "\n" E, S, .expected = CLIENT_SYNTAX, .why = "markers and a line break"},
	{B, S, .expected = CLIENT_SYNTAX, .why = "the first marker alone"},
	{"-", S, .expected = CLIENT_SYNTAX, .why = "a dash"},
	{"{pem 1}{pem 2}", S, .expected = CLIENT_SEVERAL, .why = "two certificates where the leaf is wanted"},
	{"{url 1}{url 1}", S, .expected = CLIENT_SEVERAL, .why = "the same one twice, escaped"},
	{"{pem 1}{pem t}", S, .expected = CLIENT_SYNTAX, .why = "a second one that is broken"},
	{"x{pem 1}", S, .expected = CLIENT_SYNTAX, .why = "text in front of the block"},
	{"{pem 1}x", S, .expected = CLIENT_SYNTAX, .why = "text behind the block"},
	{"subject=CN = device\n{pem 1}", S, .expected = CLIENT_SYNTAX, .why = "OpenSSL's text in front"},
	{B "\nProc-Type: 4,ENCRYPTED\n\n{base64 1}\n" E, S, .expected = CLIENT_SYNTAX,
	 .why = "a header inside the block"},
	{"-----BEGIN TRUSTED CERTIFICATE-----\n{base64 1}\n-----END TRUSTED CERTIFICATE-----\n", S,
	 .expected = CLIENT_SYNTAX, .why = "OpenSSL's trusted certificate"},
	{"-----BEGIN X509 CERTIFICATE-----\n{base64 1}\n-----END X509 CERTIFICATE-----\n", S,
	 .expected = CLIENT_SYNTAX, .why = "an old label"},
	{"-----BEGIN PKCS7-----\n{base64 1}\n-----END PKCS7-----\n", S, .expected = CLIENT_SYNTAX,
	 .why = "another type of block"},
	{B "\n{base64 1}\n-----END PKCS7-----\n", S, .expected = CLIENT_SYNTAX, .why = "another end"},
	{"-----begin certificate-----\n{base64 1}\n-----end certificate-----\n", S, .expected = CLIENT_SYNTAX,
	 .why = "markers in small letters"},
	{"----BEGIN CERTIFICATE----\n{base64 1}\n----END CERTIFICATE----\n", S, .expected = CLIENT_SYNTAX,
	 .why = "four dashes"},
	{B "{base64 1}\n" E, S, .expected = CLIENT_SYNTAX, .why = "nothing behind the first marker"},
	{B "\n{base64 1}" E, S, .expected = CLIENT_SYNTAX, .why = "nothing in front of the last marker"},
	{B "\n{base64 1}=\n" E, S, .expected = CLIENT_SYNTAX, .why = "surplus padding"},
	{B "\n{base64 1}{base64 1}\n" E, S, .expected = CLIENT_SYNTAX,
	 .why = "base64 goes on behind its end"},
	{B "\n*{base64 1}\n" E, S, .expected = CLIENT_SYNTAX, .why = "a character outside of the alphabet"},
	{B "\n{base64 1}\v\n" E, S, .expected = CLIENT_SYNTAX, .why = "a vertical tab"},
	{B "\n{base64 1}\n%00" E, S, .expected = CLIENT_SYNTAX, .why = "an escaped NUL in the block"},
	{"{url 1}%00", S, .expected = CLIENT_SYNTAX, .why = "an escaped NUL behind the block"},
	{"{url 1}%00{url 2}", S, .expected = CLIENT_SYNTAX, .why = "another certificate behind a NUL"},
	{"{url 1}%", S, .expected = CLIENT_SYNTAX, .why = "an escape of nothing"},
	{"{url 1}%0", S, .expected = CLIENT_SYNTAX, .why = "half an escape"},
	{"{url 1}%0G", S, .expected = CLIENT_SYNTAX, .why = "no hex digit"},
	{"-----BEGIN+CERTIFICATE-----%0A{urlbase64 1}%0A-----END+CERTIFICATE-----", S,
	 .expected = CLIENT_SYNTAX, .why = "'+' for a space: it would be one in base64 as well"},
	{"-----BEGIN%2520CERTIFICATE-----%250A{base64 1}%250A-----END%2520CERTIFICATE-----", S,
	 .expected = CLIENT_SYNTAX, .why = "escaped twice"},
	{"{pem 1}", S, .expected = CLIENT_GIVEN, .found = "1", .why = "Apache's SSL_CLIENT_CERT"},
	{"{crlf 1}", S, .expected = CLIENT_GIVEN, .found = "1", .why = "lines ended by CRLF"},
	{"{tabs 1}", S, .expected = CLIENT_GIVEN, .found = "1", .why = "nginx's $ssl_client_cert"},
	{"{spaces 1}", S, .expected = CLIENT_GIVEN, .found = "1", .why = "Apache in a header field"},
	{"{url 1}", S, .expected = CLIENT_GIVEN, .found = "1", .why = "nginx's $ssl_client_escaped_cert"},
	{"{lower 1}", S, .expected = CLIENT_GIVEN, .found = "1", .why = "escapes in small letters"},
	{B "\n{base64 1}\n" E, S, .expected = CLIENT_GIVEN, .found = "1",
	 .why = "one long line, no last newline"},
	{"{pem l}", S, .expected = CLIENT_GIVEN, .found = "l", .why = "as large as is allowed"},
};

Test(client_pem, params)
{
	CLIENT_CASES(CLIENT_SOURCE_PARAMS, cases);
}

Test(client_pem, x_ssl_client_cert)
{
	CLIENT_CASES(CLIENT_SOURCE_X_SSL_CLIENT_CERT, cases);
}

static const struct client_case chains[] = {
	{"{pem 1}", S, .chain_items = {"{pem 2}", "{pem t}"}, .expected = CLIENT_SYNTAX,
	 .why = "a broken one"},
	{"{pem 1}", S, .chain_items = {"{pem 2}", "x"}, .expected = CLIENT_SYNTAX, .why = "one that is none"},
	{"{pem 1}", S, .chain_items = {"{pem m}"}, .expected = CLIENT_LIMIT, .why = "one that is too large"},
	{"{pem 1}", S, .chain = "{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}",
	 .expected = CLIENT_LIMIT, .why = "nine in one value"},
	{"{pem 1}", S, .chain = "{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}",
	 .chain_items = {"{pem 2}", "{pem 2}", "{pem 2}"}, .expected = CLIENT_LIMIT,
	 .why = "nine in several values"},
	{"{pem 1}", S, .chain_items = {"{pem 2}", "{pem 3}"}, .expected = CLIENT_GIVEN, .found = "123",
	 .why = "Apache's SSL_CLIENT_CERT_CHAIN_n"},
	{"{pem 1}", S, .chain_items = {"", "(null)", "{url 3}"}, .expected = CLIENT_GIVEN, .found = "13",
	 .why = "empty ones are none"},
	{"{base64 1}", S, .chain_items = {"{base64 k}"}, .expected = CLIENT_GIVEN, .found = "123",
	 .why = "HAProxy's ssl_c_chain_der: all of it in one"},
	{"{pem 1}", S, .chain = "{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}{pem 2}{pem 3}",
	 .expected = CLIENT_GIVEN, .found = "122222223", .why = "eight in one value"},
};

Test(client_pem, chains_beside_params)
{
	CLIENT_CASES(CLIENT_SOURCE_PARAMS, chains);
}

static const struct client_case aws[] = {
	{"{alb 1}", NULL, "{alb 1}", .expected = CLIENT_SEVERAL, .why = "both fields"},
	{NULL, NULL, "{alb 1}{alb 2}", .expected = CLIENT_SEVERAL, .why = "two in the field of the leaf"},
	{"{alb 1}{alb t}", NULL, .expected = CLIENT_SYNTAX, .why = "a broken one in the chain"},
	{"{base64 1}", NULL, .expected = CLIENT_SYNTAX, .why = "base64 without PEM"},
	{"-----BEGIN+CERTIFICATE-----%0A{base64 1}%0A-----END+CERTIFICATE-----", NULL,
	 .expected = CLIENT_SYNTAX, .why = "'+' for a space, which AWS does not write"},
	{"{alb 1}{alb 2}{alb 2}{alb 2}{alb 2}{alb 2}{alb 2}{alb 2}{alb 2}{alb 2}", NULL,
	 .expected = CLIENT_LIMIT, .why = "nine in the chain"},
	{NULL, NULL, "", .expected = CLIENT_ABSENT, .why = "an empty field of the leaf"},
	{"{alb 1}", NULL, .expected = CLIENT_GIVEN, .found = "1",
	 .why = "one that presented no chain; '+', '=' and '/' are not escaped"},
	{"{alb 1}{alb 2}{alb 3}", NULL, .expected = CLIENT_GIVEN, .found = "123", .why = "the whole chain"},
	{"{alb 1}{alb 2}{alb 2}{alb 2}{alb 2}{alb 2}{alb 2}{alb 2}{alb 3}", NULL, .expected = CLIENT_GIVEN,
	 .found = "122222223", .why = "eight in the chain"},
	{NULL, NULL, "{alb 1}", .expected = CLIENT_GIVEN, .found = "1", .why = "the field of the leaf"},
	{"", NULL, "{alb 1}", .expected = CLIENT_GIVEN, .found = "1", .why = "beside an empty one"},
	{"{alb 1}", NULL, "", .expected = CLIENT_GIVEN, .found = "1",
	 .why = "beside an empty field of the leaf"},
};

Test(client_pem, aws_alb)
{
	CLIENT_CASES(CLIENT_SOURCE_AWS_ALB, aws);
}

Test(client_pem, cut_anywhere_it_is_refused)
{
	client_cuts_run(CLIENT_SOURCE_PARAMS, S, "{pem 1}", 1);
	client_cuts_run(CLIENT_SOURCE_PARAMS, S, "{tabs 1}", 0);
	client_cuts_run(CLIENT_SOURCE_X_SSL_CLIENT_CERT, S, "{spaces 1}", 1);
	client_cuts_run(CLIENT_SOURCE_AWS_ALB, NULL, "{alb 2}", 3);
}
