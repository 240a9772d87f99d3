/* SPDX-License-Identifier: BSD-2-Clause */
/* Base64 without PEM: RFC 9440, Traefik and HAProxy. */
#include <criterion/criterion.h>

#include "gateway/client_case.h"

#define NINE_OF(item, between)                                                                               \
	item between item between item between item between item between item between item between item      \
		between item

static const struct client_case rfc9440[] = {
	{"{base64 1}", .expected = CLIENT_SYNTAX, .why = "no colons"},
	{":{base64 1}", .expected = CLIENT_SYNTAX, .why = "no colon at the end"},
	{"{base64 1}:", .expected = CLIENT_SYNTAX, .why = "no colon at the beginning"},
	{":", .expected = CLIENT_SYNTAX, .why = "a colon"},
	{"::", .expected = CLIENT_SYNTAX, .why = "no bytes"},
	{"\"{base64 1}\"", .expected = CLIENT_SYNTAX, .why = "a string"},
	{":{base64 1}:;a=1", .expected = CLIENT_SYNTAX, .why = "a parameter"},
	{":{base64 1}: x", .expected = CLIENT_SYNTAX, .why = "text behind it"},
	{":{base64 1}:,", .expected = CLIENT_SYNTAX, .why = "a comma behind it"},
	{",:{base64 1}:", .expected = CLIENT_SYNTAX, .why = "a comma in front of it"},
	{": {base64 1}:", .expected = CLIENT_SYNTAX, .why = "a blank inside"},
	{":{base64 1}=:", .expected = CLIENT_SYNTAX, .why = "surplus padding"},
	{":MAE:", .expected = CLIENT_SYNTAX, .why = "no padding"},
	{":MAB=:", .expected = CLIENT_SYNTAX, .why = "bits behind the last byte"},
	{":MAA=:", .expected = CLIENT_GIVEN, .found = "0",
	 .why = "the same without them: in form, an empty SEQUENCE"},
	{":-_8=:", .expected = CLIENT_SYNTAX, .why = "base64url"},
	{":{urlbase64 1}:", .expected = CLIENT_SYNTAX, .why = "escaped"},
	{":{pem 1}:", .expected = CLIENT_SYNTAX, .why = "PEM between colons"},
	{"{pem 1}", .expected = CLIENT_SYNTAX, .why = "PEM"},
	{":{base64 t}:", .expected = CLIENT_SYNTAX, .why = "a byte behind the DER"},
	{":{base64 c}:", .expected = CLIENT_SYNTAX, .why = "DER that is cut short"},
	{":{base64 o}:", .expected = CLIENT_SYNTAX, .why = "no SEQUENCE"},
	{":{base64 i}:", .expected = CLIENT_SYNTAX, .why = "BER of indefinite length"},
	{":{base64 j}:", .expected = CLIENT_SYNTAX, .why = "two certificates in one byte sequence"},
	{":{base64 1}:, :{base64 2}:", .expected = CLIENT_SEVERAL, .why = "a list where the leaf is wanted"},
	{NULL, NULL, ":{base64 2}:", .expected = CLIENT_SYNTAX, .why = "a chain without the certificate"},
	{":{base64 1}:", NULL, ":{base64 2}: :{base64 3}:", .expected = CLIENT_SYNTAX, .why = "no comma"},
	{":{base64 1}:", NULL, ":{base64 2}:, ", .expected = CLIENT_SYNTAX,
	 .why = "nothing behind the comma"},
	{":{base64 1}:", NULL, ":{base64 2}:,,:{base64 3}:", .expected = CLIENT_SYNTAX, .why = "two commas"},
	{":{base64 1}:", NULL, "(:{base64 2}: :{base64 3}:)", .expected = CLIENT_SYNTAX,
	 .why = "an inner list"},
	{":{base64 1}:", NULL, ":{base64 2}:;a", .expected = CLIENT_SYNTAX,
	 .why = "a parameter in the chain"},
	{":{base64 1}:", NULL, ":{base64 k}:", .expected = CLIENT_SYNTAX, .why = "the chain in one piece"},
	{":{base64 1}:", NULL, NINE_OF(":{base64 2}:", ","), .expected = CLIENT_LIMIT,
	 .why = "nine in the chain"},
	{":{base64 1}:", NULL, ":{base64 m}:", .expected = CLIENT_LIMIT, .why = "a large one in the chain"},
	{":{base64 1}:", .expected = CLIENT_GIVEN, .found = "1", .why = "the certificate"},
	{" :{base64 1}: ", .expected = CLIENT_GIVEN, .found = "1", .why = "blanks around it (RFC 8941 4.2)"},
	{":{base64 1}:", NULL, "", .expected = CLIENT_GIVEN, .found = "1", .why = "an empty chain"},
	{":{base64 1}:", NULL, ":{base64 2}:", .expected = CLIENT_GIVEN, .found = "12",
	 .why = "a chain of one"},
	{":{base64 1}:", NULL, ":{base64 2}:,:{base64 3}:", .expected = CLIENT_GIVEN, .found = "123",
	 .why = "a chain without blanks"},
	{":{base64 1}:", NULL, ":{base64 2}: ,\t:{base64 3}:", .expected = CLIENT_GIVEN, .found = "123",
	 .why = "a chain with blanks"},
	{":{base64 1}:", NULL, ":{base64 1}:, :{base64 2}:", .expected = CLIENT_GIVEN, .found = "12",
	 .why = "a chain that begins with the leaf"},
	{":{base64 1}:", NULL, ":{base64 1}:, " NINE_OF(":{base64 2}:", ","), .expected = CLIENT_LIMIT,
	 .why = "nine behind the leaf"},
};

