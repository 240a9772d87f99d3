/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/build.h"

#include "base/cleanup.h"
#include "pkimessage/pkcs1.h"
#include "pkimessage/prepared.h"

#include <gnutls/crypto.h>

/* A message to sign, and what its signer can do. */
struct job {
	const struct msg_digest *digest;
	enum msg_scheme scheme;
	gnutls_sign_algorithm_t sign;
	gnutls_datum_t signer_der; /* owned */
	struct msg_certificate signer;
};

static void job_free(struct job *job)
{
	bytes_free(&job->signer_der);
}

void msg_put_signed_data(struct buffer *out, struct buffer *inside)
{
	struct buffer content = {0};
	struct buffer info = {0};

	der_put_buffer(&content, DER_SEQUENCE, inside);
	der_put_oid(&info, MSG_OID_SIGNED_DATA);
	der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &content);
	der_put_buffer(out, DER_SEQUENCE, &info);
}

void msg_put_content(struct buffer *out, const gnutls_datum_t *content)
{
	struct buffer octets = {0};
	struct buffer info = {0};

	der_put_oid(&info, MSG_OID_DATA);
	if (content != NULL) {
		der_put_bytes(&octets, DER_OCTET_STRING, content);
		der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &octets);
	}
	der_put_buffer(out, DER_SEQUENCE, &info);
}

void msg_put_certificates(struct buffer *out, const gnutls_datum_t *certificates, size_t count)
{
	struct buffer set = {0};

	for (size_t i = 0; i < count; i++)
		der_put_raw(&set, &certificates[i]);
	if (count > 0)
		der_put_buffer(out, DER_CONTEXT_CONSTRUCTED(0), &set);
}

/* Finds out how SIGNING signs: digest, key and certificate must go together. */
static int prepare(const struct pkimessage_signing *signing, struct job *job)
{
	unsigned bits;
	int key = gnutls_privkey_get_pk_algorithm(signing->signer.key, &bits);
	int code;

	if (key != gnutls_x509_crt_get_pk_algorithm(signing->signer.certificate, &bits))
		return PKIMESSAGE_E_KEY;
	job->digest = msg_digest_by_id(signing->digest);
	if (job->digest == NULL)
		return PKIMESSAGE_E_ALGORITHM;
	if (!msg_scheme_of(key, &job->scheme))
		return PKIMESSAGE_E_KEY;
	job->sign = job->digest->sign[job->scheme];
	if (job->sign == GNUTLS_SIGN_UNKNOWN)
		return PKIMESSAGE_E_ALGORITHM_MISMATCH;
	code = gnutls_x509_crt_export2(signing->signer.certificate, GNUTLS_X509_FMT_DER, &job->signer_der);
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
	return msg_certificate_read(&job->signer_der, &job->signer) == PKIMESSAGE_OK ? PKIMESSAGE_OK
										     : PKIMESSAGE_E_KEY;
}

/* The key that signs here, or NULL: GnuTLS has it alone, or is to say whether the algorithm may be used. What
 * it calls insecure for certificates (SHA-1) it may refuse one day for all. */
static struct msg_rsa *own_key(const struct job *job, const struct pkimessage_signing *signing)
{
	if (signing->prepared == NULL || job->scheme != MSG_RSA ||
	    gnutls_sign_is_secure2(job->sign, GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) == 0)
		return NULL;
	return signing->prepared->key.rsa;
}

static int sign(const struct job *job, const struct pkimessage_signing *signing, const gnutls_datum_t *data,
		gnutls_datum_t *signature)
{
	struct msg_rsa *rsa = own_key(job, signing);

	if (rsa != NULL)
		return msg_pkcs1_sign(rsa, job->digest->id, data, signature);
	return msg_gnutls_error(gnutls_privkey_sign_data2(signing->signer.key, job->sign, 0, data, signature),
				PKIMESSAGE_E_CRYPTO);
}

/*
 * Encodes the signed attributes and signs them as SET OF; *SIGNED_SET is what was signed. In SignerInfo the
 * same bytes stand under [0].
 */
static int sign_attributes(const struct job *job, const struct pkimessage_attributes *attributes,
			   const gnutls_datum_t *content, const struct pkimessage_signing *signing,
			   gnutls_datum_t *signed_set, gnutls_datum_t *signature)
{
	CLEANUP(bytes_free) gnutls_datum_t store = {NULL, 0};
	gnutls_datum_t encodings[MSG_ATTRIBUTES];
	unsigned char octets[64];
	gnutls_datum_t digest = bytes_view(octets, gnutls_hash_get_len(job->digest->id));
	struct buffer set = {0};
	size_t count;
	int error;
	int code = gnutls_hash_fast(job->digest->id, content->size == 0 ? (const void *)"" : content->data,
				    content->size, octets);

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	error = msg_attributes_encode(attributes, &digest, &store, encodings, &count);
	if (error != PKIMESSAGE_OK)
		return error;
	der_put_set_of(&set, DER_SET, encodings, count);
	error = msg_take(&set, signed_set);
	return error == PKIMESSAGE_OK ? sign(job, signing, signed_set, signature) : error;
}

