/* SPDX-License-Identifier: BSD-2-Clause */
/* GetCACaps (RFC 8894 section 3.5.2): the same for everybody, so made once. */
#include "scep/private.h"

#include <strings.h>

#include "base/cleanup.h"

/* The six that every profile has, in this order; what it has beside them follows. */
static const char *const base_caps[] = {"POSTPKIOperation", "SHA-256", "SHA-512", "AES",
					"SCEPStandard",     "Renewal"};

#define NEXT_CA "GetNextCACert"

/* Words that are not the operator's to add. */
static bool is_ours(const char *word)
{
	if (strcasecmp(word, NEXT_CA) == 0)
		return true;
	for (size_t i = 0; i < sizeof base_caps / sizeof *base_caps; i++)
		if (strcasecmp(word, base_caps[i]) == 0)
			return true;
	return false;
}

static void put_line(struct buffer *out, const char *word)
{
	buffer_append_text(out, word);
	buffer_append_byte(out, '\n');
}

enum err scep_caps_prepare(struct scep_profile *profile)
{
	const struct config_list *extra = &profile->config->extra_caps;
	struct buffer out = {0};

	for (size_t i = 0; i < sizeof base_caps / sizeof *base_caps; i++)
		put_line(&out, base_caps[i]);
	if (profile->next_ca != NULL)
		put_line(&out, NEXT_CA);
	for (size_t i = 0; i < extra->count; i++)
		if (extra->items[i][0] != '\0' && !is_ours(extra->items[i]))
			put_line(&out, extra->items[i]);
	return buffer_take(&out, &profile->caps) ? ERR_OK : ERR_MEMORY;
}

void scep_get_ca_caps(struct exchange *exchange)
{
	CLEANUP(bytes_free) gnutls_datum_t body = {NULL, 0};

	if (bytes_copy(&exchange->profile->caps, &body))
		scep_reply(exchange, "text/plain", &body);
	else
		response_text(exchange->response, 500, "out of memory");
}
