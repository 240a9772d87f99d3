/* SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#define CIDRS "CERTCTL_TRUSTED_PROXY_CIDRS"
#define TRUST "CERTCTL_TRUST_PROXY_CLIENT_CERT"
#define USERS "CERTCTL_TRUSTED_PROXY_USERS"
#define KEY   "CERTCTL_PROXY_PROBE_KEY"

/* A profile that needs them. */
#define PROFILE "CERTCTL_SCEP_PROFILE_CORP_"
#define MTLS                                                                                                 \
	"CERTCTL_DATABASE_URL=mariadb:///d?socket=/s\nCERTCTL_CA_CERT_PATH=/ca\nCERTCTL_CA_KEY_PATH=/key\n"  \
	"CERTCTL_SCEP_ENABLED=true\n"                                                                        \
	"CERTCTL_SCEP_PROFILES=corp\n" PROFILE "ISSUER_ID=iss-local\n" PROFILE                               \
	"CHALLENGE_PASSWORD=hush\n" PROFILE "RA_CERT_PATH=/ra\n" PROFILE "RA_KEY_PATH=/ra.key\n" PROFILE     \
	"MTLS_ENABLED=true\n" PROFILE "MTLS_CLIENT_CA_TRUST_BUNDLE_PATH=/bundle\n"

/* Sixty-five networks. */
#define FIVE     "10.0.0.0/8,10.0.0.0/8,10.0.0.0/8,10.0.0.0/8,10.0.0.0/8,"
#define MANY     FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE
#define SIXTEEN  "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
#define BELIEVED CIDRS "=unix\n" TRUST "=true\n"

static const struct {
	const char *text;
	const char *says[2];
	const char *why;
} refused[] = {
	{CIDRS "=10.0.0.0/8",
	 {CIDRS " is set, but " TRUST " is not", "say true"},
	 "proxies, and not what of them"},
	{CIDRS "=unix", {CIDRS " is set, but " TRUST " is not", "say true"}, "the same for the Unix socket"},
	{CIDRS "=unix\n" TRUST "=",
	 {CIDRS " is set, but " TRUST " is not", "say true"},
	 "nothing is not false"},
	{TRUST "=true", {TRUST " is true, but " CIDRS " is not set", "unix"}, "certificates from nobody"},
	{TRUST "=1\n" CIDRS "=",
	 {TRUST " is true, but " CIDRS " is not set", "unix"},
	 "the same, an empty list"},
	{TRUST "=yes\n" CIDRS "=' , '",
	 {TRUST " is true, but " CIDRS " is not set", "unix"},
	 "a list of nothing"},
	{USERS "=www-data", {USERS " is set, but " CIDRS, "unix"}, "users, and nobody is believed"},
	{USERS "=www-data\n" CIDRS "=10.0.0.0/8\n" TRUST "=true",
	 {USERS " is set, but " CIDRS, "unix"},
	 "users, and no Unix socket"},
	{TRUST "=maybe", {TRUST " must be true", "maybe"}, "neither true nor false"},
	{TRUST "=TRUE", {TRUST " must be true", "TRUE"}, "in upper case"},
	{CIDRS "=10.0.0.1/8\n" TRUST "=true", {CIDRS " has a network with bits", "10.0.0.0/8"}, "host bits"},
	{CIDRS "=10.0.0.0/33\n" TRUST "=true",
	 {CIDRS " has an item that is no address", "/33"},
	 "too many bits"},
	{CIDRS "='unix, localhost'\n" TRUST "=true", {CIDRS " has an item", "localhost"}, "a name"},
	{CIDRS "=UNIX\n" TRUST "=true", {CIDRS " has an item", "UNIX"}, "the word in upper case"},
	{CIDRS "=010.0.0.0/8\n" TRUST "=true", {CIDRS " has an item", "010"}, "a leading zero"},
	{CIDRS "=fe80::1%eth0\n" TRUST "=true", {CIDRS " has an item", "eth0"}, "a zone"},
	{CIDRS "=" MANY "\n" TRUST "=true", {CIDRS " has more than 64 items", ""}, "more than 64 networks"},
	{BELIEVED USERS "=" SIXTEEN ",16", {USERS " has more than 16 items", ""}, "more than 16 users"},
	{BELIEVED USERS "='www data'", {USERS " has an item that is not the name", ""}, "a blank in a name"},
	{"CERTCTL_PROXY_CLIENT_CERT_SOURCE=header",
	 {"CERTCTL_PROXY_CLIENT_CERT_SOURCE must be one of:", "haproxy-der"},
	 "no source that there is"},
	{KEY "=0123456789abcdef0123456789abcde",
	 {KEY " must have at least 32 characters", ""},
	 "a short key"},
};

