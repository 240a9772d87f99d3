/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/der.h"
#include "forge.h"

#define ABSENT ((time_t)-1)
#define UTC    DER_UTC_TIME
#define LONG   DER_GENERALIZED_TIME

/* The signingTime of the message that FORGE becomes, which must parse whatever its signingTime is. */
static time_t time_of(struct forge *forge)
{
	gnutls_datum_t input = forge_end(forge);
	struct pkimessage *message = NULL;
	time_t time;

	cr_assert_eq(pkimessage_parse(&input, &message), PKIMESSAGE_OK);
	time = pkimessage_signing_time(message);
	pkimessage_free(message);
	bytes_free(&input);
	return time;
}

static const struct {
	unsigned tag;
	const char *text;
	time_t expected;
	const char *what;
} cases[] = {
	{UTC, "", ABSENT, "no text"},
	{UTC, "Z", ABSENT, "no digits"},
	{UTC, "2611210800Z", ABSENT, "no seconds, which DER wants"},
	{UTC, "261121080000", ABSENT, "no Z"},
	{UTC, "261121080000+0100", ABSENT, "another zone"},
	{UTC, "20261121080000Z", ABSENT, "GeneralizedTime's form as UTCTime"},
	{LONG, "261121080000Z", ABSENT, "UTCTime's form as GeneralizedTime"},
	{LONG, "20261121080000.5Z", ABSENT, "fractions of a second"},
	{DER_PRINTABLE_STRING, "261121080000Z", ABSENT, "a string"},
	{UTC, "26112108000xZ", ABSENT, "a letter"},
	{UTC,
	 "26112108000\xff"
	 "Z",
	 ABSENT, "a byte above ASCII"},
	{UTC, "261321080000Z", ABSENT, "month 13"},
	{UTC, "260021080000Z", ABSENT, "month 0"},
	{UTC, "260231080000Z", ABSENT, "31 February"},
	{UTC, "250229080000Z", ABSENT, "29 February of a year that has none"},
	{UTC, "261121240000Z", ABSENT, "hour 24"},
	{UTC, "261121086000Z", ABSENT, "minute 60"},
	{UTC, "261121080060Z", ABSENT, "second 60"},
	{UTC, "261121080000Z", FIXTURE_NOW, "UTCTime"},
	{LONG, "20261121080000Z", FIXTURE_NOW, "GeneralizedTime"},
	{UTC, "240229235959Z", 1709251199, "the end of 29 February"},
	{UTC, "500101000000Z", -631152000, "UTCTime begins in 1950"},
	{UTC, "491231235959Z", 2524607999, "and ends in 2049"},
	{LONG, "19700101000000Z", 0, "a clock that was never set"},
	{LONG, "99991231235959Z", 253402300799, "the last there is"},
};

Test(signing_time, is_read_where_it_can_be)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge forge = forge_begin(fixture_ec_client());

		forge_add(&forge, OID_SIGNING_TIME, cases[i].tag, cases[i].text, strlen(cases[i].text));
		cr_expect_eq(time_of(&forge), cases[i].expected, "%s", cases[i].what);
	}
}

Test(signing_time, must_be_there_once)
{
	struct forge none = forge_begin(fixture_ec_client());
	struct forge twice = forge_begin(fixture_ec_client());
	struct forge two_values = forge_begin(fixture_ec_client());
	struct forge no_value = forge_begin(fixture_ec_client());

	cr_expect_eq(time_of(&none), ABSENT, "absent");
	forge_add(&twice, OID_SIGNING_TIME, UTC, "261121080000Z", 13);
	forge_add(&twice, OID_SIGNING_TIME, UTC, "261121080000Z", 13);
	cr_expect_eq(time_of(&twice), ABSENT, "two attributes");
	forge_add_values(&two_values, OID_SIGNING_TIME, UTC, "261121080000Z", 13, 2);
	cr_expect_eq(time_of(&two_values), ABSENT, "two values");
	forge_add_values(&no_value, OID_SIGNING_TIME, UTC, "", 0, 0);
	cr_expect_eq(time_of(&no_value), ABSENT, "no value");
}
