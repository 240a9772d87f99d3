/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/network.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* More than any address; the bytes behind the first 46 must not be looked at. */
#define HUGE_DIGITS                                                                                          \
	"1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"

static const struct {
	const char *text;
	const char *why;
} no_addresses[] = {
	{"", "nothing"},
	{" ", "a blank"},
	{" 10.0.0.1", "a blank before"},
	{"10.0.0.1 ", "a blank behind"},
	{"10.0.0", "three numbers"},
	{"10.0.0.1.1", "five"},
	{"10.0.0.", "a number left out"},
	{"10.0.0.256", "a number too large"},
	{"10.0.0.-1", "a negative number"},
	{"010.0.0.1", "a leading zero, which some read as octal"},
	{"10.0.0.00", "a leading zero in the last"},
	{"0x0a.0.0.1", "a hexadecimal number"},
	{"167772161", "all of it as one number"},
	{"10.0.0.1:80", "a port"},
	{"10.0.0.1/32", "a network"},
	{"[::1]", "brackets"},
	{"::1:", "a colon too many"},
	{":::", "three colons"},
	{"1::2::3", "two gaps"},
	{"1:2:3:4:5:6:7", "seven groups"},
	{"1:2:3:4:5:6:7:8:9", "nine groups"},
	{"12345::", "a group of five digits"},
	{"g::", "no hexadecimal digit"},
	{"fe80::1%eth0", "a zone"},
	{"::ffff:010.0.0.1", "a leading zero in a mapped address"},
	{"::ffff:10.0.0.1.2", "a mapped address of five numbers"},
	{"localhost", "a name"},
	{"unix", "the word of the settings, which is nobody's address"},
	{"unix:", "what nginx says of a client at a Unix socket"},
	{"10.0.0.1\n", "a line end"},
	{HUGE_DIGITS, "a huge number"},
};

Test(network, no_addresses)
{
	struct address address;
	struct network network;

	for (size_t i = 0; i < COUNT(no_addresses); i++) {
		cr_expect_eq(address_parse(no_addresses[i].text, &address), ERR_SYNTAX, "%s",
			     no_addresses[i].why);
		if (strchr(no_addresses[i].text, '/') == NULL)
			cr_expect_eq(network_parse(no_addresses[i].text, &network), ERR_SYNTAX, "%s",
				     no_addresses[i].why);
	}
}

static const struct {
	const char *text;
	const char *again;
	const char *why;
} addresses[] = {
	{"0.0.0.0", "0.0.0.0", "all zero"},
	{"255.255.255.255", "255.255.255.255", "all ones"},
	{"10.0.0.1", "10.0.0.1", "IPv4"},
	{"::ffff:10.0.0.1", "10.0.0.1", "the same, mapped"},
	{"::FFFF:0a00:0001", "10.0.0.1", "the same in hexadecimal"},
	{"0:0:0:0:0:ffff:10.0.0.1", "10.0.0.1", "and in full"},
	{"::", "::", "IPv6, all zero"},
	{"::1", "::1", "loopback"},
	{"2001:DB8:0:0:0:0:0:1", "2001:db8::1", "lower case, the longest gap left out"},
	{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "a single zero group is no gap"},
	{"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 "the longest text of one"},
};

Test(network, addresses_and_their_text)
{
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct address address;
		char text[ADDRESS_TEXT_SIZE];

		cr_assert_eq(address_parse(addresses[i].text, &address), ERR_OK, "%s", addresses[i].why);
		cr_expect_str_eq(address_text(&address, text), addresses[i].again, "%s: %s", addresses[i].why,
				 text);
	}
}

