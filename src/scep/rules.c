/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The letter of the rules, and what a profile does about clients that do not keep to it: refuse, log, or
 * count. Whatever is not refused is noted in the audit row, so that an operator sees whom a stricter setting
 * would break.
 */
#include "scep/operation_private.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"

#define NONCE_SIZE 16

struct rule {
	const char *deviation; /* its name in log and audit */
	bool (*is_broken)(const struct operation *operation, const struct rule *rule);
	int algorithm;            /* of the rules about algorithms */
	size_t strictness;        /* where in struct config_scep_profile, or COUNTED */
	enum enrol_reason reason; /* where the profile is strict */
};

/* The profile has another setting for it, and this request got past that. */
#define COUNTED        SIZE_MAX
#define SETTING(field) offsetof(struct config_scep_profile, field)

/* Parameters behind the type do not matter, nor does case (RFC 9110 section 8.3.1). */
static bool is_other_type(const struct operation *operation, const struct rule *rule)
{
	static const char expected[] = "application/x-pki-message";
	const struct request *request = operation->exchange->request;
	size_t size = strcspn(request->content_type, "; \t");

	(void)rule;
	return request->method == METHOD_POST &&
	       (size != sizeof expected - 1 || strncasecmp(request->content_type, expected, size) != 0);
}

/* RFC 8894 section 3.2.1.5. */
static bool is_other_nonce(const struct operation *operation, const struct rule *rule)
{
	(void)rule;
	return operation->message != NULL && pkimessage_sender_nonce(operation->message)->size != NONCE_SIZE;
}

/* RFC 8894 does not ask for a signingTime, so one that is absent breaks nothing. */
static bool is_other_time(const struct operation *operation, const struct rule *rule)
{
	time_t signed_at =
		operation->message == NULL ? (time_t)-1 : pkimessage_signing_time(operation->message);
	time_t now = clock_now();

	(void)rule;
	return signed_at != (time_t)-1 &&
	       (signed_at > now + LIMIT_SIGNING_TIME_SKEW || signed_at < now - LIMIT_SIGNING_TIME_SKEW);
}

static bool is_plain_http(const struct operation *operation, const struct rule *rule)
{
	(void)rule;
	return !operation->exchange->request->https;
}

static bool is_raw(const struct operation *operation, const struct rule *rule)
{
	(void)rule;
	return operation->message == NULL;
}

static bool uses_digest(const struct operation *operation, const struct rule *rule)
{
	return operation->message != NULL && (int)pkimessage_digest(operation->message) == rule->algorithm;
}

static bool uses_cipher(const struct operation *operation, const struct rule *rule)
{
	return operation->envelope != NULL &&
	       (int)pkimessage_envelope_cipher(operation->envelope) == rule->algorithm;
}

static const struct rule rules[] = {
	{"content_type", is_other_type, 0, SETTING(content_type), ENROL_CONTENT_TYPE},
	{"nonce", is_other_nonce, 0, SETTING(nonce), ENROL_NONCE},
	{"signing_time", is_other_time, 0, SETTING(signing_time), ENROL_SIGNING_TIME},
	{"http", is_plain_http, 0, COUNTED, ENROL_SUCCESS},
	{"raw_csr", is_raw, 0, COUNTED, ENROL_SUCCESS},
	{"legacy_md5", uses_digest, GNUTLS_DIG_MD5, COUNTED, ENROL_SUCCESS},
	{"legacy_sha1", uses_digest, GNUTLS_DIG_SHA1, COUNTED, ENROL_SUCCESS},
	{"legacy_des", uses_cipher, GNUTLS_CIPHER_DES_CBC, COUNTED, ENROL_SUCCESS},
	{"legacy_3des", uses_cipher, GNUTLS_CIPHER_3DES_CBC, COUNTED, ENROL_SUCCESS},
};

static enum config_strictness strictness_of(const struct operation *operation, const struct rule *rule)
{
	const uint8_t *config = (const uint8_t *)operation->exchange->profile->config;
	enum config_strictness strictness = CONFIG_LENIENT;

	if (rule->strictness != COUNTED)
		memcpy(&strictness, config + rule->strictness, sizeof strictness);
	return strictness;
}

static void note(struct operation *operation, const struct rule *rule, enum config_strictness strictness)
{
	if (operation->deviation_count < ENROL_DEVIATIONS)
		operation->deviations[operation->deviation_count++] = rule->deviation;
	if (strictness == CONFIG_WARN)
		log_warn("client deviates from the protocol", "deviation", rule->deviation, "would_be",
			 enrol_meaning(rule->reason)->text, "client",
			 operation->exchange->request->client_address);
}

enum enrol_reason scep_apply_rules(struct operation *operation)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		enum config_strictness strictness = strictness_of(operation, &rules[i]);

		if (!rules[i].is_broken(operation, &rules[i]))
			continue;
		if (strictness == CONFIG_STRICT)
			return rules[i].reason;
		note(operation, &rules[i], strictness);
	}
	return ENROL_SUCCESS;
}
