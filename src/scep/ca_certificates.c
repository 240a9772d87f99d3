/* SPDX-License-Identifier: BSD-2-Clause */
/* GetCACert (RFC 8894 section 4.2): whom to encrypt to, and whom to believe. */
#include "scep/private.h"

#include "base/cleanup.h"

/* Whether PROFILE gives certificate INDEX of CHAIN beside the RA's (field.md W20). */
static bool is_given(const struct scep_profile *profile, const struct pki_chain *chain, size_t index)
{
	gnutls_x509_crt_t certificate = chain->certificates[index];

	if (index == 0 || profile->config->ca_chain == CONFIG_CHAIN_ROOT)
		return true;
	return profile->config->ca_chain == CONFIG_CHAIN_NO_ROOT &&
	       gnutls_x509_crt_check_issuer(certificate, certificate) == 0;
}

/* An RA that is the CA itself counts once. */
static bool is_listed(const gnutls_datum_t *der, const gnutls_datum_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(der, &list[i]))
			return true;
	return false;
}

enum err scep_ca_certificates_check(const struct scep_profile *profile)
{
	const struct pki_chain *chain = &profile->enrol.issuer->pair.chain;
	size_t count = profile->ra_count;

	for (size_t i = 0; i < chain->count; i++)
		count += is_given(profile, chain, i) ? 1 : 0;
	/* The answer to a raw request has the certificate and the whole chain. */
	if (profile->config->raw_csr && chain->count + 1 > count)
		count = chain->count + 1;
	return count > LIMIT_CMS_CERTIFICATES ? ERR_LIMIT : ERR_OK;
}

/* RAs first, then the issuer and its chain as its file has it. LIST has LIMIT_CMS_CERTIFICATES, which the
 * check at start has shown to be enough. */
static size_t collect(const struct scep_profile *profile, gnutls_datum_t *list)
{
	const struct pki_chain *chain = &profile->enrol.issuer->pair.chain;
	size_t count = scep_ra_listed(profile, list);

	for (size_t i = 0; i < chain->count; i++)
		if (is_given(profile, chain, i) && !is_listed(&chain->der[i], list, count))
			list[count++] = chain->der[i];
	return count;
}

/* The message parameter (a CA identifier) is not looked at: clients put anything there (field.md W6). */
void scep_get_ca_cert(struct exchange *exchange)
{
	gnutls_datum_t list[LIMIT_CMS_CERTIFICATES];
	size_t count = collect(exchange->profile, list);
	CLEANUP(bytes_free) gnutls_datum_t body = {NULL, 0};
	bool made = count == 1 ? bytes_copy(&list[0], &body)
			       : pkimessage_build_certs_only(list, count, &body) == PKIMESSAGE_OK;

	if (made)
		scep_reply(exchange,
			   count == 1 ? "application/x-x509-ca-cert" : "application/x-x509-ca-ra-cert",
			   &body);
	else
		response_text(exchange->response, 500, "out of memory");
}
