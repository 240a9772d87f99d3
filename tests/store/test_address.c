/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "store/store.h"

static const struct {
	const char *url;
	const char *reason; /* part of it */
	const char *why;
} refused[] = {
	{"", "mariadb://", "empty"},
	{"postgres://certctl@db/certctl", "mariadb://", "certctl's own kind of URL"},
	{"mysql://certctl@db/certctl", "mariadb://", "a relative's scheme"},
	{"MARIADB://certctl@db/certctl", "mariadb://", "schemes are written in lower case"},
	{"mariadb://", "database name", "nothing"},
	{"mariadb://certctl@db", "database name", "no database"},
	{"mariadb://certctl@db/", "database name", "an empty database"},
	{"mariadb:///certctl", "name a host", "neither host nor socket"},
	{"mariadb://db/certctl", "user name", "no user for a host"},
	{"mariadb://@db/certctl", "user name", "an empty user"},
	{"mariadb://:secret@db/certctl", "user name", "a password without a user"},
	{"mariadb://u@db/certctl?socket=/run/s", "not both", "host and socket"},
	{"mariadb:///certctl?socket=run/s", "absolute", "a relative socket"},
	{"mariadb:///certctl?socket=", "no value", "an empty parameter"},
	{"mariadb:///certctl?socket", "no value", "a parameter without value"},
	{"mariadb:///certctl?socket=/a&socket=/b", "twice", "the same parameter again"},
	{"mariadb://u@/certctl?socket=/a&user=v", "twice", "two users"},
	{"mariadb://u@db/certctl?sslmode=verify", "unknown parameter", "certctl's own parameter"},
	{"mariadb://u@db/certctl?", NULL, "a question mark alone is harmless"},
	{"mariadb://u@db:0/certctl", "port", "port 0"},
	{"mariadb://u@db:65536/certctl", "port", "a port too large"},
	{"mariadb://u@db:99999999999999999999/certctl", "port", "a port beyond any number"},
	{"mariadb://u@db:/certctl", "port", "an empty port"},
	{"mariadb://u@db:33x/certctl", "port", "a port with a letter"},
	{"mariadb://u@db:-1/certctl", "port", "a negative port"},
	{"mariadb://u@db:1:2/certctl", "port", "two ports"},
	{"mariadb://u@a,,b/certctl", "host name", "an empty host between two"},
	{"mariadb://u@a,/certctl", "host name", "an empty host at the end"},
	{"mariadb://u@,a/certctl", "host name", "an empty host in front"},
	{"mariadb://u@:3306/certctl", "host name", "a port without a host"},
	{"mariadb://u@[::1/certctl", "bracket", "an open bracket"},
	{"mariadb://u@[::1]3306/certctl", "brackets", "a port without a colon"},
	{"mariadb://u@[]/certctl", "host name", "empty brackets"},
	{"mariadb://u@1,2,3,4,5,6,7,8,9/certctl", "8 hosts", "nine hosts"},
	{"mariadb://u@db/cert%zzctl", "percent", "not hex"},
	{"mariadb://u@db/certctl%4", "percent", "an escape cut short"},
	{"mariadb://u@db/certctl%00x", "percent", "a NUL"},
	{"mariadb://u@db/certctl?ssl-cert=/c", "together", "a client certificate without key"},
	{"mariadb://u@db/certctl?ssl-cert=/c&ssl-key=/k", "ssl-ca",
	 "a client certificate and no verification"},
};

Test(address, wrong_ones_are_refused_in_words)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct store_address address;
		char reason[256];
		enum err error = store_address_parse(refused[i].url, &address, reason);

		cr_expect_eq(error, refused[i].reason == NULL ? ERR_OK : ERR_SYNTAX, "%s", refused[i].why);
		if (refused[i].reason != NULL) {
			cr_expect_not_null(strstr(reason, refused[i].reason), "%s: %s", refused[i].why,
					   reason);
			cr_expect_eq(address.host_count, 0, "%s", refused[i].why);
			cr_expect_null(address.password, "%s", refused[i].why);
		}
		store_address_free(&address);
	}
}

/* However a password is mistyped, no part of it is shown. */
Test(address, reasons_never_show_a_password)
{
	static const char *const urls[] = {
		"mariadb://u:swordfish@db",    "mariadb://u:sword/fish@db/x",
		"mariadb://u:sword?fish@db",   "mariadb://u:sword%fish@db/x",
		"mariadb://u:swordfish",       "mariadb:///x?swordfish=1",
		"postgres://u:swordfish@db/x", "mariadb://u:a@swordfish:fish@db/x?ssl-key=/k",
	};

	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct store_address address;
		char reason[256];

		cr_assert_eq(store_address_parse(urls[i], &address, reason), ERR_SYNTAX, "%s", urls[i]);
		cr_expect_null(strstr(reason, "sword"), "%s", reason);
		cr_expect_null(strstr(reason, "fish"), "%s", reason);
	}
}

Test(address, every_part_is_read)
{
	struct store_address address;
	char reason[256];

	cr_assert_eq(
		store_address_parse("mariadb://cert%40ctl:p%3a%2f:@a:1,[fe80::1]:65535,[::1],c/data%20base"
				    "?ssl-ca=/etc/ca&ssl-cert=/c&ssl-key=%2fk",
				    &address, reason),
		ERR_OK, "%s", reason);
	cr_expect_str_eq(address.user, "cert@ctl");
	cr_expect_str_eq(address.password, "p:/:");
	cr_assert_eq(address.host_count, 4);
	cr_expect_str_eq(address.hosts[0].name, "a");
	cr_expect_eq(address.hosts[0].port, 1);
	cr_expect_str_eq(address.hosts[1].name, "fe80::1");
	cr_expect_eq(address.hosts[1].port, 65535);
	cr_expect_str_eq(address.hosts[2].name, "::1");
	cr_expect_eq(address.hosts[2].port, 3306);
	cr_expect_str_eq(address.hosts[3].name, "c");
	cr_expect_str_eq(address.database, "data base");
	cr_expect_str_eq(address.ssl_ca, "/etc/ca");
	cr_expect_str_eq(address.ssl_key, "/k");
	cr_expect_null(address.socket);
	store_address_free(&address);
}

Test(address, sockets_need_no_user)
{
	struct store_address address;
	char reason[256];

	cr_assert_eq(
		store_address_parse("mariadb:///certctl?socket=/run/mysqld/mysqld.sock", &address, reason),
		ERR_OK);
	cr_expect_str_eq(address.socket, "/run/mysqld/mysqld.sock");
	cr_expect_null(address.user);
	cr_expect_eq(address.host_count, 0);
	store_address_free(&address);
	cr_assert_eq(store_address_parse("mariadb://u:@/certctl?socket=/s", &address, reason), ERR_OK);
	cr_expect_str_eq(address.user, "u");
	cr_expect_str_eq(address.password, "", "given, and empty");
	store_address_free(&address);
}
