/* SPDX-License-Identifier: BSD-2-Clause */
/* RA pairs, from settings to keys. */
#include "scep/load_private.h"

#include "base/clock.h"

/* What the settings name: the pair of RA_CERT_PATH, then the older ones. */
struct named_pair {
	const char *check;
	const char *certificate_path;
	const char *key_path;
};

static size_t name_pairs(const struct config_scep_profile *config, struct named_pair *pairs)
{
	size_t count = 0;

	pairs[count++] = (struct named_pair){"RA pair", config->ra_cert_path, config->ra_key_path};
	for (size_t i = 0; i < config->ra_old_cert_paths.count && count < LIMIT_RA_PAIRS; i++)
		pairs[count++] = (struct named_pair){"old RA pair", config->ra_old_cert_paths.items[i],
						     config->ra_old_key_paths.items[i]};
	return count;
}

/* One that is out of date is kept all the same, for what it is worth: which one is in date is asked at each
 * request, and one that is not valid yet will be. */
static enum err load_pair(struct loading *loading, struct scep_profile *profile,
			  const struct named_pair *named, struct pki_pair *pair)
{
	char reason[PKI_REASON_SIZE] = "";
	enum err error = pki_ra_load(named->certificate_path, named->key_path, PKI_ANY_TIME, pair, reason);

	if (error != ERR_OK)
		scep_report(loading, profile->config, named->check, error, reason);
	return error;
}

/* Once all are there: whether one can sign, and which are out of date. */
static enum err judge_dates(struct loading *loading, const struct scep_profile *profile,
			    const struct named_pair *named, const struct pki_pair *pair, bool any_valid)
{
	char reason[PKI_REASON_SIZE] = "";
	enum err error = pki_pair_dates(pair, named->certificate_path, clock_now(), reason);

	if (error == ERR_EXPIRED && any_valid) {
		scep_report_note(loading, profile->config, named->check, reason);
		return ERR_OK;
	}
	scep_report(loading, profile->config, named->check, error, reason);
	return error;
}

/* Hands PAIR over, or frees it. */
static enum err add_pair(struct loading *loading, struct scep_profile *profile,
			 const struct named_pair *named, struct pki_pair *pair)
{
	enum err error = scep_ra_add(profile, pair);

	if (error == ERR_OK)
		return ERR_OK;
	pki_pair_free(pair);
	scep_report(loading, profile->config, named->check, error, "the key cannot be made ready to decrypt");
	return error;
}

enum err scep_ra_load(struct loading *loading, struct scep_profile *profile)
{
	struct named_pair named[LIMIT_RA_PAIRS];
	struct pki_pair pairs[LIMIT_RA_PAIRS] = {0};
	size_t count = name_pairs(profile->config, named);
	bool any_valid = false;
	enum err first_error = ERR_OK;
	enum err error;

	for (size_t i = 0; i < count; i++) {
		char ignored[PKI_REASON_SIZE];

		error = load_pair(loading, profile, &named[i], &pairs[i]);
		first_error = first_error == ERR_OK ? error : first_error;
		any_valid =
			any_valid || (error == ERR_OK && pki_pair_dates(&pairs[i], named[i].certificate_path,
									clock_now(), ignored) == ERR_OK);
	}
	for (size_t i = 0; i < count; i++) {
		if (pairs[i].key == NULL)
			continue;
		error = judge_dates(loading, profile, &named[i], &pairs[i], any_valid);
		first_error = first_error == ERR_OK ? error : first_error;
		error = add_pair(loading, profile, &named[i], &pairs[i]);
		first_error = first_error == ERR_OK ? error : first_error;
	}
	return first_error;
}
