/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "lib/files.h"
#include "lib/fixture.h"
#include "pki/bundle.h"

#define DAY       ((time_t)86400)
#define CA_USAGE  (GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)
#define ANY_USAGE "2.5.29.37.0"

static char reason[PKI_REASON_SIZE];

/* --- who is there --- */

enum who {
	NOBODY,
	ROOT,       /* the bundle's CA */
	SUB,        /* an intermediate CA below ROOT */
	SUB_PAST,   /* the same, expired yesterday */
	SUB_FUTURE, /* the same, valid from tomorrow */
	SUB_SERVER, /* the same, for servers only */
	SUB_NO_CA,  /* the same key and name, but no CA */
	DEEP,       /* a CA below SUB */
	SHORT,      /* a CA below ROOT that has no CA below it (path length 0) ... */
	BELOW,      /* ... and one that it has all the same */
	ALIKE,      /* ROOT's name and serial number, another key */
	OLD_ROOT,   /* ROOT's name and key, of a year ago, expired yesterday */
	OTHER,      /* another CA */
	SELF,       /* a self-signed device */
	PINNED,     /* another one, of OTHER */
	SILENT,     /* a self-signed device that does not say whether it is a CA */
	SILENT_CA,  /* the same, but its keyUsage has keyCertSign */
	FIRST,      /* self-signed, of version 1 */
	SERVERS,    /* a root CA for servers only */
	PEOPLE
};

static const struct {
	struct fixture_options options;
	enum who issuer;
} people[PEOPLE] = {
	[ROOT] = {{.key = FIXTURE_RSA_CA, .subject = "CN=Root", .ca = true, .usage = CA_USAGE}, NOBODY},
	[SUB] = {{.key = FIXTURE_EC_CA, .subject = "CN=Sub", .ca = true, .usage = CA_USAGE}, ROOT},
	[SUB_PAST] = {{.key = FIXTURE_EC_CA,
		       .subject = "CN=Sub",
		       .ca = true,
		       .usage = CA_USAGE,
		       .not_after = FIXTURE_NOW - DAY},
		      ROOT},
	[SUB_FUTURE] = {{.key = FIXTURE_EC_CA,
			 .subject = "CN=Sub",
			 .ca = true,
			 .usage = CA_USAGE,
			 .not_before = FIXTURE_NOW + DAY},
			ROOT},
	[SUB_SERVER] = {{.key = FIXTURE_EC_CA,
			 .subject = "CN=Sub",
			 .ca = true,
			 .usage = CA_USAGE,
			 .eku = GNUTLS_KP_TLS_WWW_SERVER},
			ROOT},
	[SUB_NO_CA] = {{.key = FIXTURE_EC_CA, .subject = "CN=Sub"}, ROOT},
	[DEEP] = {{.key = FIXTURE_RSA_OTHER, .subject = "CN=Deep", .ca = true, .usage = CA_USAGE}, SUB},
	[SHORT] = {{.key = FIXTURE_EC_CA,
		    .subject = "CN=Short",
		    .ca = true,
		    .usage = CA_USAGE,
		    .path_length = 1},
		   ROOT},
	[BELOW] = {{.key = FIXTURE_RSA_OTHER, .subject = "CN=Below", .ca = true, .usage = CA_USAGE}, SHORT},
	[ALIKE] = {{.key = FIXTURE_RSA_OTHER,
		    .subject = "CN=Root",
		    .serial = "01",
		    .ca = true,
		    .usage = CA_USAGE},
		   NOBODY},
	[OLD_ROOT] = {{.key = FIXTURE_RSA_CA,
		       .subject = "CN=Root",
		       .ca = true,
		       .usage = CA_USAGE,
		       .not_after = FIXTURE_NOW - DAY},
		      NOBODY},
	[OTHER] = {{.key = FIXTURE_RSA_RA, .subject = "CN=Other", .ca = true, .usage = CA_USAGE}, NOBODY},
	[SELF] = {{.key = FIXTURE_EC_CLIENT, .subject = "CN=self"}, NOBODY},
	[PINNED] = {{.key = FIXTURE_EC_CLIENT, .subject = "CN=pinned"}, OTHER},
	[SILENT] = {{.key = FIXTURE_EC_CA, .subject = "CN=silent", .no_constraints = true}, NOBODY},
	[SILENT_CA] =
		{{.key = FIXTURE_EC_CA, .subject = "CN=silent", .no_constraints = true, .usage = CA_USAGE},
		 NOBODY},
	[FIRST] = {{.key = FIXTURE_EC_CA, .subject = "CN=first", .version = 1}, NOBODY},
	[SERVERS] = {{.key = FIXTURE_EC_CA,
		      .subject = "CN=servers",
		      .ca = true,
		      .usage = CA_USAGE,
		      .eku = GNUTLS_KP_TLS_WWW_SERVER},
		     NOBODY},
};