Test(client_base64, rfc9440)
{
	CLIENT_CASES(CLIENT_SOURCE_RFC9440, rfc9440);
}

static const struct client_case traefik[] = {
	{",", .expected = CLIENT_SYNTAX, .why = "a comma"},
	{"{base64 1},", .expected = CLIENT_SYNTAX, .why = "a comma behind it"},
	{",{base64 1}", .expected = CLIENT_SYNTAX, .why = "a comma in front of it"},
	{"{base64 1},,{base64 2}", .expected = CLIENT_SYNTAX, .why = "two commas"},
	{"{base64 1}{base64 2}", .expected = CLIENT_SYNTAX, .why = "no comma"},
	{"{base64 j}", .expected = CLIENT_SYNTAX, .why = "two certificates in one piece"},
	{"{base64 1},{base64 t}", .expected = CLIENT_SYNTAX, .why = "a broken one in the chain"},
	{"{base64 1}\n", .expected = CLIENT_SYNTAX, .why = "a line break"},
	{"{base64 1}%0A", .expected = CLIENT_SYNTAX, .why = "an escaped line break"},
	{"{base64 1}%", .expected = CLIENT_SYNTAX, .why = "an escape of nothing"},
	{"{base64 1}%3D", .expected = CLIENT_SYNTAX, .why = "surplus padding, escaped"},
	{"{base64 c}", .expected = CLIENT_SYNTAX, .why = "DER that is cut short"},
	{"{pem 1}", .expected = CLIENT_SYNTAX, .why = "PEM with its markers, which Traefik takes off"},
	{":{base64 1}:", .expected = CLIENT_SYNTAX, .why = "colons"},
	{"{base64 1}," NINE_OF("{base64 2}", ","), .expected = CLIENT_LIMIT, .why = "nine in the chain"},
	{"{base64 1}", .expected = CLIENT_GIVEN, .found = "1", .why = "the leaf alone"},
	{"{urlbase64 1}", .expected = CLIENT_GIVEN, .found = "1", .why = "escaped (version 1)"},
	{"{base64 1},{base64 2},{base64 3}", .expected = CLIENT_GIVEN, .found = "123", .why = "with a chain"},
	{"{urlbase64 1},{urlbase64 2}", .expected = CLIENT_GIVEN, .found = "12",
	 .why = "with a chain, escaped"},
	{"{urlbase64 1}%2C{urlbase64 2}", .expected = CLIENT_GIVEN, .found = "12",
	 .why = "the comma as well"},
};

Test(client_base64, traefik)
{
	CLIENT_CASES(CLIENT_SOURCE_TRAEFIK, traefik);
}

