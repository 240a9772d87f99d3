/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificate around its extensions: serial, validity, signature. */
#include <gnutls/crypto.h>
#include <string.h>

#include "base/clock.h"
#include "pki/certificate_private.h"

#define SERIAL_SIZE 16

/* 9999-12-31 23:59:59, the last moment a certificate can name (RFC 5280 section 4.1.2.5). */
#define LAST_MOMENT ((time_t)253402300799)

void pki_tbs_free(struct pki_tbs *tbs)
{
	buffer_free(&tbs->extensions);
}

void pki_certificate_free(struct pki_certificate *certificate)
{
	bytes_free(&certificate->der);
	bytes_free(&certificate->serial);
	*certificate = (struct pki_certificate){0};
}

enum err pki_tbs_set_validity(struct pki_tbs *tbs, gnutls_x509_crt_t ca, time_t now, unsigned backdate,
			      unsigned validity, char *reason)
{
	time_t earliest = ca == NULL ? 0 : gnutls_x509_crt_get_activation_time(ca);
	time_t latest = ca == NULL ? LAST_MOMENT : gnutls_x509_crt_get_expiration_time(ca);
	char when[CLOCK_TEXT_SIZE];

	if (now < earliest || earliest == (time_t)-1) {
		clock_format(earliest, when);
		return pki_refuse(reason, ERR_EXPIRED, "the CA certificate is not valid before %s", when);
	}
	if (now >= latest || latest == (time_t)-1) {
		clock_format(latest, when);
		return pki_refuse(reason, ERR_EXPIRED,
				  "the CA certificate has no time left: it expires at %s", when);
	}
	if (latest > LAST_MOMENT)
		latest = LAST_MOMENT;
	tbs->not_before = now - earliest > (time_t)backdate ? now - (time_t)backdate : earliest;
	tbs->not_after = latest - now > (time_t)validity ? now + (time_t)validity : latest;
	return validity == 0 ? pki_refuse(reason, ERR_EXPIRED, "a validity of 0 seconds leaves no time")
			     : ERR_OK;
}

/* UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 section 4.1.2.5). */
static void put_time(struct buffer *out, time_t time)
{
	struct tm utc = {0};
	char text[32] = "";

	if (gmtime_r(&time, &utc) == NULL) {
		out->failed = true;
		return;
	}
	(void)strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &utc);
	if (utc.tm_year < 150)
		der_put(out, DER_UTC_TIME, text + 2, strlen(text) - 2);
	else
		der_put(out, DER_GENERALIZED_TIME, text, strlen(text));
}

static void put_algorithm(struct buffer *out, gnutls_sign_algorithm_t algorithm)
{
	/* RFC 4055 section 5 wants NULL with RSA, RFC 5758 section 3.2 nothing with ECDSA. */
	der_put_algorithm(out, gnutls_sign_get_oid(algorithm),
			  gnutls_sign_get_pk_algorithm(algorithm) == GNUTLS_PK_RSA);
}

static bool write_tbs(const struct pki_tbs *tbs, gnutls_sign_algorithm_t algorithm,
		      const gnutls_datum_t *serial, gnutls_datum_t *out)
{
	struct buffer whole = {0};
	struct buffer body = {0};
	struct buffer version = {0};
	struct buffer validity = {0};
	struct buffer extensions = {0};

	der_put_integer(&version, 2);
	der_put_buffer(&body, DER_CONTEXT_CONSTRUCTED(0), &version);
	der_put_bytes(&body, DER_INTEGER, serial);
	put_algorithm(&body, algorithm);
	der_put_raw(&body, &tbs->issuer);
	put_time(&validity, tbs->not_before);
	put_time(&validity, tbs->not_after);
	der_put_buffer(&body, DER_SEQUENCE, &validity);
	der_put_raw(&body, &tbs->subject);
	der_put_raw(&body, &tbs->public_key);
	body.failed = body.failed || tbs->extensions.failed;
	der_put(&extensions, DER_SEQUENCE, tbs->extensions.data, tbs->extensions.size);
	der_put_buffer(&body, DER_CONTEXT_CONSTRUCTED(3), &extensions);
	der_put_buffer(&whole, DER_SEQUENCE, &body);
	return buffer_take(&whole, out);
}