static struct fixture made[PEOPLE];

static const struct fixture *find(enum who who)
{
	struct fixture_options options = people[who].options;

	if (who == NOBODY)
		return NULL;
	if (made[who].certificate == NULL) {
		options.issuer = find(people[who].issuer);
		made[who] = fixture_make(&options);
	}
	return &made[who];
}

static void free_people(void)
{
	for (size_t i = 0; i < PEOPLE; i++)
		if (made[i].certificate != NULL)
			fixture_free(&made[i]);
}

TestSuite(bundle, .fini = free_people);

/* --- files --- */

static void append_pem(struct buffer *out, gnutls_x509_crt_t certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
	buffer_append(out, pem.data, pem.size);
}

static enum err load_text(struct buffer *text, struct pki_bundle **bundle)
{
	CLEANUP(bytes_free) gnutls_datum_t content = {NULL, 0};

	cr_assert(buffer_take(text, &content));
	return pki_bundle_load(test_write("bundle.pem", &content, 0644), FIXTURE_NOW, bundle, reason);
}

/* What the bundles of one case hold, or what is presented beside a certificate. */
#define FEW 3

static enum err load(const enum who *members, struct pki_bundle **bundle)
{
	struct buffer text = {0};

	for (size_t i = 0; i < FEW && members[i] != NOBODY; i++)
		append_pem(&text, find(members[i])->certificate);
	return load_text(&text, bundle);
}

/* --- the preflight --- */

static const struct {
	const char *text; /* NULL: of MEMBERS */
	enum who members[FEW];
	enum err error;
	const char *says; /* beside the path */
	const char *why;
} refused[] = {
	{"", {0}, ERR_SYNTAX, "", "an empty file"},
	{"hello", {0}, ERR_SYNTAX, "no CERTIFICATE", "no PEM"},
	{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	 {0},
	 ERR_SYNTAX,
	 "no CERTIFICATE",
	 "PEM, but no certificate"},
	{"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	 {0},
	 ERR_SYNTAX,
	 "does not parse",
	 "a certificate that is none"},
	{NULL, {OLD_ROOT}, ERR_EXPIRED, "'CN=Root'", "an expired CA, by name"},
	{NULL, {ROOT, SUB_PAST}, ERR_EXPIRED, "'CN=Sub'", "one expired among good ones"},
	{NULL, {ROOT, SUB_PAST}, ERR_EXPIRED, "expired at 2026-11-20T08:00:00Z", "and when"},
};

Test(bundle, preflight)
{
	struct pki_bundle *bundle = NULL;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct buffer text = {0};
		enum err error;

		if (refused[i].text != NULL)
			buffer_append_text(&text, refused[i].text);
		error = refused[i].text != NULL ? load_text(&text, &bundle)
						: load(refused[i].members, &bundle);
		cr_expect_eq(error, refused[i].error, "%s: %s", refused[i].why, err_text(error));
		cr_expect_null(bundle, "%s", refused[i].why);
		cr_expect(strstr(reason, "bundle.pem") != NULL, "%s: %s", refused[i].why, reason);
		cr_expect(strstr(reason, refused[i].says) != NULL, "%s: %s", refused[i].why, reason);
	}
	cr_expect_eq(pki_bundle_load("/nonexistent/bundle.pem", FIXTURE_NOW, &bundle, reason), ERR_NOT_FOUND);
	cr_expect(strstr(reason, "/nonexistent/bundle.pem") != NULL, "%s", reason);
}