static const struct client_case haproxy[] = {
	{"{base64 j}", "0", .expected = CLIENT_SEVERAL, .why = "two certificates where the leaf is wanted"},
	{"{base64 t}", "0", .expected = CLIENT_SYNTAX, .why = "a byte behind the DER"},
	{"{base64 c}", "0", .expected = CLIENT_SYNTAX, .why = "DER that is cut short"},
	{"{base64 o}", "0", .expected = CLIENT_SYNTAX, .why = "no SEQUENCE"},
	{"{base64 1}\n", "0", .expected = CLIENT_SYNTAX, .why = "a line break"},
	{"{base64 1}, {base64 1}", "0", .expected = CLIENT_SYNTAX, .why = "two fields joined"},
	{"{urlbase64 1}", "0", .expected = CLIENT_SYNTAX, .why = "escaped, which HAProxy does not"},
	{"{pem 1}", "0", .expected = CLIENT_SYNTAX, .why = "PEM"},
	{":{base64 1}:", "0", .expected = CLIENT_SYNTAX, .why = "colons"},
	{"=", "0", .expected = CLIENT_SYNTAX, .why = "padding alone"},
	{"{base64 1}", "0", "{base64 t}", .expected = CLIENT_SYNTAX, .why = "a byte behind the chain"},
	{"{base64 1}", "0", "{base64 c}", .expected = CLIENT_SYNTAX, .why = "a chain that is cut short"},
	{"{base64 1}", "0", "{base64 2},{base64 3}", .expected = CLIENT_SYNTAX, .why = "a chain with commas"},
	{"{base64 1}", "0", "{base64 m}", .expected = CLIENT_LIMIT, .why = "a large one in the chain"},
	{"{base64 1}", "0", "MAAwADAAMAAwADAAMAAwADAA", .expected = CLIENT_LIMIT, .why = "nine in the chain"},
	{"{base64 1}", "0", .expected = CLIENT_GIVEN, .found = "1", .why = "the certificate"},
	{"{base64 1}", "0", "{base64 2}", .expected = CLIENT_GIVEN, .found = "12", .why = "a chain of one"},
	{"{base64 1}", "0", "{base64 k}", .expected = CLIENT_GIVEN, .found = "123",
	 .why = "a chain of two in one piece"},
	{"{base64 1}", "0", "{base64 j}", .expected = CLIENT_GIVEN, .found = "12",
	 .why = "a chain with the leaf"},
	{"{base64 1}", "0", "", .expected = CLIENT_GIVEN, .found = "1", .why = "an empty chain"},
};

Test(client_base64, haproxy)
{
	CLIENT_CASES(CLIENT_SOURCE_HAPROXY_DER, haproxy);
}

/* HAProxy's fcgi-app may set the same parameters as nginx and Apache do. */
static const struct client_case params[] = {
	{"{base64 t}", "SUCCESS", .expected = CLIENT_SYNTAX, .why = "a byte behind the DER"},
	{"{base64 j}", "SUCCESS", .expected = CLIENT_SEVERAL, .why = "two certificates"},
	{":{base64 1}", "SUCCESS", .expected = CLIENT_SYNTAX, .why = "one colon"},
	{":{base64 1}:,:{base64 2}:", "SUCCESS", .expected = CLIENT_SEVERAL, .why = "a list"},
	{"{base64 1},{base64 2}", "SUCCESS", .expected = CLIENT_SYNTAX, .why = "commas are Traefik's"},
	{" {base64 1}", "SUCCESS", .expected = CLIENT_SYNTAX, .why = "a blank"},
	{"{base64 1}", "SUCCESS", .expected = CLIENT_GIVEN, .found = "1", .why = "HAProxy: ssl_c_der,base64"},
	{":{base64 1}:", "SUCCESS", .expected = CLIENT_GIVEN, .found = "1", .why = "the same between colons"},
	{"{urlbase64 1}", "SUCCESS", .expected = CLIENT_GIVEN, .found = "1", .why = "the same, escaped"},
	{"{base64 1}", "SUCCESS", ":{base64 2}:, :{base64 3}:", .expected = CLIENT_GIVEN, .found = "123",
	 .why = "each value is spelled for itself"},
};

Test(client_base64, params)
{
	CLIENT_CASES(CLIENT_SOURCE_PARAMS, params);
	CLIENT_CASES(CLIENT_SOURCE_X_SSL_CLIENT_CERT, params);
}

Test(client_base64, cut_anywhere_it_is_refused)
{
	client_cuts_run(CLIENT_SOURCE_RFC9440, NULL, ":{base64 1}:", 0);
	client_cuts_run(CLIENT_SOURCE_TRAEFIK, NULL, "{urlbase64 1}", 0);
	client_cuts_run(CLIENT_SOURCE_HAPROXY_DER, "0", "{base64 2}", 0);
	client_cuts_run(CLIENT_SOURCE_PARAMS, "SUCCESS", "{base64 2}", 0);
}
