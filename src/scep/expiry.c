/* SPDX-License-Identifier: BSD-2-Clause */
/* What ends soon, and would end service with it. */
#include "scep/private.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"

/* The certificate of CHAIN that ends first. */
static size_t first_to_end(const struct pki_chain *chain)
{
	size_t first = 0;

	for (size_t i = 1; i < chain->count; i++)
		if (gnutls_x509_crt_get_expiration_time(chain->certificates[i]) <
		    gnutls_x509_crt_get_expiration_time(chain->certificates[first]))
			first = i;
	return first;
}

/* ELSEWHERE says of a certificate that is not CHAIN's first what it is. */
static struct scep_expiry expiry_of(const char *check, const struct pki_chain *chain, time_t now,
				    const char *elsewhere)
{
	size_t first = first_to_end(chain);
	time_t end = gnutls_x509_crt_get_expiration_time(chain->certificates[first]);
	struct scep_expiry expiry = {.check = check, .soon = end - now < LIMIT_EXPIRY_WARNING};
	char when[CLOCK_TEXT_SIZE];

	clock_format(end, when);
	(void)snprintf(expiry.text, sizeof expiry.text, "%s %s%s", end < now ? "expired" : "expires", when,
		       first > 0 ? elsewhere : "");
	return expiry;
}

size_t scep_expiry_list(const struct scep_profile *profile, struct scep_expiry list[SCEP_EXPIRIES])
{
	static const char in_chain[] = " (a certificate of its chain)";
	time_t now = clock_now();

	list[0] = expiry_of("RA expiry", &scep_ra_signer(profile)->pair.chain, now, in_chain);
	list[1] = expiry_of("issuer expiry", &profile->enrol.issuer->pair.chain, now, in_chain);
	if (profile->gate.bundle == NULL)
		return 2;
	list[2] = expiry_of("client CA expiry", pki_bundle_certificates(profile->gate.bundle), now,
			    " (not the first of the bundle)");
	return 3;
}

static void remind(const struct scep_profile *profile)
{
	struct scep_expiry list[SCEP_EXPIRIES];
	size_t count = scep_expiry_list(profile, list);

	for (size_t i = 0; i < count; i++)
		if (list[i].soon)
			log_warn("a certificate ends soon", "profile", profile->enrol.key, "check",
				 list[i].check, "note", list[i].text);
}

void scep_expiry_remind(struct scep_service *service)
{
	time_t now = clock_now();

	/* A clock that was set back must not silence this for as long. */
	if (now >= service->reminded && now - service->reminded < LIMIT_EXPIRY_REMINDER)
		return;
	service->reminded = now;
	for (size_t i = 0; i < service->profile_count; i++)
		remind(&service->profiles[i]);
}
