/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/profile_json.h"

#include <string.h>
#include <strings.h>

#include "base/der.h"
#include "pki/issue.h"

/* Appends the JSON of one WORD; false when it does not fit. The words are plain enough to need no escaping.
 */
typedef bool append_word(struct buffer *out, const char *word);

static bool build(const struct cli_list *list, append_word *append, const char *expected, char **json)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	bool none = list->count == 1 && strcmp(list->items[0], "none") == 0;

	buffer_append_byte(&out, '[');
	for (size_t i = 0; !none && i < list->count; i++) {
		if (i > 0)
			buffer_append_byte(&out, ',');
		if (!append(&out, list->items[i])) {
			cli_error("'%s' does not fit: expected %s", list->items[i], expected);
			return false;
		}
	}
	buffer_append(&out, "]", 2); /* with the final NUL */
	free(*json);
	*json = out.failed ? NULL : strdup((const char *)out.data);
	if (*json == NULL)
		cli_error("out of memory");
	return *json != NULL;
}

static void append_string(struct buffer *out, const char *text)
{
	buffer_append_byte(out, '"');
	buffer_append_text(out, text);
	buffer_append_byte(out, '"');
}

static bool append_key(struct buffer *out, const char *word)
{
	static const struct {
		const char *word;
		const char *json;
	} keys[] = {
		{"rsa:2048", "{\"algorithm\":\"RSA\",\"min_size\":2048}"},
		{"rsa:3072", "{\"algorithm\":\"RSA\",\"min_size\":3072}"},
		{"rsa:4096", "{\"algorithm\":\"RSA\",\"min_size\":4096}"},
		{"ecdsa:256", "{\"algorithm\":\"ECDSA\",\"min_size\":256}"},
		{"ecdsa:384", "{\"algorithm\":\"ECDSA\",\"min_size\":384}"},
		{"ecdsa:521", "{\"algorithm\":\"ECDSA\",\"min_size\":521}"},
		{"ed25519", "{\"algorithm\":\"Ed25519\"}"},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcasecmp(keys[i].word, word) == 0) {
			buffer_append_text(out, keys[i].json);
			return true;
		}
	}
	return false;
}

static bool append_eku(struct buffer *out, const char *word)
{
	static const char *const names[] = {
		"serverAuth",   "clientAuth", "codeSigning",    "emailProtection",
		"timeStamping", "ipsecIKE",   "smartcardLogon",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcasecmp(names[i], word) == 0) {
			append_string(out, names[i]);
			return true;
		}
	}
	if (der_oid_is_valid(word))
		append_string(out, word);
	return der_oid_is_valid(word);
}

static bool append_extension(struct buffer *out, const char *word)
{
	if (!der_oid_is_valid(word) || !pki_extension_may_be_copied(word))
		return false;
	append_string(out, word);
	return true;
}

bool cli_json_keys(const struct cli_list *list, char **json)
{
	return build(list, append_key,
		     "rsa:2048, rsa:3072, rsa:4096, ecdsa:256, ecdsa:384, ecdsa:521 or ed25519", json);
}

bool cli_json_ekus(const struct cli_list *list, char **json)
{
	return build(list, append_eku,
		     "serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, ipsecIKE, "
		     "smartcardLogon, an "
		     "OID, or none",
		     json);
}

bool cli_json_extensions(const struct cli_list *list, char **json)
{
	return build(list, append_extension,
		     "the OID of an extension that is not the CA's own to decide, or none", json);
}
