/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *word;
	unsigned bits;
} words[] = {
	{"AES", CLIENT_AES},
	{"DES3", CLIENT_DES3},
	{"POSTPKIOperation", CLIENT_POST},
	{"Renewal", CLIENT_RENEWAL},
	{"SHA-1", CLIENT_SHA1},
	{"SHA-256", CLIENT_SHA256},
	{"SHA-512", CLIENT_SHA512},
	{"SCEPStandard", CLIENT_AES | CLIENT_POST | CLIENT_SHA256}, /* RFC 8894 section 2.9 */
};

static unsigned bits_of(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) == length && strncasecmp(words[i].word, word, length) == 0)
			return words[i].bits;
	}
	return 0; /* unknown words are to be ignored */
}

static unsigned read_words(const gnutls_datum_t *text)
{
	const char *at = (const char *)text->data, *end = at + text->size;
	unsigned capabilities = 0;

	while (at < end) {
		const char *word = at;

		while (at < end && *at != '\n' && *at != '\r' && *at != ' ' && *at != '\t')
			at++;
		capabilities |= bits_of(word, (size_t)(at - word));
		if (at < end)
			at++;
	}
	return capabilities;
}

bool client_get_capabilities(const struct client_options *options, const char *url, unsigned *capabilities,
			     gnutls_datum_t *text)
{
	CLEANUP(text_free) char *target = client_operation_url(url, "GetCACaps", NULL);
	struct http_answer answer;
	char said[200];

	*capabilities = 0;
	*text = (gnutls_datum_t){NULL, 0};
	if (target == NULL || !http_get(&options->http, target, &answer))
		return false;
	if (answer.status == 200) {
		*capabilities = read_words(&answer.body);
		*text = answer.body;
		return true;
	}
	(void)client_said(&answer, said, sizeof(said));
	bytes_free(&answer.body);
	/* Old servers do not know the operation: then they have no capability (RFC 8894 section 3.5.1). */
	if (answer.status == 400 || answer.status == 404 || answer.status == 501) {
		cli_note("GetCACaps was answered with HTTP status %ld: %s", answer.status, said);
		return true;
	}
	cli_error("GetCACaps was answered with HTTP status %ld: %s", answer.status, said);
	return false;
}
