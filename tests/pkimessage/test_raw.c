/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "base/text.h"
#include "lib/ber_maker.h"
#include "lib/files.h"
#include "pkimessage/forge.h"

static gnutls_datum_t request(void)
{
	return fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", "s3cret", "device.test");
}

/* SignedData around CONTENT with SIGNERS signers and no certificate. */
static gnutls_datum_t wrap(gnutls_datum_t content, size_t signers)
{
	struct forge forge = forge_begin(fixture_ec_client());

	forge.content = content;
	forge.certificate_count = 0;
	forge.certificates = &forge.content;
	forge.signers = signers;
	forge_digest(&forge);
	return forge_end(&forge);
}

/* The same with CONTENT standing there itself instead of in an OCTET STRING, as PKCS #7 1.5 allows. */
static gnutls_datum_t wrap_bare(gnutls_datum_t content)
{
	struct buffer explicit = {0}, encapsulated = {0}, data = {0}, inner = {0}, info = {0}, all = {0};
	gnutls_datum_t out;

	der_put_oid(&encapsulated, "1.2.840.113549.1.7.1");
	der_put_raw(&explicit, &content);
	der_put_buffer(&encapsulated, DER_CONTEXT_CONSTRUCTED(0), &explicit);
	der_put_integer(&data, 1);
	der_put(&data, DER_SET, NULL, 0);
	der_put_buffer(&data, DER_SEQUENCE, &encapsulated);
	der_put(&data, DER_SET, NULL, 0);
	der_put_buffer(&inner, DER_SEQUENCE, &data);
	der_put_oid(&info, "1.2.840.113549.1.7.2");
	der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &inner);
	der_put_buffer(&all, DER_SEQUENCE, &info);
	cr_assert(buffer_take(&all, &out));
	return out;
}

static gnutls_datum_t base64(const gnutls_datum_t *bytes)
{
	CLEANUP(text_free) char *text = text_base64_encode(bytes);
	gnutls_datum_t view = bytes_view_text(text);
	gnutls_datum_t out;

	cr_assert(bytes_copy(&view, &out));
	return out;
}

/* INPUT, which is freed, holds no request. */
static void is_refused(gnutls_datum_t input, int expected, const char *what)
{
	gnutls_datum_t csr = BYTES_LITERAL("not emptied");

	cr_expect_eq(pkimessage_raw_csr(&input, &csr), expected, "%s", what);
	cr_expect(csr.data == NULL && csr.size == 0, "%s", what);
	bytes_free(&input);
}

Test(raw, what_holds_no_request_is_refused)
{
	CLEANUP(bytes_free) gnutls_datum_t csr = request();
	CLEANUP(bytes_free) gnutls_datum_t signed_twice = wrap(csr, 1);
	gnutls_datum_t empty = {NULL, 0}, copy;
	gnutls_datum_t out;

	cr_expect_eq(pkimessage_raw_csr(NULL, &out), PKIMESSAGE_E_ARGUMENT);
	is_refused(empty, PKIMESSAGE_E_SYNTAX, "nothing");
	is_refused(test_read("README"), PKIMESSAGE_E_SYNTAX, "text that is no base64");
	is_refused(test_read("pkimessage/certs-only.der"), PKIMESSAGE_E_SYNTAX, "certificates only");
	is_refused(test_read("pkimessage/envelope-aes128.der"), PKIMESSAGE_E_SYNTAX, "EnvelopedData");
	is_refused(test_read("pkimessage/request-strongswan.der"), PKIMESSAGE_E_SYNTAX,
		   "a real pkiMessage: what is encrypted is no bare request");
	is_refused(wrap(signed_twice, 1), PKIMESSAGE_E_SYNTAX, "SignedData in SignedData");
	is_refused(wrap(fixture_client()->der, 1), PKIMESSAGE_E_SYNTAX, "a certificate in SignedData");
	cr_assert(bytes_copy(&fixture_client()->der, &copy));
	is_refused(copy, PKIMESSAGE_E_SYNTAX, "a certificate");
	is_refused(base64(&fixture_client()->der), PKIMESSAGE_E_SYNTAX, "a certificate in base64");
	cr_assert(bytes_copy(&csr, &copy));
	copy.size--;
	is_refused(copy, PKIMESSAGE_E_SYNTAX, "a request cut short");
}

/* A request whose one attribute is SIZE bytes. */
static gnutls_datum_t large_request(size_t size)
{
	struct buffer zeros = {0}, attribute = {0}, info = {0}, request = {0}, all = {0};
	gnutls_datum_t out;

	while (zeros.size < size)
		buffer_append_byte(&zeros, 0);
	der_put_integer(&info, 0);
	der_put(&info, DER_SEQUENCE, NULL, 0);
	der_put(&info, DER_SEQUENCE, NULL, 0);
	der_put_buffer(&attribute, DER_OCTET_STRING, &zeros);
	der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &attribute);
	der_put_buffer(&request, DER_SEQUENCE, &info);
	der_put_algorithm(&request, "1.2.840.113549.1.1.11", true);
	der_put(&request, DER_BIT_STRING, "", 1);
	der_put_buffer(&all, DER_SEQUENCE, &request);
	cr_assert(buffer_take(&all, &out));
	return out;
}

Test(raw, a_request_over_the_limit_is_refused_in_every_form)
{
	CLEANUP(bytes_free) gnutls_datum_t large = large_request(LIMIT_CSR);

	is_refused(wrap(large, 0), PKIMESSAGE_E_LIMIT, "in SignedData");
	is_refused(base64(&large), PKIMESSAGE_E_LIMIT, "in base64");
	is_refused(large_request(LIMIT_CSR), PKIMESSAGE_E_LIMIT, "by itself");
}

/* INPUT, which is freed, holds CSR. */
static void holds(gnutls_datum_t input, const gnutls_datum_t *csr, const char *what)
{
	CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};

	cr_expect_eq(pkimessage_raw_csr(&input, &out), PKIMESSAGE_OK, "%s", what);
	cr_expect(bytes_equal(&out, csr), "%s", what);
	bytes_free(&input);
}

Test(raw, a_request_is_found_in_every_form)
{
	CLEANUP(bytes_free) gnutls_datum_t csr = request();
	CLEANUP(bytes_free) gnutls_datum_t signed_data = wrap(csr, 1);
	CLEANUP(bytes_free) gnutls_datum_t ber = ber_make(&csr, 100);
	CLEANUP(bytes_free) gnutls_datum_t signed_ber = ber_make(&signed_data, 100);
	CLEANUP(bytes_free) gnutls_datum_t ber_in_signed = wrap(ber, 1);
	gnutls_datum_t copy;

	cr_assert(bytes_copy(&csr, &copy));
	holds(copy, &csr, "itself");
	holds(base64(&csr), &csr, "itself in base64");
	holds(base64(&ber), &csr, "itself in BER in base64");
	holds(wrap(csr, 0), &csr, "SignedData without a signer");
	holds(wrap(csr, 3), &csr, "SignedData with signers nobody looks at");
	holds(wrap_bare(csr), &csr, "SignedData with the request instead of an OCTET STRING");
	holds(base64(&signed_data), &csr, "SignedData in base64");
	holds(base64(&signed_ber), &csr, "SignedData in BER in base64");
	holds(base64(&ber_in_signed), &csr, "a request in BER in SignedData in base64");
}