static bool write_signed(const gnutls_datum_t *tbs, gnutls_sign_algorithm_t algorithm,
			 const gnutls_datum_t *signature, gnutls_datum_t *out)
{
	struct buffer whole = {0};
	struct buffer body = {0};
	struct buffer bits = {0};

	der_put_raw(&body, tbs);
	put_algorithm(&body, algorithm);
	buffer_append_byte(&bits, 0);
	buffer_append(&bits, signature->data, signature->size);
	der_put_buffer(&body, DER_BIT_STRING, &bits);
	der_put_buffer(&whole, DER_SEQUENCE, &body);
	return buffer_take(&whole, out);
}

/* Random, positive and always of the same length: the top bits are 01, the other 126 random. */
static bool draw_serial(gnutls_datum_t *serial)
{
	uint8_t octets[SERIAL_SIZE];
	gnutls_datum_t drawn = bytes_view(octets, sizeof octets);

	if (gnutls_rnd(GNUTLS_RND_RANDOM, octets, sizeof octets) != GNUTLS_E_SUCCESS)
		return false;
	octets[0] = (uint8_t)((octets[0] & 0x3f) | 0x40);
	return bytes_copy(&drawn, serial);
}

enum err pki_tbs_sign(const struct pki_tbs *tbs, gnutls_privkey_t key, gnutls_digest_algorithm_t digest,
		      struct pki_certificate *certificate, char *reason)
{
	CLEANUP(bytes_free) gnutls_datum_t to_sign = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};
	CLEANUP(pki_certificate_free)
	struct pki_certificate made = {.not_before = tbs->not_before, .not_after = tbs->not_after};
	int pk = gnutls_privkey_get_pk_algorithm(key, NULL);
	gnutls_sign_algorithm_t algorithm = gnutls_pk_to_sign((gnutls_pk_algorithm_t)pk, digest);
	int code;

	*certificate = (struct pki_certificate){0};
	if (algorithm == GNUTLS_SIGN_UNKNOWN || gnutls_sign_get_oid(algorithm) == NULL)
		return pki_refuse(reason, ERR_UNSUPPORTED, "the CA's key cannot sign certificates");
	if (!draw_serial(&made.serial))
		return pki_refuse(reason, ERR_CRYPTO, "no random serial number");
	if (!write_tbs(tbs, algorithm, &made.serial, &to_sign))
		return pki_refuse(reason, ERR_MEMORY, "the certificate cannot be written");
	code = gnutls_privkey_sign_data2(key, algorithm, 0, &to_sign, &signature);
	if (code != GNUTLS_E_SUCCESS)
		return pki_refuse(reason, ERR_CRYPTO, "the CA's key does not sign: %s",
				  gnutls_strerror(code));
	if (!write_signed(&to_sign, algorithm, &signature, &made.der))
		return pki_no_memory(reason);
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, made.der.data, made.der.size, made.sha256) !=
	    GNUTLS_E_SUCCESS)
		return pki_refuse(reason, ERR_CRYPTO, "the certificate cannot be hashed");
	*certificate = made;
	made = (struct pki_certificate){0};
	return ERR_OK;
}

enum err pki_key_id(const gnutls_datum_t *public_key, uint8_t id[PKI_KEY_ID_SIZE])
{
	struct der outer = der_open(public_key);
	struct der fields = der_enter(&outer, DER_SEQUENCE);
	gnutls_datum_t bits;

	(void)der_raw(&fields, DER_SEQUENCE);
	bits = der_contents(&fields, DER_BIT_STRING);
	if (!der_done(&fields) || !der_done(&outer) || bits.size < 2)
		return ERR_SYNTAX;
	/* Without the octet that counts unused bits. */
	return gnutls_hash_fast(GNUTLS_DIG_SHA1, bits.data + 1, bits.size - 1, id) == GNUTLS_E_SUCCESS
		       ? ERR_OK
		       : ERR_CRYPTO;
}