static const struct {
	const char *text;
	enum err error;
	const char *why;
} no_networks[] = {
	{"/", ERR_SYNTAX, "a slash"},
	{"/8", ERR_SYNTAX, "no address"},
	{"10.0.0.0/", ERR_SYNTAX, "no bits"},
	{"10.0.0.0/33", ERR_SYNTAX, "more bits than IPv4 has"},
	{"10.0.0.0/128", ERR_SYNTAX, "IPv6's bits with IPv4"},
	{"::/129", ERR_SYNTAX, "more bits than IPv6 has"},
	{"::ffff:10.0.0.0/129", ERR_SYNTAX, "the same, mapped"},
	{"::/1000", ERR_SYNTAX, "four digits"},
	{"::/4294967296", ERR_SYNTAX, "a number that wraps to 0"},
	{"10.0.0.0/08", ERR_SYNTAX, "a leading zero"},
	{"10.0.0.0/00", ERR_SYNTAX, "two zeros"},
	{"10.0.0.0/-8", ERR_SYNTAX, "a sign"},
	{"10.0.0.0/+8", ERR_SYNTAX, "the other sign"},
	{"10.0.0.0/ 8", ERR_SYNTAX, "a blank"},
	{"10.0.0.0 /8", ERR_SYNTAX, "a blank before the slash"},
	{"10.0.0.0/8 ", ERR_SYNTAX, "a blank behind"},
	{"10.0.0.0/8/8", ERR_SYNTAX, "two slashes"},
	{"10.0.0.0/255.0.0.0", ERR_SYNTAX, "a mask"},
	{"10.0.0/8", ERR_SYNTAX, "an address cut short"},
	{"fe80::%eth0/64", ERR_SYNTAX, "a zone"},
	{HUGE_DIGITS "/8", ERR_SYNTAX, "a huge address"},
	{"10.0.0.0/" HUGE_DIGITS, ERR_SYNTAX, "huge bits"},
	{"10.0.0.1/8", ERR_MISMATCH, "a bit behind the prefix"},
	{"10.0.0.1/31", ERR_MISMATCH, "the last bit"},
	{"10.128.0.0/8", ERR_MISMATCH, "the first bit behind"},
	{"1.0.0.0/0", ERR_MISMATCH, "any bit of everything"},
	{"::1/127", ERR_MISMATCH, "the last bit of IPv6"},
	{"2001:db8::1/32", ERR_MISMATCH, "a host of IPv6"},
	{"::ffff:10.0.0.0/96", ERR_MISMATCH, "IPv4's bits behind the mapping's"},
};

Test(network, no_networks)
{
	for (size_t i = 0; i < COUNT(no_networks); i++) {
		struct network network = {.bits = 77};

		cr_expect_eq(network_parse(no_networks[i].text, &network), no_networks[i].error, "%s",
			     no_networks[i].why);
		cr_expect_eq(network.bits, 77, "%s: left alone", no_networks[i].why);
	}
}

static const struct {
	const char *network;
	unsigned bits;
	const char *inside[3];
	const char *outside[3];
} networks[] = {
	{"10.0.0.0/8",
	 104,
	 {"10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"},
	 {"11.0.0.0", "9.255.255.255", "::a00:0"}},
	{"::ffff:10.0.0.0/104",
	 104,
	 {"10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"},
	 {"11.0.0.0", "::", "::10.0.0.1"}},
	{"10.0.0.1", 128, {"10.0.0.1", "::ffff:10.0.0.1", NULL}, {"10.0.0.0", "10.0.0.3", "::1"}},
	{"10.0.0.1/32", 128, {"10.0.0.1", NULL, NULL}, {"10.0.0.0", "138.0.0.1", NULL}},
	{"192.168.2.0/23",
	 119,
	 {"192.168.2.0", "192.168.3.255", NULL},
	 {"192.168.1.255", "192.168.4.0", NULL}},
	{"192.168.2.4/30", 126, {"192.168.2.4", "192.168.2.7", NULL}, {"192.168.2.3", "192.168.2.8", NULL}},
	{"0.0.0.0/0", 96, {"0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"}, {"::", "::1", "2001:db8::1"}},
	{"128.0.0.0/1", 97, {"128.0.0.0", "255.0.0.1", NULL}, {"127.255.255.255", "::1", NULL}},
	{"::/0", 0, {"::", "ffff::", "10.0.0.1"}, {NULL, NULL, NULL}},
	{"::1", 128, {"::1", NULL, NULL}, {"::", "127.0.0.1", "::2"}},
	{"::1/128", 128, {"::1", NULL, NULL}, {"::", "::3", NULL}},
	{"2001:db8::/32",
	 32,
	 {"2001:db8::", "2001:db8:ffff::1", NULL},
	 {"2001:db9::", "2001:db7::", "10.0.0.1"}},
	{"fe80::/10", 10, {"fe80::1", "febf::1", NULL}, {"fec0::1", "fe7f::1", NULL}},
};

static bool contains(const struct network *network, const char *text)
{
	struct address address;

	cr_assert_eq(address_parse(text, &address), ERR_OK, "%s", text);
	return network_contains(network, &address);
}

Test(network, contains)
{
	for (size_t i = 0; i < COUNT(networks); i++) {
		struct network network;

		cr_assert_eq(network_parse(networks[i].network, &network), ERR_OK, "%s", networks[i].network);
		cr_expect_eq(network.bits, networks[i].bits, "%s", networks[i].network);
		for (size_t j = 0; j < 3 && networks[i].inside[j] != NULL; j++)
			cr_expect(contains(&network, networks[i].inside[j]), "%s has %s", networks[i].network,
				  networks[i].inside[j]);
		for (size_t j = 0; j < 3 && networks[i].outside[j] != NULL; j++)
			cr_expect_not(contains(&network, networks[i].outside[j]), "%s has not %s",
				      networks[i].network, networks[i].outside[j]);
	}
}
