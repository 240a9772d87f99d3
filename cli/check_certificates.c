/* SPDX-License-Identifier: BSD-2-Clause */
/* What the profiles serve: how long their certificates last, and what devices are shown. */
#include "cli/check.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/inspect.h"
#include "pki/key.h"
#include "pkimessage/pkimessage.h"

/* SECONDS as days, to the nearest. */
static long long days(long long seconds)
{
	const long long day = 24 * 60 * 60;

	return (seconds + day / 2) / day;
}

/* A certificate that the settings name. */
struct named {
	const char *what;
	const char *path; /* NULL: not set */
};

/* RA pairs, the issuer, and the CA that follows it. */
#define NAMED_MAX (LIMIT_RA_PAIRS + 2)

static size_t name_all(const struct config *config, const struct config_scep_profile *profile,
		       struct named *named)
{
	const struct config_issuer *issuer = config_issuer(config, profile->issuer_id);
	size_t count = 0;

	named[count++] = (struct named){"RA", profile->ra_cert_path};
	for (size_t i = 0; i < profile->ra_old_cert_paths.count; i++)
		named[count++] = (struct named){"old RA", profile->ra_old_cert_paths.items[i]};
	named[count++] = (struct named){"issuer", issuer->ca_cert_path};
	named[count++] = (struct named){"next CA", issuer->next_cert_path};
	return count;
}

static const char *when_text(gnutls_x509_crt_t certificate, char *text, size_t size)
{
	long long now = clock_now();
	long long begin = gnutls_x509_crt_get_activation_time(certificate);
	long long end = gnutls_x509_crt_get_expiration_time(certificate);

	if (now < begin)
		(void)snprintf(text, size, "begins in %lld days, for %lld", days(begin - now),
			       days(end - begin));
	else if (now > end)
		(void)snprintf(text, size, "expired %lld days ago", days(now - end));
	else
		(void)snprintf(text, size, "%lld days left", days(end - now));
	return text;
}

static void show_named(struct check_report *report, const char *profile, const struct named *named)
{
	CLEANUP(pki_chain_free) struct pki_chain chain = {0};
	char reason[PKI_REASON_SIZE] = "";
	char what[128], subject[512], when[64];

	(void)snprintf(what, sizeof(what), "scep/%s %s", profile, named->what);
	if (pki_chain_load(named->path, &chain, reason) != ERR_OK) {
		check_line(report, CHECK_FAIL, what, "%s", reason);
		return;
	}
	inspect_dn(chain.certificates[0], gnutls_x509_crt_get_dn3, subject, sizeof(subject));
	check_line(report, CHECK_OK, what, "%s: %s", subject,
		   when_text(chain.certificates[0], when, sizeof(when)));
}

/* --- GetCACert --- */

static const char *fingerprint(const gnutls_datum_t *der, gnutls_digest_algorithm_t digest, char *text)
{
	unsigned char value[64];
	gnutls_datum_t bytes;

	if (gnutls_hash_fast(digest, der->data, der->size, value) < 0)
		return "unknown";
	bytes = bytes_view(value, gnutls_hash_get_len(digest));
	text_hex(&bytes, text);
	return text;
}

static void show_given(struct check_report *report, const char *what, const gnutls_datum_t *der)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	char subject[512], sha1[TEXT_HEX_SIZE(64)], sha256[TEXT_HEX_SIZE(64)];

	if (gnutls_x509_crt_init(&certificate) < 0 ||
	    gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) < 0)
		return;
	inspect_dn(certificate, gnutls_x509_crt_get_dn3, subject, sizeof(subject));
	check_line(report, CHECK_OK, what, "%s, SHA-1 %s, SHA-256 %s", subject,
		   fingerprint(der, GNUTLS_DIG_SHA1, sha1), fingerprint(der, GNUTLS_DIG_SHA256, sha256));
}

/* The very answer that a device gets, which is one certificate or a list of them. */
static void show_answer(struct check_report *report, const char *what, const gnutls_datum_t *body)
{
	struct pkimessage_certs *certs = NULL;

	if (pkimessage_certs_parse(body, &certs) != PKIMESSAGE_OK) {
		show_given(report, what, body);
		return;
	}
	for (size_t i = 0; i < pkimessage_certs_count(certs); i++)
		show_given(report, what, pkimessage_certs_get(certs, i));
	pkimessage_certs_free(certs);
}

static void show_get_ca_cert(struct check_report *report, struct scep_service *service,
			     const struct config_scep_profile *profile)
{
	char path[sizeof("/scep/") + LIMIT_PROFILE_NAME], what[128];
	struct request request = {
		.id = "check",
		.method = METHOD_GET,
		.path = path,
		.query = "operation=GetCACert",
		.content_type = "",
		.client_address = "",
		.https = true,
	};
	struct response response = {.status = 0};

	(void)snprintf(path, sizeof(path), "/scep%s%s", profile->name[0] != '\0' ? "/" : "", profile->name);
	(void)snprintf(what, sizeof(what), "scep/%s GetCACert", check_profile_name(profile));
	scep_handle(service, NULL, &request, &response); /* which asks no database for this */
	if (response.status == 0 || response.status == 200)
		show_answer(report, what, &response.body);
	else
		check_line(report, CHECK_FAIL, what, "status %d", response.status);
	bytes_free(&response.body);
}

void check_certificates(struct check_report *report, const struct config *config,
			struct scep_service *service)
{
	for (size_t i = 0; i < config->scep_profile_count; i++) {
		const struct config_scep_profile *profile = &config->scep_profiles[i];
		struct named named[NAMED_MAX];
		size_t count = name_all(config, profile, named);

		for (size_t k = 0; k < count; k++)
			if (named[k].path != NULL)
				show_named(report, check_profile_name(profile), &named[k]);
		if (profile->mtls_only)
			check_line(report, CHECK_NOTE, check_profile_name(profile),
				   "served at /scep-mtls/%s only (_MTLS_ONLY)", profile->name);
		else
			show_get_ca_cert(report, service, profile);
	}
}
