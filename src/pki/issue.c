/* SPDX-License-Identifier: BSD-2-Clause */
/* A certificate for a request, by a template. */
#include <string.h>

#include "pki/certificate_private.h"

#define OID_SAN         "2.5.29.17"
#define OID_TLS_FEATURE "1.3.6.1.5.5.7.1.24"

/* True when OID is ARC or lies below it. */
static bool is_under(const char *oid, const char *arc)
{
	size_t length = strlen(arc);

	return strncmp(oid, arc, length) == 0 && (oid[length] == '\0' || oid[length] == '.');
}

bool pki_extension_may_be_copied(const char *oid)
{
	static const char *const refused[] = {
		"2.5.29", /* all of RFC 5280's: basicConstraints, keyUsage, nameConstraints, policies, SAN */
		"1.3.6.1.5.5.7.1",  /* PKIX private: access pointers, proxyCertInfo, address blocks ... */
		"1.3.6.1.5.5.7.48", /* id-pkix-ocsp-nocheck */
		"1.3.6.1.4.1.11129.2.4", /* certificate transparency */
		"1.3.6.1.4.1.311.21.1",  /* Microsoft: CA version */
		"1.3.6.1.4.1.311.21.2",  /* ... previous CA certificate */
		"1.3.6.1.4.1.311.21.10", /* ... application policies: EKU by another name */
		"1.3.6.1.4.1.311.21.11", /* ... policy mappings */
		"1.3.6.1.4.1.311.21.12", /* ... policy constraints */
		"1.3.6.1.4.1.311.25",  /* ... the account's security identifier: who the holder is to a domain
					*/
		"2.16.840.1.113730.1", /* Netscape: certificate type, which can say CA */
	};

	/* RFC 7633 has a request ask for the TLS feature itself. */
	if (strcmp(oid, OID_TLS_FEATURE) == 0)
		return true;
	if (oid[0] < '0' || oid[0] > '2' || oid[1] != '.' || strspn(oid, "0123456789.") != strlen(oid))
		return false;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (is_under(oid, refused[i]))
			return false;
	return true;
}

/* Only a key that can encrypt gets keyEncipherment. */
static unsigned usage_of(gnutls_pk_algorithm_t algorithm)
{
	return algorithm == GNUTLS_PK_RSA ? PKI_USAGE_DIGITAL_SIGNATURE | PKI_USAGE_KEY_ENCIPHERMENT
					  : PKI_USAGE_DIGITAL_SIGNATURE;
}

static bool is_listed(const struct pki_template *template, const char *oid)
{
	for (size_t i = 0; i < template->copied_count; i++)
		if (strcmp(template->copied[i], oid) == 0)
			return true;
	return false;
}

/* Copies what the template lists and no rule forbids. The request's parser has seen to it that no OID comes
 * twice.
 */
static enum err put_copied(struct buffer *out, const struct pki_csr *csr, const struct pki_template *template,
			   char *reason)
{
	size_t count = pkimessage_csr_extension_count(csr->message);

	for (size_t i = 0; i < count; i++) {
		const struct pkimessage_extension *extension = pkimessage_csr_extension(csr->message, i);
		struct der value = der_open(&extension->value);

		if (!is_listed(template, extension->oid) || !pki_extension_may_be_copied(extension->oid) ||
		    (template->must_staple && strcmp(extension->oid, OID_TLS_FEATURE) == 0))
			continue;
		(void)der_any(&value);
		if (!der_done(&value))
			return pki_refuse(reason, ERR_SYNTAX, "extension %s of the request is not DER",
					  extension->oid);
		pki_put_extension(out, extension->oid, extension->critical, &extension->value);
	}
	return ERR_OK;
}

/* A subject that is an empty SEQUENCE makes the SAN the only name (RFC 5280 section 4.2.1.6). */
static bool has_subject(const struct pki_csr *csr)
{
	return csr->names.subject_text[0] != '\0';
}

static enum err put_extensions(struct buffer *out, const struct pki_issuer *issuer, const struct pki_csr *csr,
			       const struct pki_template *template, const gnutls_datum_t *public_key,
			       char *reason)
{
	uint8_t id[PKI_KEY_ID_SIZE];
	gnutls_datum_t key_id = bytes_view(id, sizeof id);

	if (pki_key_id(public_key, id) != ERR_OK)
		return pki_refuse(reason, ERR_CRYPTO, "the request's key has no identifier");
	pki_put_key_ids(out, &key_id, &issuer->key_id);
	pki_put_key_usage(out, usage_of(csr->key_algorithm));
	pki_put_ekus(out, template->ekus, template->eku_count);
	if (csr->san.size > 0)
		pki_put_extension(out, OID_SAN, !has_subject(csr), &csr->san);
	pki_put_crl_urls(out, template->crl_urls, template->crl_url_count);
	pki_put_authority_access(out, template->ocsp_url, template->ca_issuers_url);
	if (template->must_staple)
		pki_put_must_staple(out);
	return put_copied(out, csr, template, reason);
}

enum err pki_issue(const struct pki_issuer *issuer, const struct pki_csr *csr,
		   const struct pki_template *template, struct pki_certificate *certificate, char *reason)
{
	CLEANUP(bytes_free) gnutls_datum_t public_key = {NULL, 0};
	CLEANUP(pki_tbs_free) struct pki_tbs tbs = {.issuer = issuer->subject, .subject = csr->names.subject};
	enum err error;

	*certificate = (struct pki_certificate){0};
	if (!has_subject(csr) && csr->san.size == 0)
		return pki_refuse(reason, ERR_SYNTAX,
				  "the request names nobody: neither a subject nor a subjectAltName");
	if (gnutls_pubkey_export2(csr->key, GNUTLS_X509_FMT_DER, &public_key) < 0)
		return pki_refuse(reason, ERR_CRYPTO, "the request's key cannot be written");
	tbs.public_key = public_key;
	error = pki_tbs_set_validity(&tbs, issuer->pair.chain.certificates[0], template->now,
				     template->backdate, template->validity, reason);
	if (error == ERR_OK)
		error = put_extensions(&tbs.extensions, issuer, csr, template, &public_key, reason);
	return error == ERR_OK ? pki_tbs_sign(&tbs, issuer->pair.key, issuer->digest, certificate, reason)
			       : error;
}