/* Appends digestAlgorithm. Its NULL is what most write; RFC 8419 section 3.1 wants none with Ed25519. */
static void put_digest_algorithm(struct buffer *out, const struct job *job)
{
	der_put_algorithm(out, job->digest->oid, job->scheme != MSG_ED25519);
}

static void put_signature_algorithm(struct buffer *out, const struct job *job)
{
	der_put_algorithm(out, msg_signature_written(job->scheme, job->digest->id)->oid,
			  job->scheme == MSG_RSA);
}

/* Appends SignerInfo (RFC 5652 section 5.3). SIGNED_SET is spent: its tag becomes that of the field. */
static void put_signer(struct buffer *out, const struct job *job, gnutls_datum_t *signed_set,
		       const gnutls_datum_t *signature)
{
	struct buffer info = {0};

	der_put_integer(&info, 1);
	msg_identifier_put(&info, &job->signer);
	put_digest_algorithm(&info, job);
	signed_set->data[0] = DER_CONTEXT_CONSTRUCTED(0);
	der_put_raw(&info, signed_set);
	put_signature_algorithm(&info, job);
	der_put_bytes(&info, DER_OCTET_STRING, signature);
	der_put_buffer(out, DER_SEQUENCE, &info);
}

/* Appends the enclosed certificates in DER, in their order. */
static int put_enclosed(struct buffer *out, const struct pkimessage_signing *signing)
{
	gnutls_datum_t der[LIMIT_CMS_CERTIFICATES];
	size_t count = 0;
	int code = 0;

	while (count < signing->enclosed_count && code >= 0) {
		code = gnutls_x509_crt_export2(signing->enclosed[count], GNUTLS_X509_FMT_DER, &der[count]);
		if (code >= 0)
			count++;
	}
	if (code >= 0)
		msg_put_certificates(out, der, count);
	while (count > 0)
		bytes_free(&der[--count]);
	return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
}

static int build(const struct job *job, const struct pkimessage_attributes *attributes,
		 const gnutls_datum_t *content, const struct pkimessage_signing *signing, struct buffer *out)
{
	CLEANUP(bytes_free) gnutls_datum_t signed_set = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};
	struct buffer algorithms = {0};
	struct buffer signers = {0};
	struct buffer inside = {0};
	int error = sign_attributes(job, attributes, content, signing, &signed_set, &signature);

	if (error != PKIMESSAGE_OK)
		return error;
	der_put_integer(&inside, 1);
	put_digest_algorithm(&algorithms, job);
	der_put_buffer(&inside, DER_SET, &algorithms);
	msg_put_content(&inside, content);
	error = put_enclosed(&inside, signing);
	put_signer(&signers, job, &signed_set, &signature);
	der_put_buffer(&inside, DER_SET, &signers);
	msg_put_signed_data(out, &inside);
	return error;
}

int msg_build(const struct pkimessage_attributes *attributes, const gnutls_datum_t *content,
	      const struct pkimessage_signing *signing, gnutls_datum_t *out)
{
	CLEANUP(job_free) struct job job = {0};
	CLEANUP(buffer_free) struct buffer bytes = {0};
	gnutls_datum_t empty = MSG_EMPTY;
	int error;

	*out = MSG_EMPTY;
	if (signing == NULL || signing->signer.certificate == NULL || signing->signer.key == NULL ||
	    (signing->prepared != NULL && signing->prepared->key.handle != signing->signer.key) ||
	    (signing->enclosed_count > 0 && signing->enclosed == NULL) ||
	    signing->enclosed_count > LIMIT_CMS_CERTIFICATES)
		return PKIMESSAGE_E_ARGUMENT;
	error = prepare(signing, &job);
	if (error == PKIMESSAGE_OK)
		error = build(&job, attributes, content == NULL ? &empty : content, signing, &bytes);
	return error == PKIMESSAGE_OK ? msg_take(&bytes, out) : error;
}

int pkimessage_build(const struct pkimessage_attributes *attributes, const gnutls_datum_t *content,
		     const struct pkimessage_signing *signing, gnutls_datum_t *out)
{
	*out = MSG_EMPTY;
	return attributes == NULL ? PKIMESSAGE_E_ARGUMENT : msg_build(attributes, content, signing, out);
}
