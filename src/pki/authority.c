/* SPDX-License-Identifier: BSD-2-Clause */
/* CA and RA certificates for 'ca init' and 'ra init'. */
#include <string.h>

#include "pki/certificate_private.h"

/* Seconds an authority's certificate begins before it is made, for clients whose clocks run behind. */
#define BACKDATE 3600

struct making {
	const struct pki_authority_request *request;
	gnutls_pubkey_t key;
	gnutls_digest_algorithm_t digest;
	gnutls_datum_t subject;
	gnutls_datum_t public_key;
	uint8_t key_id[PKI_KEY_ID_SIZE];
};

static void making_free(struct making *making)
{
	pubkey_free(&making->key);
	bytes_free(&making->subject);
	bytes_free(&making->public_key);
}

/* The subject in DER, through the same gate as everybody's. */
static enum err make_subject(struct making *making, char *reason)
{
	CLEANUP(x509_dn_free) gnutls_x509_dn_t dn = NULL;
	const gnutls_datum_t none = {NULL, 0};
	struct pki_names names;
	enum err error;

	if (making->request->subject[0] == '\0')
		return pki_refuse(reason, ERR_SYNTAX, "an authority needs a subject");
	if (gnutls_x509_dn_init(&dn) < 0)
		return pki_no_memory(reason);
	if (gnutls_x509_dn_set_str(dn, making->request->subject, NULL) < 0 ||
	    gnutls_x509_dn_export2(dn, GNUTLS_X509_FMT_DER, &making->subject) < 0)
		return pki_refuse(reason, ERR_SYNTAX,
				  "the subject is not a distinguished name as in RFC 4514");
	error = pki_names_parse(&making->subject, &none, &names, reason);
	pki_names_free(&names);
	return error;
}

static enum err make_key(struct making *making, gnutls_privkey_t key, char *reason)
{
	if (gnutls_pubkey_init(&making->key) < 0)
		return pki_no_memory(reason);
	if (gnutls_pubkey_import_privkey(making->key, key, 0, 0) < 0 ||
	    gnutls_pubkey_export2(making->key, GNUTLS_X509_FMT_DER, &making->public_key) < 0 ||
	    pki_key_id(&making->public_key, making->key_id) != ERR_OK)
		return pki_refuse(reason, ERR_CRYPTO, "the public key of the private key cannot be had");
	return pki_issuer_digest(making->key, "the authority", &making->digest, reason);
}

/* An RA is issued by a CA and decrypts with RSA; a CA below one whose path is at its end would be worth
 * nothing. */
static enum err check_kind(const struct making *making, char *reason)
{
	const struct pki_authority_request *request = making->request;
	int path = -1;

	if (request->kind == PKI_AUTHORITY_RA) {
		if (request->parent == NULL)
			return pki_refuse(reason, ERR_UNSUPPORTED,
					  "an RA certificate needs a CA that issues it");
		if (gnutls_pubkey_get_pk_algorithm(making->key, NULL) != GNUTLS_PK_RSA)
			return pki_refuse(reason, ERR_UNSUPPORTED,
					  "an RA needs an RSA key: no other can decrypt requests");
		return ERR_OK;
	}
	if (request->parent != NULL &&
	    gnutls_x509_crt_get_basic_constraints(request->parent->pair.chain.certificates[0], NULL, NULL,
						  &path) >= 0 &&
	    path >= 0 && (request->path_length < 0 || request->path_length >= path))
		return pki_refuse(reason, ERR_MISMATCH,
				  "the parent CA has path length %d, so a CA below it must have less", path);
	return ERR_OK;
}

static void put_extensions(struct buffer *out, const struct making *making)
{
	/* id-kp-emailProtection, as SCEP deployments have it, and id-kp-cmcRA (RFC 6402 section 2.10). */
	static const char *const ra_ekus[] = {"1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.28"};
	const struct pki_issuer *parent = making->request->parent;
	gnutls_datum_t key_id = bytes_view(making->key_id, sizeof making->key_id);

	pki_put_key_ids(out, &key_id, parent == NULL ? &key_id : &parent->key_id);
	if (making->request->kind == PKI_AUTHORITY_CA) {
		pki_put_ca(out, making->request->path_length);
		pki_put_key_usage(out, PKI_USAGE_KEY_CERT_SIGN | PKI_USAGE_CRL_SIGN);
		return;
	}
	pki_put_key_usage(out, PKI_USAGE_DIGITAL_SIGNATURE | PKI_USAGE_KEY_ENCIPHERMENT);
	pki_put_ekus(out, ra_ekus, sizeof ra_ekus / sizeof *ra_ekus);
}

static enum err sign(const struct making *making, gnutls_privkey_t key, gnutls_datum_t *der, char *reason)
{
	const struct pki_authority_request *request = making->request;
	const struct pki_issuer *parent = request->parent;
	CLEANUP(pki_certificate_free) struct pki_certificate made = {0};
	CLEANUP(pki_tbs_free)
	struct pki_tbs tbs = {.issuer = parent == NULL ? making->subject : parent->subject,
			      .subject = making->subject,
			      .public_key = making->public_key};
	enum err error =
		pki_tbs_set_validity(&tbs, parent == NULL ? NULL : parent->pair.chain.certificates[0],
				     request->now, BACKDATE, request->validity, reason);

	if (error != ERR_OK)
		return error;
	put_extensions(&tbs.extensions, making);
	error = pki_tbs_sign(&tbs, parent == NULL ? key : parent->pair.key,
			     parent == NULL ? making->digest : parent->digest, &made, reason);
	if (error == ERR_OK) {
		*der = made.der;
		made.der = (gnutls_datum_t){NULL, 0};
	}
	return error;
}

enum err pki_authority_make(const struct pki_authority_request *request, gnutls_privkey_t key,
			    gnutls_datum_t *der, char *reason)
{
	CLEANUP(making_free) struct making making = {.request = request};
	enum err error = make_subject(&making, reason);

	*der = (gnutls_datum_t){NULL, 0};
	if (error == ERR_OK)
		error = make_key(&making, key, reason);
	if (error == ERR_OK)
		error = check_kind(&making, reason);
	return error == ERR_OK ? sign(&making, key, der, reason) : error;
}
