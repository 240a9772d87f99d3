/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of RA pairs: which one signs, which still decrypt, which are shown. */
#include "scep/private.h"

#include "base/clock.h"

enum err scep_ra_add(struct scep_profile *profile, struct pki_pair *pair)
{
	const struct pkimessage_identity identity = {pair->chain.certificates[0], pair->key};
	struct scep_ra added = {
		.pair = *pair,
		.not_before = gnutls_x509_crt_get_activation_time(pair->chain.certificates[0]),
		.not_after = gnutls_x509_crt_get_expiration_time(pair->chain.certificates[0]),
	};
	int error = pkimessage_prepare(&identity, &added.prepared);
	size_t i;

	if (error != PKIMESSAGE_OK)
		return error == PKIMESSAGE_E_MEMORY ? ERR_MEMORY : ERR_CRYPTO;
	for (i = profile->ra_count++; i > 0 && profile->ras[i - 1].not_before < added.not_before; i--)
		profile->ras[i] = profile->ras[i - 1];
	profile->ras[i] = added;
	*pair = (struct pki_pair){0};
	return ERR_OK;
}

void scep_ra_free(struct scep_profile *profile)
{
	while (profile->ra_count > 0) {
		struct scep_ra *ra = &profile->ras[--profile->ra_count];

		pkimessage_prepared_free(ra->prepared);
		pki_pair_free(&ra->pair);
	}
}

bool scep_ra_is_valid(const struct scep_ra *ra, time_t now)
{
	return now >= ra->not_before && now <= ra->not_after;
}

static const struct scep_ra *signer_at(const struct scep_profile *profile, time_t now)
{
	for (size_t i = 0; i < profile->ra_count; i++)
		if (scep_ra_is_valid(&profile->ras[i], now))
			return &profile->ras[i];
	return &profile->ras[0];
}

const struct scep_ra *scep_ra_signer(const struct scep_profile *profile)
{
	return signer_at(profile, clock_now());
}

size_t scep_ra_decryptors(const struct scep_profile *profile, struct pkimessage_prepared **list)
{
	time_t now = clock_now();
	const struct scep_ra *signer = signer_at(profile, now);
	size_t count = 0;

	list[count++] = signer->prepared;
	for (size_t i = 0; i < profile->ra_count; i++)
		if (&profile->ras[i] != signer && now <= profile->ras[i].not_after)
			list[count++] = profile->ras[i].prepared;
	return count;
}

size_t scep_ra_listed(const struct scep_profile *profile, gnutls_datum_t *list)
{
	time_t now = clock_now();
	const struct scep_ra *signer = signer_at(profile, now);
	bool overlaps = now - signer->not_before < (time_t)profile->config->ra_overlap;
	size_t count = 0;

	list[count++] = signer->pair.chain.der[0];
	for (const struct scep_ra *ra = signer + 1; overlaps && ra < profile->ras + profile->ra_count; ra++)
		if (scep_ra_is_valid(ra, now))
			list[count++] = ra->pair.chain.der[0];
	return count;
}