Test(bundle, other_blocks_are_passed_over)
{
	CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
	CLEANUP(bytes_wipe) gnutls_datum_t key = test_read(TEST_BUILD_DIR "/tests/keys/rsa-other.pem");
	struct buffer text = {0};

	buffer_append_text(&text, "# our manufacturers\n");
	append_pem(&text, find(OTHER)->certificate);
	buffer_append(&text, key.data, key.size);
	append_pem(&text, find(ROOT)->certificate);
	cr_assert_eq(load_text(&text, &bundle), ERR_OK, "%s", reason);
	cr_assert_eq(pki_bundle_certificates(bundle)->count, 2);
	cr_expect(bytes_equal(&pki_bundle_certificates(bundle)->der[1], &find(ROOT)->der));
}

Test(bundle, its_last_second_is_good)
{
	CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
	struct fixture last = fixture_make(&(struct fixture_options){
		.key = FIXTURE_RSA_CA, .ca = true, .usage = CA_USAGE, .not_after = FIXTURE_NOW});
	struct buffer text = {0};

	append_pem(&text, last.certificate);
	cr_expect_eq(load_text(&text, &bundle), ERR_OK, "%s", reason);
	fixture_free(&last);
}

/* --- client certificates --- */

static const struct {
	enum who members[FEW]; /* of the bundle */
	enum who issuer;       /* of the certificate, whose key is FIXTURE_EC_CLIENT unless it says so */
	struct fixture_options options;
	enum who chain[FEW]; /* presented beside it */
	enum pki_client result;
	const char *says;
	const char *why;
} clients[] = {
	/* nobody's */
	{{ROOT}, OTHER, {0}, {0}, PKI_CLIENT_UNTRUSTED, "nobody", "another CA's"},
	{{ROOT}, OTHER, {0}, {OTHER}, PKI_CLIENT_UNTRUSTED, "", "another CA's, which is presented too"},
	{{ROOT}, NOBODY, {0}, {0}, PKI_CLIENT_UNTRUSTED, "nobody", "self-signed"},
	{{ROOT},
	 NOBODY,
	 {.subject = "CN=Root", .ca = true, .usage = CA_USAGE | GNUTLS_KEY_DIGITAL_SIGNATURE},
	 {0},
	 PKI_CLIENT_UNTRUSTED,
	 "",
	 "self-signed with the CA's name"},
	{{ROOT}, ALIKE, {0}, {0}, PKI_CLIENT_UNTRUSTED, "", "of a look-alike of the CA"},
	{{ROOT}, ALIKE, {0}, {ALIKE}, PKI_CLIENT_UNTRUSTED, "", "of a look-alike, which is presented too"},
	{{ROOT}, ALIKE, {0}, {ALIKE, ROOT}, PKI_CLIENT_UNTRUSTED, "", "of a look-alike beside the real one"},
	{{ROOT}, SUB, {0}, {0}, PKI_CLIENT_UNTRUSTED, "nobody", "the intermediate CA is not presented"},
	{{ROOT}, DEEP, {0}, {DEEP}, PKI_CLIENT_UNTRUSTED, "", "one of two intermediate CAs is missing"},
	{{ROOT}, SUB, {0}, {SUB_NO_CA}, PKI_CLIENT_UNTRUSTED, "no CA", "who issued it is no CA"},
	{{SILENT}, SILENT, {0}, {0}, PKI_CLIENT_UNTRUSTED, "no CA", "of a device that the bundle has"},
	{{SELF},
	 SELF,
	 {.key = FIXTURE_RSA_CLIENT},
	 {0},
	 PKI_CLIENT_UNTRUSTED,
	 "no CA",
	 "of one that says it is none"},
	{{ROOT},
	 BELOW,
	 {0},
	 {BELOW, SHORT},
	 PKI_CLIENT_UNTRUSTED,
	 "",
	 "a CA too many below one that limits it"},
	{{SUB}, ROOT, {0}, {0}, PKI_CLIENT_UNTRUSTED, "", "the intermediate CA's own issuer is not trusted"},
	{{SUB}, ROOT, {0}, {ROOT}, PKI_CLIENT_UNTRUSTED, "", "nor when it is presented"},
	{{ROOT}, ROOT, {.digest = GNUTLS_DIG_SHA1}, {0}, PKI_CLIENT_UNTRUSTED, "weak", "signed with SHA-1"},
	{{ROOT},
	 ROOT,
	 {.critical = "1.2.3.4.5"},
	 {0},
	 PKI_CLIENT_UNTRUSTED,
	 "critical",
	 "a critical extension nobody knows"},
	{{ROOT},
	 OTHER,
	 {.not_after = FIXTURE_NOW - 1, .eku = GNUTLS_KP_TLS_WWW_SERVER},
	 {0},
	 PKI_CLIENT_UNTRUSTED,
	 "nobody",
	 "whom nobody trusts is told nothing else"},
	/* dates */
	{{ROOT},
	 ROOT,
	 {.not_after = FIXTURE_NOW - 1},
	 {0},
	 PKI_CLIENT_EXPIRED,
	 "'CN=fixture' expired at 2026-11-21T07:59:59Z",
	 "a second over"},
	{{ROOT},
	 ROOT,
	 {.not_before = FIXTURE_NOW + 1},
	 {0},
	 PKI_CLIENT_NOT_YET,
	 "not valid before",
	 "not yet"},
	{{ROOT}, SUB, {0}, {SUB_PAST}, PKI_CLIENT_EXPIRED, "'CN=Sub'", "its intermediate CA has expired"},
	{{ROOT},
	 SUB,
	 {0},
	 {SUB_FUTURE},
	 PKI_CLIENT_NOT_YET,
	 "'CN=Sub'",
	 "its intermediate CA is not valid yet"},
	{{SUB_FUTURE}, SUB, {0}, {0}, PKI_CLIENT_NOT_YET, "'CN=Sub'", "the bundle's own CA is not valid yet"},
	{{ROOT},
	 ROOT,
	 {.not_after = FIXTURE_NOW - 1, .eku = GNUTLS_KP_TLS_WWW_SERVER},
	 {0},
	 PKI_CLIENT_EXPIRED,
	 "expired",
	 "expired, and for a server"},
	/* purpose */
	{{ROOT},
	 ROOT,
	 {.eku = GNUTLS_KP_TLS_WWW_SERVER},
	 {0},
	 PKI_CLIENT_PURPOSE,
	 "extKeyUsage",
	 "for a TLS server only"},
	{{ROOT}, ROOT, {.eku = GNUTLS_KP_EMAIL_PROTECTION}, {0}, PKI_CLIENT_PURPOSE, "", "for e-mail only"},
	{{ROOT}, SUB, {0}, {SUB_SERVER}, PKI_CLIENT_PURPOSE, "extKeyUsage", "its CA is for TLS servers only"},
	{{SUB_SERVER},
	 SUB,
	 {0},
	 {0},
	 PKI_CLIENT_PURPOSE,
	 "extKeyUsage",
	 "the same, and the bundle has that CA"},
	{{SERVERS}, SERVERS, {0}, {0}, PKI_CLIENT_PURPOSE, "extKeyUsage", "its root is for TLS servers only"},
	{{ROOT},
	 ROOT,
	 {.usage = GNUTLS_KEY_KEY_ENCIPHERMENT},
	 {0},
	 PKI_CLIENT_PURPOSE,
	 "keyUsage",
	 "a key that may not sign"},
	/* good */
	{{ROOT}, ROOT, {0}, {0}, PKI_CLIENT_GOOD, "", "without extKeyUsage and keyUsage"},
	{{ROOT}, ROOT, {.eku = GNUTLS_KP_TLS_WWW_CLIENT}, {0}, PKI_CLIENT_GOOD, "", "clientAuth"},
	{{ROOT}, ROOT, {.eku = ANY_USAGE}, {0}, PKI_CLIENT_GOOD, "", "anyExtendedKeyUsage"},
	{{ROOT}, ROOT, {.usage = GNUTLS_KEY_DIGITAL_SIGNATURE}, {0}, PKI_CLIENT_GOOD, "", "digitalSignature"},
	{{ROOT}, ROOT, {.key = FIXTURE_RSA_CLIENT}, {0}, PKI_CLIENT_GOOD, "", "RSA"},
	{{ROOT},
	 ROOT,
	 {.not_before = FIXTURE_NOW, .not_after = FIXTURE_NOW},
	 {0},
	 PKI_CLIENT_GOOD,
	 "",
	 "both ends of the validity"},
	{{OTHER, ROOT}, ROOT, {0}, {0}, PKI_CLIENT_GOOD, "", "the second CA of the bundle"},
	{{ALIKE, ROOT},
	 ROOT,
	 {.issuer_key_id = true},
	 {0},
	 PKI_CLIENT_GOOD,
	 "",
	 "two CAs of one name, by authorityKeyIdentifier"},
	{{ALIKE, ROOT},
	 ALIKE,
	 {.issuer_key_id = true},
	 {0},
	 PKI_CLIENT_GOOD,
	 "",
	 "two CAs of one name, by authorityKeyIdentifier"},
	{{ROOT, ALIKE},
	 ROOT,
	 {.issuer_key_id = true},
	 {0},
	 PKI_CLIENT_GOOD,
	 "",
	 "two CAs of one name, by authorityKeyIdentifier"},
	{{ROOT, ALIKE},
	 ALIKE,
	 {.issuer_key_id = true},
	 {0},
	 PKI_CLIENT_GOOD,
	 "",
	 "two CAs of one name, by authorityKeyIdentifier"},
	{{ROOT}, ROOT, {0}, {OTHER, SELF}, PKI_CLIENT_GOOD, "", "with certificates that have no place there"},
	{{ROOT}, SUB, {0}, {SUB}, PKI_CLIENT_GOOD, "", "with its intermediate CA"},
	{{ROOT}, SUB, {0}, {SUB, ROOT}, PKI_CLIENT_GOOD, "", "and the root"},
	{{ROOT}, SUB, {0}, {ROOT, SUB}, PKI_CLIENT_GOOD, "", "the other way round"},
	{{ROOT}, DEEP, {0}, {DEEP, SUB}, PKI_CLIENT_GOOD, "", "two intermediate CAs"},
	{{ROOT}, DEEP, {0}, {SUB, DEEP}, PKI_CLIENT_GOOD, "", "the other way round"},
	{{ROOT}, DEEP, {0}, {SUB, OTHER, DEEP}, PKI_CLIENT_GOOD, "", "with another between them"},
	{{SILENT_CA}, SILENT_CA, {0}, {0}, PKI_CLIENT_GOOD, "", "a CA that says it by keyUsage alone"},
	{{FIRST}, FIRST, {0}, {0}, PKI_CLIENT_GOOD, "", "a CA of version 1, which cannot say it"},
	{{SUB}, SUB, {0}, {0}, PKI_CLIENT_GOOD, "", "the bundle holds the intermediate CA alone"},
	{{SUB}, SUB, {0}, {SUB, ROOT}, PKI_CLIENT_GOOD, "", "the same, and all of the chain is presented"},
	{{SUB}, DEEP, {0}, {DEEP}, PKI_CLIENT_GOOD, "", "a CA below an intermediate one"},
};

