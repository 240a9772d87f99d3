/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/der.h"

/* What applies where a profile names no certificate profile, in the words of the table certificate_profiles.
 */
static const struct store_policy defaults = {
	.enabled = true,
	.key_algorithms = (char[]){"[{\"algorithm\":\"RSA\",\"min_size\":2048},{\"algorithm\":\"ECDSA\","
				   "\"min_size\":256},"
				   "{\"algorithm\":\"Ed25519\"}]"},
	.ekus = (char[]){"[\"serverAuth\",\"clientAuth\"]"},
	.copied_extensions = (char[]){"[]"},
};

/* Names of extended key usages (RFC 5280 section 4.2.1.12); an OID in dotted decimal stands for itself. */
static const struct {
	const char *name;
	const char *oid;
} eku_names[] = {
	{"serverAuth", "1.3.6.1.5.5.7.3.1"},          {"clientAuth", "1.3.6.1.5.5.7.3.2"},
	{"codeSigning", "1.3.6.1.5.5.7.3.3"},         {"emailProtection", "1.3.6.1.5.5.7.3.4"},
	{"timeStamping", "1.3.6.1.5.5.7.3.8"},        {"ipsecIKE", "1.3.6.1.5.5.7.3.17"},
	{"smartcardLogon", "1.3.6.1.4.1.311.20.2.2"},
};

static const struct {
	const char *name;
	gnutls_pk_algorithm_t algorithm;
} key_names[] = {
	{"RSA", GNUTLS_PK_RSA},
	{"ECDSA", GNUTLS_PK_ECDSA},
	{"Ed25519", GNUTLS_PK_EDDSA_ED25519},
};

const char *policy_key_name(const struct pki_csr *csr)
{
	for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++)
		if (csr->key_algorithm == key_names[i].algorithm)
			return key_names[i].name;
	return "unknown";
}

static const char *eku_oid(const char *name)
{
	for (size_t i = 0; i < sizeof eku_names / sizeof *eku_names; i++)
		if (strcasecmp(name, eku_names[i].name) == 0)
			return eku_names[i].oid;
	return der_oid_is_valid(name) ? name : NULL;
}

static const char *copied_oid(const char *name)
{
	return der_oid_is_valid(name) && pki_extension_may_be_copied(name) ? name : NULL;
}

/* Parses TEXT, which must be a JSON array. NULL when it is not. */
static cJSON *parse_array(const char *text)
{
	cJSON *array = text == NULL ? NULL : cJSON_ParseWithOpts(text, NULL, true);

	if (array != NULL && !cJSON_IsArray(array)) {
		cJSON_Delete(array);
		return NULL;
	}
	return array;
}

/* The strings of ARRAY, each through TRANSLATE; NULL when one is no string or has no translation. */
static const char **translate_all(const cJSON *array, const char *(*translate)(const char *), size_t *count)
{
	const char **oids = calloc((size_t)cJSON_GetArraySize(array) + 1, sizeof *oids);
	const cJSON *item;

	*count = 0;
	if (oids == NULL)
		return NULL;
	cJSON_ArrayForEach(item, array)
	{
		oids[*count] = cJSON_IsString(item) ? translate(item->valuestring) : NULL;
		if (oids[(*count)++] == NULL) {
			free(oids);
			return NULL;
		}
	}
	return oids;
}

/* True when SIZE, the optional min_size of a rule, is one we understand and BITS reach it. */
static bool size_allows(const cJSON *size, unsigned bits)
{
	return size == NULL || (cJSON_IsNumber(size) && size->valuedouble <= (double)bits);
}

/* True when RULE, {"algorithm","min_size"}, lets the CSR's key pass. */
static bool rule_allows(const cJSON *rule, const struct pki_csr *csr)
{
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(rule, "algorithm");
	const cJSON *size = cJSON_GetObjectItemCaseSensitive(rule, "min_size");

	if (!cJSON_IsString(name))
		return false;
	for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++)
		if (strcasecmp(name->valuestring, key_names[i].name) == 0)
			return csr->key_algorithm == key_names[i].algorithm &&
			       size_allows(size, csr->key_bits);
	return false;
}

