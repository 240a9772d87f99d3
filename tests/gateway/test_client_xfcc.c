/* SPDX-License-Identifier: BSD-2-Clause */
/* X-Forwarded-Client-Cert (Envoy, Istio). */
#include <criterion/criterion.h>

#include "gateway/client_case.h"

#define CERT "Cert=\"{url 1}\""

static const struct client_case cases[] = {
	{"x", .expected = CLIENT_SYNTAX, .why = "no pair"},
	{"=", .expected = CLIENT_SYNTAX, .why = "neither key nor value"},
	{",", .expected = CLIENT_SYNTAX, .why = "a comma"},
	{"{url 1}", .expected = CLIENT_SYNTAX, .why = "a certificate without a key"},
	{"=\"{url 1}\"", .expected = CLIENT_SYNTAX, .why = "a value without a key"},
	{"Cert=\"{url 1}", .expected = CLIENT_SYNTAX, .why = "no quote at the end"},
	{"Cert=\"{url 1}\\\"", .expected = CLIENT_SYNTAX, .why = "the last quote is escaped"},
	{"Cert=\"{url 1}\\", .expected = CLIENT_SYNTAX, .why = "a backslash at the end"},
	{"Cert={url 1}\"", .expected = CLIENT_SYNTAX, .why = "no quote at the beginning"},
	{"By=a\"b;" CERT, .expected = CLIENT_SYNTAX, .why = "a quote inside a value without quotes"},
	{CERT "x", .expected = CLIENT_SYNTAX, .why = "text behind the quote"},
	{CERT "\"\"", .expected = CLIENT_SYNTAX, .why = "two quoted values"},
	{CERT ";", .expected = CLIENT_SYNTAX, .why = "a semicolon at the end"},
	{";" CERT, .expected = CLIENT_SYNTAX, .why = "a semicolon at the beginning"},
	{"By=a;;" CERT, .expected = CLIENT_SYNTAX, .why = "two semicolons"},
	{"By;" CERT, .expected = CLIENT_SYNTAX, .why = "a key without a value"},
	{CERT ",", .expected = CLIENT_SYNTAX, .why = "a hop of nothing"},
	{CERT ",By", .expected = CLIENT_SYNTAX, .why = "a broken hop behind it"},
	{"Cert =\"{url 1}\"", .expected = CLIENT_SYNTAX, .why = "a blank behind the key"},
	{"Cert= \"{url 1}\"", .expected = CLIENT_SYNTAX, .why = "a blank in front of the value"},
	{"By=a; " CERT, .expected = CLIENT_SYNTAX, .why = "a blank between pairs"},
	{"Cert=\"{url t}\"", .expected = CLIENT_SYNTAX, .why = "a byte behind the DER"},
	{"Cert=\"{url c}\"", .expected = CLIENT_SYNTAX, .why = "DER that is cut short"},
	{"Cert=\"{url 1}%\"", .expected = CLIENT_SYNTAX, .why = "an escape of nothing"},
	{"Cert=\"{base64 1}\"", .expected = CLIENT_SYNTAX, .why = "no PEM"},
	{"Hash={sha256 2};" CERT, .expected = CLIENT_SYNTAX, .why = "the hash of another certificate"},
	{"Hash=;" CERT, .expected = CLIENT_SYNTAX, .why = "an empty hash"},
	{"Hash={sha256 1}00;" CERT, .expected = CLIENT_SYNTAX, .why = "a longer hash"},
	{"Hash={sha256 1};" CERT ";Hash={sha256 2}", .expected = CLIENT_SYNTAX,
	 .why = "two hashes, the first good"},
	{"Hash={sha256 2};" CERT ";hash={sha256 1}", .expected = CLIENT_SYNTAX, .why = "the second good"},
	{CERT ";Chain=\"{url 2}\";Chain=\"{url 2}\"", .expected = CLIENT_SYNTAX, .why = "two chains"},
	{CERT ";Chain=\"{url t}\"", .expected = CLIENT_SYNTAX, .why = "a broken chain"},
	{CERT "," CERT, .expected = CLIENT_SEVERAL, .why = "two hops"},
	{"By=a;Hash={sha256 1}, " CERT, .expected = CLIENT_SEVERAL,
	 .why = "two hops, the first without Cert"},
	{CERT ",By=a", .expected = CLIENT_SEVERAL, .why = "two hops, the second without Cert"},
	{CERT "," CERT ";Hash={sha256 1};Hash={sha256 1}", .expected = CLIENT_SEVERAL,
	 .why = "two hops, whatever else is wrong with one"},
	{CERT ";" CERT, .expected = CLIENT_SEVERAL, .why = "Cert twice"},
	{CERT ";cert=\"\"", .expected = CLIENT_SEVERAL, .why = "Cert twice, the second empty"},
	{"cert=\"\";" CERT, .expected = CLIENT_SEVERAL, .why = "Cert twice, the first empty"},
	{"Cert=\"{url 1}{url 2}\"", .expected = CLIENT_SEVERAL, .why = "two certificates in Cert"},
	{"By=spiffe://a/b;Hash={sha256 1};Subject=\"CN=x\"", .expected = CLIENT_EMPTY,
	 .why = "Envoy was not told to send the certificate"},
	{"Cert=\"\"", .expected = CLIENT_EMPTY, .why = "an empty certificate"},
	{"Cert=", .expected = CLIENT_EMPTY, .why = "the same without quotes"},
	{"Chain=\"{url 1}\"", .expected = CLIENT_EMPTY, .why = "the chain alone"},
	{CERT ";Chain=\"{url 2}{url 2}{url 2}{url 2}{url 2}{url 2}{url 2}{url 2}{url 2}\"",
	 .expected = CLIENT_LIMIT, .why = "nine in the chain"},
	{CERT ";Chain=\"{url m}\"", .expected = CLIENT_LIMIT, .why = "a large one in the chain"},
	{CERT, .expected = CLIENT_GIVEN, .found = "1", .why = "the certificate alone"},
	{"Cert={url 1}", .expected = CLIENT_GIVEN, .found = "1",
	 .why = "without quotes, which nothing in it needs"},
	{"CERT=\"{url 1}\"", .expected = CLIENT_GIVEN, .found = "1", .why = "a key in capitals"},
	{"Cert=\"{lower 1}\"", .expected = CLIENT_GIVEN, .found = "1", .why = "escapes in small letters"},
	{" " CERT, .expected = CLIENT_GIVEN, .found = "1", .why = "a blank in front"},
	{"By=spiffe://a/b;Hash={sha256 1};" CERT ";Subject=\"CN=a\\\"b,O=\\\\c;d\";URI=;DNS=a;DNS=b",
	 .expected = CLIENT_GIVEN, .found = "1",
	 .why = "all that Envoy sends, quotes and commas in the subject"},
	{"Hash={SHA256 1};" CERT, .expected = CLIENT_GIVEN, .found = "1", .why = "a hash in capitals"},
	{"Subject=\"Cert=x,Hash=y\";" CERT, .expected = CLIENT_GIVEN, .found = "1",
	 .why = "keys inside a value"},
	{"URI=spiffe://a?b=c;" CERT, .expected = CLIENT_GIVEN, .found = "1",
	 .why = "'=' in a value without quotes"},
	{"New=1;" CERT, .expected = CLIENT_GIVEN, .found = "1", .why = "a key that we do not know"},
	{"Certificate=x;" CERT, .expected = CLIENT_GIVEN, .found = "1", .why = "a key that begins alike"},
	{CERT ";Chain=\"\"", .expected = CLIENT_GIVEN, .found = "1", .why = "an empty chain"},
	{CERT ";Chain=\"{url 1}\"", .expected = CLIENT_GIVEN, .found = "1",
	 .why = "a chain of the leaf alone"},
	{CERT ";Chain=\"{url 1}{url 2}{url 3}\"", .expected = CLIENT_GIVEN, .found = "123",
	 .why = "a chain that begins with the leaf, as Envoy's does"},
	{CERT ";Chain=\"{url 2}{url 3}\"", .expected = CLIENT_GIVEN, .found = "123",
	 .why = "one that does not"},
	{CERT ";Chain=\"{url 1}{url 2}{url 2}{url 2}{url 2}{url 2}{url 2}{url 2}{url 3}\"",
	 .expected = CLIENT_GIVEN, .found = "122222223", .why = "the leaf and eight"},
};

Test(client_xfcc, hops_and_pairs)
{
	CLIENT_CASES(CLIENT_SOURCE_XFCC, cases);
}

Test(client_xfcc, cut_anywhere_it_is_refused)
{
	client_cuts_run(CLIENT_SOURCE_XFCC, NULL, CERT, 0);
}