static size_t fill_chain(const enum who *chain, gnutls_datum_t *der)
{
	size_t count = 0;

	while (count < FEW && chain[count] != NOBODY) {
		der[count] = find(chain[count])->der;
		count++;
	}
	return count;
}

Test(bundle, client_certificates)
{
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
		CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
		struct fixture_options options = clients[i].options;
		gnutls_datum_t chain[FEW];
		size_t count = fill_chain(clients[i].chain, chain);
		struct fixture client;
		enum pki_client result;

		options.issuer = find(clients[i].issuer);
		if (options.key == FIXTURE_RSA_CA)
			options.key = FIXTURE_EC_CLIENT;
		client = fixture_make(&options);
		cr_assert_eq(load(clients[i].members, &bundle), ERR_OK, "%s", reason);
		result = pki_bundle_verify(bundle, &client.der, chain, count, FIXTURE_NOW, &certificate,
					   reason);
		cr_expect_eq(result, clients[i].result, "%s: %d, %s", clients[i].why, (int)result, reason);
		cr_expect_not_null(certificate, "%s: it is known all the same", clients[i].why);
		cr_expect(strstr(reason, clients[i].says) != NULL, "%s: %s", clients[i].why, reason);
		cr_expect_eq(reason[0] == '\0', result == PKI_CLIENT_GOOD, "%s: %s", clients[i].why, reason);
		fixture_free(&client);
	}
}