Test(proxy, half_a_trust_is_refused)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct loaded loaded = load(refused[i].text, NULL);
		const struct config_problem *problem = problem_with(&loaded, refused[i].says[0]);

		cr_expect_eq(loaded.error, ERR_CONFIG, "%s", refused[i].why);
		cr_assert_not_null(problem, "%s%s", refused[i].why, all_problems(&loaded));
		cr_expect(problem->fatal, "%s", refused[i].why);
		cr_expect_not_null(strstr(problem->text, refused[i].says[1]), "%s: %s", refused[i].why,
				   problem->text);
		cr_expect_null(strstr(problem->text, "0123456789abcde"), "no secret in a message");
		unload(&loaded);
	}
}

static const char *const unread[] = {
	CIDRS "=10.0.0.0/33\n" TRUST "=true",
	CIDRS "=localhost",
	CIDRS "=localhost\n" TRUST "=true\n" USERS "=www-data",
	CIDRS "=unix\n" TRUST "=maybe",
	CIDRS "=unix\n" TRUST "=maybe\n" MTLS,
	CIDRS "=10.0.0.1/8\n" TRUST "=true\n" MTLS,
};

/* "is not set" of a setting that somebody has set would send him looking for another file. */
Test(proxy, a_value_that_is_none_is_all_that_is_said)
{
	for (size_t i = 0; i < COUNT(unread); i++) {
		struct loaded loaded = load(unread[i], NULL);

		cr_expect_eq(loaded.error, ERR_CONFIG, "%s", unread[i]);
		cr_expect_eq(loaded.problems.count, 1, "%s%s", unread[i], all_problems(&loaded));
		unload(&loaded);
	}
}

static const struct {
	const char *text;
	enum config_switch trust;
	size_t proxies;
	const char *note; /* NULL: none */
	const char *why;
} granted[] = {
	{"", CONFIG_UNSET, 0, NULL, "nothing"},
	{TRUST "=false", CONFIG_OFF, 0, NULL, "nobody, in so many words"},
	{CIDRS "=10.0.0.0/8\n" TRUST "=no", CONFIG_OFF, 1, NULL, "addresses alone"},
	{CIDRS "=unix\n" TRUST "=true", CONFIG_ON, 1, NULL, "the Unix socket"},
	{CIDRS "='unix, 10.0.0.0/8, ::1, ::ffff:192.0.2.0/120'\n" TRUST "=true", CONFIG_ON, 4, NULL,
	 "all forms of a network"},
	{BELIEVED USERS "=www-data,33", CONFIG_ON, 1, NULL, "users"},
	{BELIEVED USERS "=" SIXTEEN, CONFIG_ON, 1, NULL, "as many users as there may be"},
	{CIDRS "=0.0.0.0/0\n" TRUST "=true", CONFIG_ON, 1, "every address", "everybody"},
	{CIDRS "=unix,::/0\n" TRUST "=false", CONFIG_OFF, 2, "every address", "everybody with IPv6"},
	{CIDRS "=::/64\n" TRUST "=true", CONFIG_ON, 1, "every address", "everybody with IPv4, mapped"},
	{CIDRS "=64:ff9b::/96\n" TRUST "=true", CONFIG_ON, 1, NULL, "as many others"},
	{KEY "=0123456789abcdef0123456789abcdef", CONFIG_UNSET, 0, NULL, "a probe"},
};

Test(proxy, whole_trust_is_granted)
{
	for (size_t i = 0; i < COUNT(granted); i++) {
		struct loaded loaded = load(granted[i].text, NULL);

		cr_assert_eq(loaded.error, ERR_OK, "%s%s", granted[i].why, all_problems(&loaded));
		cr_expect_eq(loaded.config->trust_client_cert, granted[i].trust, "%s", granted[i].why);
		cr_expect_eq(loaded.config->trusted_proxies.count, granted[i].proxies, "%s", granted[i].why);
		cr_expect_eq(loaded.problems.count, granted[i].note == NULL ? 0 : 1, "%s%s", granted[i].why,
			     all_problems(&loaded));
		if (granted[i].note != NULL)
			cr_expect_not_null(problem_with(&loaded, granted[i].note), "%s", granted[i].why);
		unload(&loaded);
	}
}

static const char *const sources[] = {"params",  "x-ssl-client-cert", "rfc9440",    "xfcc",
				      "aws-alb", "traefik",           "haproxy-der"};

Test(proxy, sources_are_in_the_gateways_order)
{
	for (size_t i = 0; i < COUNT(sources); i++) {
		char text[128];
		struct loaded loaded;

		(void)snprintf(text, sizeof text, "CERTCTL_PROXY_CLIENT_CERT_SOURCE=%s\n", sources[i]);
		loaded = load(text, NULL);
		cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
		cr_expect_eq((size_t)loaded.config->client_cert_source, i, "%s", sources[i]);
		unload(&loaded);
	}
}
