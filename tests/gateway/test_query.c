/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/limits.h"
#include "gateway/query.h"

static const struct {
	const char *query;
	const char *name;
	enum err expected;
	const char *value;
	const char *why;
} cases[] = {
	{"", "message", ERR_NOT_FOUND, "", "no query at all"},
	{"operation=GetCACert", "message", ERR_NOT_FOUND, "", "another parameter only"},
	{"operation=GetCACert", "operatio", ERR_NOT_FOUND, "", "a name that begins alike"},
	{"operation=GetCACert", "operation2", ERR_NOT_FOUND, "", "a longer name"},
	{"Operation=GetCACert", "operation", ERR_NOT_FOUND, "", "another letter case"},
	{"x=operation=GetCACert", "operation", ERR_NOT_FOUND, "", "a name inside a value"},
	{"%6Fperation=GetCACert", "operation", ERR_NOT_FOUND, "", "an escaped name is another name"},
	{"operation=a&operation=b", "operation", ERR_EXISTS, "", "given twice"},
	{"operation=a&x=y&operation", "operation", ERR_EXISTS, "", "given twice, once without value"},
	{"message=a%", "message", ERR_SYNTAX, "", "an escape of nothing"},
	{"message=a%2", "message", ERR_SYNTAX, "", "half an escape"},
	{"message=a%2&x=B", "message", ERR_SYNTAX, "", "an escape cut by the next parameter"},
	{"message=%zz", "message", ERR_SYNTAX, "", "no hex digits"},
	{"message=%2g", "message", ERR_SYNTAX, "", "one hex digit"},
	{"message=%-1", "message", ERR_SYNTAX, "", "a sign"},
	{"message=%%41", "message", ERR_SYNTAX, "", "a bare percent sign"},
	{"message", "message", ERR_OK, "", "without value and equals sign"},
	{"message=", "message", ERR_OK, "", "an empty value (jscep)"},
	{"operation=GetCACert&message=", "operation", ERR_OK, "GetCACert", "the first of two"},
	{"operation=GetCACert&message=0", "message", ERR_OK, "0", "the last of two (certmonger)"},
	{"&&operation=A&&message=B&", "message", ERR_OK, "B", "empty parameters"},
	{"message=%zz&operation=A", "operation", ERR_OK, "A", "broken escapes elsewhere do not matter"},
	{"message=MII+a/b==", "message", ERR_OK, "MII+a/b==", "plus, slash and equals signs stay (W7)"},
	{"message=MII%2Ba%2fb%3D%3d", "message", ERR_OK, "MII+a/b==", "the same escaped, either case"},
	{"message=MII%0AAB%0D%0A", "message", ERR_OK, "MII\nAB\r\n", "escaped line breaks (IOS, sscep)"},
	{"message=a%20b", "message", ERR_OK, "a b", "a space"},
	{"message=%2541", "message", ERR_OK, "%41", "decoded once"},
	{"message=a;b", "message", ERR_OK, "a;b", "a semicolon separates nothing"},
};

Test(query, parameters_as_clients_send_them)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t expected = bytes_view_text(cases[i].value);
		gnutls_datum_t value = BYTES_LITERAL("left over");

		cr_expect_eq(query_get(cases[i].query, cases[i].name, &value), cases[i].expected, "%s",
			     cases[i].why);
		cr_expect(bytes_equal(&value, &expected), "%s", cases[i].why);
		bytes_free(&value);
	}
}

Test(query, a_value_may_hold_nul)
{
	gnutls_datum_t value;

	cr_assert_eq(query_get("m=a%00b", "m", &value), ERR_OK);
	cr_expect_eq(value.size, 3);
	cr_expect_eq(memcmp(value.data, "a\0b", 3), 0);
	bytes_free(&value);
}

/* "a=" and 'x' up to SIZE bytes. */
static void fill(char *query, size_t size)
{
	memset(query, 'x', size);
	query[size] = '\0';
	query[0] = 'a';
	query[1] = '=';
}

Test(query, the_length_is_limited)
{
	static char query[LIMIT_QUERY + 2];
	gnutls_datum_t value;

	fill(query, LIMIT_QUERY + 1);
	cr_expect_eq(query_get(query, "a", &value), ERR_LIMIT);
	cr_expect_eq(value.size, 0);
	fill(query, LIMIT_QUERY);
	cr_expect_eq(query_get(query, "a", &value), ERR_OK);
	cr_expect_eq(value.size, LIMIT_QUERY - 2);
	bytes_free(&value);
}

Test(query, the_number_of_parameters_is_limited)
{
	char query[4 * LIMIT_QUERY_PARAMETERS] = "a=1";
	gnutls_datum_t value;

	for (unsigned i = 1; i < LIMIT_QUERY_PARAMETERS; i++)
		strcat(query, "&b");
	cr_expect_eq(query_get(query, "a", &value), ERR_OK, "as many as allowed");
	bytes_free(&value);
	strcat(query, "&");
	cr_expect_eq(query_get(query, "a", &value), ERR_LIMIT, "one more, even empty");
}