/* The fixed clock is the caller's: the same certificate a day later. */
Test(bundle, the_time_is_what_the_caller_says)
{
	CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
	struct fixture client = fixture_make(&(struct fixture_options){.key = FIXTURE_EC_CLIENT,
								       .issuer = find(ROOT),
								       .not_before = FIXTURE_NOW - DAY,
								       .not_after = FIXTURE_NOW + DAY});
	static const struct {
		time_t now;
		enum pki_client result;
	} times[] = {
		{FIXTURE_NOW - 2 * DAY, PKI_CLIENT_NOT_YET}, {FIXTURE_NOW - DAY, PKI_CLIENT_GOOD},
		{FIXTURE_NOW + DAY, PKI_CLIENT_GOOD},        {FIXTURE_NOW + 2 * DAY, PKI_CLIENT_EXPIRED},
		{FIXTURE_NOT_AFTER + 1, PKI_CLIENT_EXPIRED},
	};

	cr_assert_eq(load((enum who[FEW]){ROOT}, &bundle), ERR_OK, "%s", reason);
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

		cr_expect_eq(
			pki_bundle_verify(bundle, &client.der, NULL, 0, times[i].now, &certificate, reason),
			times[i].result, "case %zu: %s", i, reason);
	}
	fixture_free(&client);
}

