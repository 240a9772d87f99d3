/* SPDX-License-Identifier: BSD-2-Clause */
/* The signingTime attribute (RFC 5652 section 11.3). */
#include "pkimessage/signed.h"

#define OID_SIGNING_TIME "1.2.840.113549.1.9.5"
#define ABSENT           ((time_t)-1)

/* Digits of a year, and of all that follows it: MMDDhhmmss. */
#define YEAR_UTC         2
#define YEAR_GENERALIZED 4
#define REST             10

/* The number that COUNT decimal digits at TEXT make. */
static int number(const unsigned char *text, size_t count)
{
	int value = 0;

	for (size_t i = 0; i < count; i++)
		value = value * 10 + text[i] - '0';
	return value;
}

/* True when TEXT is COUNT digits and then "Z", the one form that DER and RFC 5652 leave. */
static bool is_zulu(const gnutls_datum_t *text, size_t count)
{
	if (text->size != count + 1 || text->data[count] != 'Z')
		return false;
	for (size_t i = 0; i < count; i++)
		if (text->data[i] < '0' || text->data[i] > '9')
			return false;
	return true;
}

/* The time that TEXT stands for, its year in DIGITS digits; ABSENT for what is no date or time of day. */
static time_t read_time(const gnutls_datum_t *text, size_t digits)
{
	const unsigned char *rest = text->data + digits;
	struct tm given = {0};
	struct tm normal;
	time_t time;

	if (!is_zulu(text, digits + REST))
		return ABSENT;
	given.tm_year = number(text->data, digits) - (digits == YEAR_GENERALIZED ? 1900 : 0);
	/* RFC 5280 section 4.1.2.5.1: two digits mean 1950 to 2049. */
	if (digits == YEAR_UTC && given.tm_year < 50)
		given.tm_year += 100;
	given.tm_mon = number(rest, 2) - 1;
	given.tm_mday = number(rest + 2, 2);
	given.tm_hour = number(rest + 4, 2);
	given.tm_min = number(rest + 6, 2);
	given.tm_sec = number(rest + 8, 2);
	normal = given;
	time = timegm(&normal);
	return normal.tm_mon == given.tm_mon && normal.tm_mday == given.tm_mday &&
			       normal.tm_hour == given.tm_hour && normal.tm_min == given.tm_min &&
			       normal.tm_sec == given.tm_sec
		       ? time
		       : ABSENT;
}

/* The time in VALUES, the contents of the attribute's SET: exactly one. */
static time_t read_values(struct der values)
{
	unsigned tag = der_next_tag(&values);
	gnutls_datum_t text = der_contents(&values, tag);

	if (!der_done(&values) || (tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME))
		return ABSENT;
	return read_time(&text, tag == DER_UTC_TIME ? YEAR_UTC : YEAR_GENERALIZED);
}

time_t pkimessage_signing_time(const struct pkimessage *message)
{
	struct der outer = der_open(&message->signed_attributes);
	struct der attributes = der_enter(&outer, DER_CONTEXT_CONSTRUCTED(0));
	time_t found = ABSENT;
	bool seen = false;

	while (der_more(&attributes)) {
		struct der attribute = der_enter(&attributes, DER_SEQUENCE);
		gnutls_datum_t oid = der_contents(&attribute, DER_OID);

		if (!der_oid_is(&oid, OID_SIGNING_TIME))
			continue;
		if (seen)
			return ABSENT;
		seen = true;
		found = read_values(der_enter(&attribute, DER_SET));
	}
	return found;
}
