/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check.h"

#include "base/clock.h"

#define DAY          86400
#define WARNING_DAYS 30

static void check_file(struct check_report *report, const char *owner, const char *path)
{
	CLEANUP(pki_chain_free) struct pki_chain chain = {NULL, NULL, 0};
	char reason[PKI_REASON_SIZE] = "";
	char what[128], date[CLOCK_TEXT_SIZE];
	time_t expires, now = clock_now();
	enum check_level level;

	if (path == NULL || pki_chain_load(path, &chain, reason) != ERR_OK)
		return;
	(void)snprintf(what, sizeof(what), "%s expiry", owner);
	for (size_t i = 0; i < chain.count; i++) {
		expires = gnutls_x509_crt_get_expiration_time(chain.certificates[i]);
		if (expires - now >= (time_t)WARNING_DAYS * DAY && i > 0)
			continue;
		clock_format(expires, date);
		level = expires < now                                ? CHECK_FAIL
			: expires - now < (time_t)WARNING_DAYS * DAY ? CHECK_NOTE
								     : CHECK_OK;
		check_line(report, level, what, "%s %s %s%s", path, expires < now ? "expired" : "expires",
			   date, i > 0 ? " (a certificate of its chain)" : "");
	}
}

void check_dates(struct check_report *report, const struct config *config)
{
	char owner[96];

	for (size_t i = 0; i < config->issuer_count; i++) {
		(void)snprintf(owner, sizeof(owner), "issuer %s", config->issuers[i].id);
		check_file(report, owner, config->issuers[i].ca_cert_path);
	}
	for (size_t i = 0; i < config->scep_profile_count; i++) {
		const struct config_scep_profile *profile = &config->scep_profiles[i];

		(void)snprintf(owner, sizeof(owner), "scep/%s RA",
			       profile->name[0] != '\0' ? profile->name : "<root>");
		check_file(report, owner, profile->ra_cert_path);
	}
}
