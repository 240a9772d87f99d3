/* SPDX-License-Identifier: BSD-2-Clause */
#include "pki/requests.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/der.h"
#include "lib/files.h"

gnutls_datum_t test_name(const char *common_name)
{
	struct buffer attribute = {0};
	struct buffer rdn = {0};
	struct buffer contents = {0};
	struct buffer whole = {0};
	gnutls_datum_t name;

	if (common_name != NULL) {
		der_put_oid(&attribute, "2.5.4.3");
		der_put(&attribute, DER_UTF8_STRING, common_name, strlen(common_name));
		der_put_buffer(&rdn, DER_SEQUENCE, &attribute);
		der_put_buffer(&contents, DER_SET, &rdn);
	}
	der_put_buffer(&whole, DER_SEQUENCE, &contents);
	cr_assert(buffer_take(&whole, &name));
	return name;
}

static gnutls_datum_t public_key_of(gnutls_privkey_t key)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	gnutls_datum_t der = {NULL, 0};

	cr_assert_eq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_eq(gnutls_pubkey_import_privkey(public_key, key, 0, 0), 0);
	cr_assert_eq(gnutls_pubkey_export2(public_key, GNUTLS_X509_FMT_DER, &der), 0);
	return der;
}

/* Attributes with one extensionRequest (RFC 2985 section 5.4.2). */
static void put_attributes(struct buffer *out, const struct test_request *request)
{
	struct buffer list = {0};
	struct buffer values = {0};
	struct buffer attribute = {0};
	struct buffer attributes = {0};

	if (request->extensions != NULL) {
		der_put(&list, DER_SEQUENCE, request->extensions, request->extensions_size);
		der_put_buffer(&values, DER_SET, &list);
		der_put_oid(&attribute, "1.2.840.113549.1.9.14");
		buffer_append(&attribute, values.data, values.size);
		buffer_free(&values);
		der_put_buffer(&attributes, DER_SEQUENCE, &attribute);
	}
	der_put_buffer(out, DER_CONTEXT_CONSTRUCTED(0), &attributes);
}

static gnutls_datum_t make_info(const struct test_request *request, gnutls_privkey_t key)
{
	CLEANUP(bytes_free) gnutls_datum_t name = test_name("device");
	CLEANUP(bytes_free) gnutls_datum_t own = public_key_of(key);
	struct buffer fields = {0};
	struct buffer whole = {0};
	gnutls_datum_t info;

	der_put_integer(&fields, 0);
	der_put_raw(&fields, request->subject.size > 0 ? &request->subject : &name);
	der_put_raw(&fields, request->public_key.size > 0 ? &request->public_key : &own);
	put_attributes(&fields, request);
	der_put_buffer(&whole, DER_SEQUENCE, &fields);
	cr_assert(buffer_take(&whole, &info));
	return info;
}

gnutls_datum_t test_request_make(const struct test_request *request)
{
	gnutls_privkey_t key = request->key == NULL ? fixture_key(FIXTURE_RSA_CLIENT) : request->key;
	gnutls_sign_algorithm_t algorithm =
		request->algorithm == GNUTLS_SIGN_UNKNOWN ? GNUTLS_SIGN_RSA_SHA256 : request->algorithm;
	CLEANUP(bytes_free) gnutls_datum_t info = make_info(request, key);
	CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};
	struct buffer fields = {0};
	struct buffer bits = {0};
	struct buffer whole = {0};
	gnutls_datum_t der;

	cr_assert_eq(gnutls_privkey_sign_data2(key, algorithm, 0, &info, &signature), 0);
	der_put_raw(&fields, &info);
	der_put_algorithm(&fields, gnutls_sign_get_oid(algorithm),
			  gnutls_sign_get_pk_algorithm(algorithm) == GNUTLS_PK_RSA);
	buffer_append_byte(&bits, 0);
	buffer_append(&bits, signature.data, signature.size);
	der_put_buffer(&fields, DER_BIT_STRING, &bits);
	der_put_buffer(&whole, DER_SEQUENCE, &fields);
	cr_assert(buffer_take(&whole, &der));
	return der;
}

struct pki_csr *test_csr(const struct test_request *request)
{
	CLEANUP(bytes_free) gnutls_datum_t der = test_request_make(request);
	char reason[PKI_REASON_SIZE] = "";
	struct pki_csr *csr;

	cr_assert_eq(pki_csr_parse(&der, 0, &csr, reason), ERR_OK, "%s", reason);
	return csr;
}

gnutls_privkey_t test_key(gnutls_pk_algorithm_t algorithm, unsigned bits)
{
	gnutls_privkey_t key = NULL;

	cr_assert_eq(gnutls_privkey_init(&key), 0);
	cr_assert_eq(gnutls_privkey_generate(key, algorithm, bits, 0), 0);
	return key;
}

const char *test_write_pem(const char *name, const char *label, const gnutls_datum_t *der, unsigned mode)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_pem_base64_encode2(label, der, &pem), 0);
	return test_write(name, &pem, (mode_t)mode);
}

struct pki_issuer *test_issuer(const gnutls_datum_t *certificate, gnutls_privkey_t key)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t exported = NULL;
	CLEANUP(bytes_wipe) gnutls_datum_t key_pem = {NULL, 0};
	char reason[PKI_REASON_SIZE] = "";
	char path[512];
	struct pki_issuer *issuer;

	(void)snprintf(path, sizeof path, "%s",
		       test_write_pem("issuer.pem", "CERTIFICATE", certificate, 0644));
	cr_assert_eq(gnutls_privkey_export_x509(key, &exported), 0);
	cr_assert_eq(gnutls_x509_privkey_export2_pkcs8(exported, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
						       &key_pem),
		     0);
	cr_assert_eq(pki_issuer_load("iss-test", path, test_write("issuer.key", &key_pem, 0600), FIXTURE_NOW,
				     &issuer, reason),
		     ERR_OK, "%s", reason);
	return issuer;
}

gnutls_x509_crt_t test_certificate(const gnutls_datum_t *der)
{
	gnutls_x509_crt_t certificate = NULL;

	cr_assert_eq(gnutls_x509_crt_init(&certificate), 0);
	cr_assert_eq(gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER), 0,
		     "GnuTLS reads what we write");
	return certificate;
}

gnutls_datum_t test_extension(gnutls_x509_crt_t certificate, const char *oid, bool *critical)
{
	gnutls_datum_t value = {NULL, 0};
	unsigned flag = 0;

	if (gnutls_x509_crt_get_extension_by_oid2(certificate, oid, 0, &value, &flag) < 0)
		value = (gnutls_datum_t){NULL, 0};
	if (critical != NULL)
		*critical = flag != 0;
	return value;
}
