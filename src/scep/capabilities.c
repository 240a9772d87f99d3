/* SPDX-License-Identifier: BSD-2-Clause */
/* GetCACaps (RFC 8894 section 3.5.2) and GetCACert (section 4.2): the same for everybody, so made once. */
#include "scep/private.h"

#include <strings.h>

#include "base/limits.h"

/* The six that every profile has, in this order; extra words follow. */
static const char *const base_caps[] = {"POSTPKIOperation", "SHA-256", "SHA-512", "AES",
					"SCEPStandard",     "Renewal"};

static bool is_base(const char *word)
{
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
	for (size_t i = 0; i < extra->count; i++)
		if (extra->items[i][0] != '\0' && !is_base(extra->items[i]))
			put_line(&out, extra->items[i]);
	return buffer_take(&out, &profile->caps) ? ERR_OK : ERR_MEMORY;
}

/* RA first, then the issuer and its chain as its file has it; an RA that is the CA itself counts once. */
enum err scep_ca_certificates_prepare(struct scep_profile *profile)
{
	const struct pki_chain *chain = &profile->enrol.issuer->pair.chain;
	const gnutls_datum_t *ra = &profile->ra.chain.der[0];
	gnutls_datum_t *list = calloc(chain->count + 1, sizeof *list);
	size_t count = 0;
	int result;

	if (list == NULL)
		return ERR_MEMORY;
	list[count++] = *ra;
	for (size_t i = 0; i < chain->count; i++)
		if (!bytes_equal(&chain->der[i], ra))
			list[count++] = chain->der[i];
	if (count == 1) {
		profile->ca_certificates_type = "application/x-x509-ca-cert";
		result = bytes_copy(ra, &profile->ca_certificates) ? PKIMESSAGE_OK : PKIMESSAGE_E_MEMORY;
	} else {
		profile->ca_certificates_type = "application/x-x509-ca-ra-cert";
		result = pkimessage_build_certs_only(list, count, &profile->ca_certificates);
	}
	free(list);
	if (count > LIMIT_CMS_CERTIFICATES)
		return ERR_LIMIT;
	return result == PKIMESSAGE_OK ? ERR_OK : ERR_MEMORY;
}

static void answer(struct exchange *exchange, const char *type, const gnutls_datum_t *body)
{
	if (!bytes_copy(body, &exchange->response->body)) {
		response_text(exchange->response, 500, "out of memory");
		return;
	}
	exchange->response->content_type = type;
}

void scep_get_ca_caps(struct exchange *exchange)
{
	answer(exchange, "text/plain", &exchange->profile->caps);
}

/* The message parameter (a CA identifier) is not looked at: clients put anything there (field.md W6). */
void scep_get_ca_cert(struct exchange *exchange)
{
	answer(exchange, exchange->profile->ca_certificates_type, &exchange->profile->ca_certificates);
}