static enum enrol_reason key_check(struct attempt *attempt, const char *rules)
{
	cJSON *array = parse_array(rules);
	const cJSON *rule;
	enum enrol_reason reason = ENROL_CSR_KEY;

	if (array == NULL)
		return ENROL_POLICY_UNREADABLE;
	cJSON_ArrayForEach(rule, array)
	{
		if (rule_allows(rule, attempt->csr))
			reason = ENROL_SUCCESS;
	}
	cJSON_Delete(array);
	if (reason != ENROL_SUCCESS)
		(void)snprintf(attempt->detail, sizeof attempt->detail, "%s with %u bits",
			       policy_key_name(attempt->csr), attempt->csr->key_bits);
	return reason;
}

/* The policy in force, or NULL where the profile names one that is missing or disabled. */
static const struct store_policy *policy_of(struct attempt *attempt)
{
	if (attempt->enrolment->profile->policy_id == NULL)
		return &defaults;
	if (attempt->look->has_policy && attempt->look->policy.enabled)
		return &attempt->look->policy;
	(void)snprintf(attempt->detail, sizeof attempt->detail, "certificate profile %.100s is %s",
		       attempt->enrolment->profile->policy_id,
		       attempt->look->has_policy ? "disabled" : "missing");
	return NULL;
}

static bool fill_lists(const struct store_policy *row, struct policy *policy)
{
	policy->parsed[0] = parse_array(row->ekus);
	policy->parsed[1] = parse_array(row->copied_extensions);
	if (policy->parsed[0] == NULL || policy->parsed[1] == NULL)
		return false;
	policy->ekus = translate_all(policy->parsed[0], eku_oid, &policy->template.eku_count);
	policy->copied = translate_all(policy->parsed[1], copied_oid, &policy->template.copied_count);
	policy->template.ekus = policy->ekus;
	policy->template.copied = policy->copied;
	return policy->ekus != NULL && policy->copied != NULL;
}

static void fill_profile(const struct enrol_profile *profile, const struct store_policy *row, time_t now,
			 struct pki_template *template)
{
	template->now = now;
	template->backdate = profile->backdate;
	template->validity = profile->validity;
	if (row->max_ttl > 0 && row->max_ttl < template->validity)
		template->validity = row->max_ttl;
	template->must_staple = row->must_staple;
	template->crl_urls = profile->urls.crl;
	template->crl_url_count = profile->urls.crl_count;
	template->ocsp_url = profile->urls.ocsp;
	template->ca_issuers_url = profile->urls.ca_issuers;
}

enum enrol_reason policy_apply(struct attempt *attempt, time_t now, struct policy *policy)
{
	const struct store_policy *row = policy_of(attempt);

	*policy = (struct policy){0};
	if (row == NULL)
		return ENROL_POLICY_UNREADABLE;
	if (row->san_patterns) {
		(void)snprintf(attempt->detail, sizeof attempt->detail,
			       "certificate profile: required_san_patterns is not supported");
		return ENROL_POLICY_UNREADABLE;
	}
	if (!fill_lists(row, policy)) {
		(void)snprintf(attempt->detail, sizeof attempt->detail,
			       "certificate profile: allowed_ekus or copied_extensions cannot be applied");
		return ENROL_POLICY_UNREADABLE;
	}
	fill_profile(attempt->enrolment->profile, row, now, &policy->template);
	return key_check(attempt, row->key_algorithms);
}

void policy_free(struct policy *policy)
{
	for (size_t i = 0; i < sizeof policy->parsed / sizeof *policy->parsed; i++)
		cJSON_Delete(policy->parsed[i]);
	free(policy->ekus);
	free(policy->copied);
	*policy = (struct policy){0};
}