/* A device whose own certificate the operator has put there; a certificate of the same name is another. */
Test(bundle, a_certificate_of_the_bundle_is_trusted_itself)
{
	CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t silent = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t ca = NULL;

	cr_assert_eq(load((enum who[FEW]){SELF, SILENT, ROOT}, &bundle), ERR_OK, "%s", reason);
	cr_expect_eq(pki_bundle_verify(bundle, &find(SELF)->der, NULL, 0, FIXTURE_NOW, &certificate, reason),
		     PKI_CLIENT_GOOD, "%s", reason);
	cr_expect_eq(pki_bundle_verify(bundle, &find(SILENT)->der, NULL, 0, FIXTURE_NOW, &silent, reason),
		     PKI_CLIENT_GOOD, "%s", reason);
	cr_expect_eq(pki_bundle_verify(bundle, &find(ROOT)->der, NULL, 0, FIXTURE_NOW, &ca, reason),
		     PKI_CLIENT_PURPOSE, "a CA's key signs certificates, and is no client's: %s", reason);
}

/* Its dates count here as well, long after the bundle was loaded, whoever has issued it. */
Test(bundle, a_certificate_of_the_bundle_ends_all_the_same)
{
	static const enum who pinned[] = {SELF, PINNED};
	static const struct {
		time_t now;
		enum pki_client result;
	} times[] = {
		{FIXTURE_NOT_BEFORE - 1, PKI_CLIENT_NOT_YET},
		{FIXTURE_NOT_BEFORE, PKI_CLIENT_GOOD},
		{FIXTURE_NOT_AFTER, PKI_CLIENT_GOOD},
		{FIXTURE_NOT_AFTER + 1, PKI_CLIENT_EXPIRED},
	};

	for (size_t i = 0; i < sizeof pinned / sizeof *pinned * 4; i++) {
		CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
		CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
		enum who who = pinned[i / 4];

		cr_assert_eq(load((enum who[FEW]){who}, &bundle), ERR_OK, "%s", reason);
		cr_expect_eq(pki_bundle_verify(bundle, &find(who)->der, NULL, 0, times[i % 4].now,
					       &certificate, reason),
			     times[i % 4].result, "case %zu: %s", i, reason);
	}
}

