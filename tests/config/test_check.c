/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "config/check.h"

static const struct {
	const char *(*check)(const char *text);
	const char *text;
	const char *says; /* NULL: fine */
} cases[] = {
	{config_check_log_format, "text", "JSON"},
	{config_check_log_format, "json", NULL},
	{config_check_database_url, "postgres://localhost/certctl", "MariaDB"},
	{config_check_database_url, "postgresql://localhost/certctl", "MariaDB"},
	{config_check_database_url, "mysql://localhost/certctl", "mariadb://"},
	{config_check_database_url, "localhost", "mariadb://"},
	{config_check_database_url, "mariadb:///certctl?socket=/run/mysqld/mysqld.sock", NULL},
	{config_check_url, "ftp://ca.example.com/ca.crl", "http://"},
	{config_check_url, "ca.example.com/ca.crl", "http://"},
	{config_check_url, "http://", "no host"},
	{config_check_url, "https:///ca.crl", "no host"},
	{config_check_url, "http://ca.example.com/a b", "blanks"},
	{config_check_url, "http://c\xc3\xa4.example.com/", "ASCII"},
	{config_check_url, "http://ca.example.com/ca.crl", NULL},
	{config_check_url, "https://ca.example.com", NULL},
	{config_check_name, "Corp", "lower-case"},
	{config_check_name, "-corp", "either end"},
	{config_check_name, "iss-local", NULL},
	{config_check_capability, "SHA 384", "word"},
	{config_check_capability, "SHA\t384", "word"},
	{config_check_capability, "SHA-384\r", "word"},
	{config_check_capability, "", "word"},
	{config_check_capability, "12345678901234567890123456789012345678901234567890123456789012345", "64"},
	{config_check_capability, "SHA-384", NULL},
};

Test(check, values_that_a_type_lets_through)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *says = cases[i].check(cases[i].text);

		cr_expect_eq(says == NULL, cases[i].says == NULL, "'%s': %s", cases[i].text,
			     says != NULL ? says : "fine");
		if (says != NULL && cases[i].says != NULL)
			cr_expect_not_null(strstr(says, cases[i].says), "'%s': %s", cases[i].text, says);
	}
}

Test(check, a_password_in_a_url_is_seen)
{
	cr_expect(config_url_has_password("mariadb://certctl:hush@db/certctl"));
	cr_expect(config_url_has_password("nonsense"), "hidden where it cannot be told");
	cr_expect_not(config_url_has_password("mariadb://certctl@db:3306/certctl"));
	cr_expect_not(config_url_has_password("mariadb://db:3306/certctl"));
	cr_expect_not(config_url_has_password("mariadb:///certctl?socket=/run/a:b.sock"));
}