/* A CA below ROOT with these nameConstraints (DER), and below it a device "O=Here" of the DNS name DNS. */
static enum pki_client verify_confined(const gnutls_datum_t *constraints, const char *dns)
{
	CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	const struct fixture_options device = {.key = FIXTURE_EC_CLIENT, .subject = "O=Here", .dns = dns};
	struct fixture_options below = device;
	struct fixture sub = fixture_make(&people[SUB].options);
	struct fixture client;
	enum pki_client result;

	cr_assert_eq(gnutls_x509_crt_set_extension_by_oid(sub.certificate, "2.5.29.30", constraints->data,
							  constraints->size, 1),
		     0);
	cr_assert_eq(gnutls_x509_crt_privkey_sign(sub.certificate, find(ROOT)->certificate, find(ROOT)->key,
						  GNUTLS_DIG_SHA256, 0),
		     0);
	bytes_free(&sub.der);
	cr_assert_eq(gnutls_x509_crt_export2(sub.certificate, GNUTLS_X509_FMT_DER, &sub.der), 0);
	below.issuer = &sub;
	client = fixture_make(&below);
	cr_assert_eq(load((enum who[FEW]){ROOT}, &bundle), ERR_OK, "%s", reason);
	result = pki_bundle_verify(bundle, &client.der, &sub.der, 1, FIXTURE_NOW, &certificate, reason);
	fixture_free(&client);
	fixture_free(&sub);
	return result;
}

/* GeneralSubtrees of one base: a dNSName, or the directoryName O=Elsewhere. */
#define DNS_SUBTREE     "\x0c\x30\x0a\x82\x08good.one"
#define NO_NAME_SUBTREE "\x06\x30\x04\xa4\x02\x30\x00"
#define NAME_SUBTREE                                                                                         \
	"\x1a\x30\x18\xa4\x16\x30\x14\x31\x12\x30\x10\x06\x03\x55\x04\x0a\x0c\x09"                           \
	"Elsewhere"

Test(bundle, what_a_ca_is_confined_to)
{
	const struct {
		const gnutls_datum_t *constraints;
		const char *dns;
		enum pki_client result;
		const char *why;
	} cases[] = {
		{&BYTES_LITERAL("\x30\x1c\xa0" NAME_SUBTREE), NULL, PKI_CLIENT_UNTRUSTED,
		 "to another organisation"},
		{&BYTES_LITERAL("\x30\x1c\xa1" NAME_SUBTREE), NULL, PKI_CLIENT_UNTRUSTED,
		 "to all but another, which nobody compares"},
		{&BYTES_LITERAL("\x30\x02\xa0\x01"), NULL, PKI_CLIENT_UNTRUSTED, "nobody can read to what"},
		{&BYTES_LITERAL("\x30\x00"), NULL, PKI_CLIENT_UNTRUSTED, "without a list"},
		{&BYTES_LITERAL("\x30\x02\xa0\x00"), NULL, PKI_CLIENT_UNTRUSTED, "to a list of nothing"},
		{&BYTES_LITERAL("\x30\x08\xa1" NO_NAME_SUBTREE), NULL, PKI_CLIENT_UNTRUSTED,
		 "to all but any directory name"},
		{&BYTES_LITERAL("\x30\x14\xa0\x12\x30\x04\xa4\x02\x30\x00\x30\x0a\x82\x08good.one"),
		 "a.bad.one", PKI_CLIENT_UNTRUSTED, "to a domain behind a directory name that is empty"},
		{&BYTES_LITERAL("\x30\x11\xa0\x0f\x30\x0d\x82\x08good.one\x80\x01\x01"), "a.good.one",
		 PKI_CLIENT_UNTRUSTED, "to this domain, one level down at least"},
		{&BYTES_LITERAL("\x30\x10\xa0" DNS_SUBTREE "\x05\x00"), "a.good.one", PKI_CLIENT_UNTRUSTED,
		 "to this domain, and something that follows"},
		{&BYTES_LITERAL("\x30\x0e\xa0" DNS_SUBTREE), "a.bad.one", PKI_CLIENT_UNTRUSTED,
		 "to another domain"},
		{&BYTES_LITERAL("\x30\x0e\xa1" DNS_SUBTREE), "a.good.one", PKI_CLIENT_UNTRUSTED,
		 "to all but this domain"},
		{&BYTES_LITERAL("\x30\x0e\xa0" DNS_SUBTREE), "a.good.one", PKI_CLIENT_GOOD, "to this domain"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(verify_confined(cases[i].constraints, cases[i].dns), cases[i].result, "%s: %s",
			     cases[i].why, reason);
}

static gnutls_datum_t small_client(void)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t der = {NULL, 0};

	cr_assert_eq(gnutls_x509_privkey_init(&key), 0);
	cr_assert_eq(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 1024, 0), 0);
	cr_assert_eq(gnutls_x509_crt_init(&crt), 0);
	cr_assert_eq(gnutls_x509_crt_set_version(crt, 3), 0);
	cr_assert_eq(gnutls_x509_crt_set_serial(crt, "\1", 1), 0);
	cr_assert_eq(gnutls_x509_crt_set_dn(crt, "CN=small", NULL), 0);
	cr_assert_eq(gnutls_x509_crt_set_key(crt, key), 0);
	cr_assert_eq(gnutls_x509_crt_set_activation_time(crt, FIXTURE_NOT_BEFORE), 0);
	cr_assert_eq(gnutls_x509_crt_set_expiration_time(crt, FIXTURE_NOT_AFTER), 0);
	cr_assert_eq(gnutls_x509_crt_privkey_sign(crt, find(ROOT)->certificate, find(ROOT)->key,
						  GNUTLS_DIG_SHA256, 0),
		     0);
	cr_assert_eq(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der), 0);
	return der;
}

Test(bundle, a_key_of_1024_bits_is_too_weak)
{
	CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	CLEANUP(bytes_free) gnutls_datum_t small = small_client();

	cr_assert_eq(load((enum who[FEW]){ROOT}, &bundle), ERR_OK, "%s", reason);
	cr_expect_eq(pki_bundle_verify(bundle, &small, NULL, 0, FIXTURE_NOW, &certificate, reason),
		     PKI_CLIENT_UNTRUSTED);
	cr_expect(strstr(reason, "weak") != NULL, "%s", reason);
}

Test(bundle, what_is_no_certificate)
{
	CLEANUP(pki_bundle_free) struct pki_bundle *bundle = NULL;
	struct fixture client =
		fixture_make(&(struct fixture_options){.key = FIXTURE_EC_CLIENT, .issuer = find(ROOT)});
	gnutls_datum_t cut = {client.der.data, client.der.size - 1};
	gnutls_datum_t chain[LIMIT_CLIENT_CHAIN + 1];
	const struct {
		const gnutls_datum_t *leaf;
		const gnutls_datum_t *chain;
		size_t count;
		enum pki_client result;
		const char *why;
	} cases[] = {
		{&BYTES_LITERAL(""), NULL, 0, PKI_CLIENT_SYNTAX, "nothing"},
		{&BYTES_LITERAL("\x30\x00"), NULL, 0, PKI_CLIENT_SYNTAX, "an empty SEQUENCE"},
		{&cut, NULL, 0, PKI_CLIENT_SYNTAX, "one that is cut short"},
		{&client.der, &cut, 1, PKI_CLIENT_SYNTAX, "another beside it that is"},
		{&client.der, chain, LIMIT_CLIENT_CHAIN + 1, PKI_CLIENT_SYNTAX, "too many beside it"},
		{&client.der, chain, LIMIT_CLIENT_CHAIN, PKI_CLIENT_GOOD, "as many as there may be"},
	};

	for (size_t i = 0; i <= LIMIT_CLIENT_CHAIN; i++)
		chain[i] = find(OTHER)->der;
	cr_assert_eq(load((enum who[FEW]){ROOT}, &bundle), ERR_OK, "%s", reason);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

		cr_expect_eq(pki_bundle_verify(bundle, cases[i].leaf, cases[i].chain, cases[i].count,
					       FIXTURE_NOW, &certificate, reason),
			     cases[i].result, "%s: %s", cases[i].why, reason);
	}
	fixture_free(&client);
}
