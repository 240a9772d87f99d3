/* SPDX-License-Identifier: BSD-2-Clause */
#include "pki/bundle.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "pki/pki_private.h"

struct pki_bundle {
	struct pki_chain chain;
	gnutls_x509_trust_list_t list; /* of chain's certificates, which stay chain's */
};

/* What is as strong as what we issue ourselves: GnuTLS's own default would depend on the host's settings. */
#define STRENGTH GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM)

void pki_bundle_free(struct pki_bundle **bundle)
{
	if (*bundle == NULL)
		return;
	if ((*bundle)->list != NULL)
		gnutls_x509_trust_list_deinit((*bundle)->list, 0);
	pki_chain_free(&(*bundle)->chain);
	free(*bundle);
	*bundle = NULL;
}

const struct pki_chain *pki_bundle_certificates(const struct pki_bundle *bundle)
{
	return &bundle->chain;
}

static const char *name_text(gnutls_x509_crt_t certificate,
			     int (*get)(gnutls_x509_crt_t, gnutls_datum_t *, unsigned), char *text,
			     size_t size)
{
	CLEANUP(bytes_free) gnutls_datum_t name = {NULL, 0};

	text[0] = '\0';
	return get(certificate, &name, 0) < 0 ? text : text_printable(&name, text, size);
}

const char *pki_subject_text(gnutls_x509_crt_t certificate, char *text, size_t size)
{
	return name_text(certificate, gnutls_x509_crt_get_dn3, text, size);
}

const char *pki_issuer_text(gnutls_x509_crt_t certificate, char *text, size_t size)
{
	return name_text(certificate, gnutls_x509_crt_get_issuer_dn3, text, size);
}

/* --- loading --- */

static enum err check_expiry(const struct pki_chain *chain, const char *path, time_t now, char *reason)
{
	char name[PKI_DISPLAY_SIZE];
	char subject[128];
	char when[CLOCK_TEXT_SIZE];

	(void)pki_display_path(path, name);
	for (size_t i = 0; i < chain->count; i++) {
		time_t end = gnutls_x509_crt_get_expiration_time(chain->certificates[i]);

		if (end != (time_t)-1 && now <= end)
			continue;
		(void)pki_subject_text(chain->certificates[i], subject, sizeof subject);
		clock_format(end, when);
		return pki_refuse(reason, ERR_EXPIRED, "the certificate '%s' in %s expired at %s", subject,
				  name, when);
	}
	return ERR_OK;
}

enum err pki_bundle_load(const char *path, time_t now, struct pki_bundle **bundle, char *reason)
{
	CLEANUP(pki_bundle_free) struct pki_bundle *made = calloc(1, sizeof *made);
	enum err error;

	*bundle = NULL;
	if (made == NULL)
		return pki_no_memory(reason);
	error = pki_chain_load(path, &made->chain, reason);
	if (error == ERR_OK)
		error = check_expiry(&made->chain, path, now, reason);
	if (error != ERR_OK)
		return error;
	if (gnutls_x509_trust_list_init(&made->list, 0) < 0 ||
	    gnutls_x509_trust_list_add_cas(made->list, made->chain.certificates, (unsigned)made->chain.count,
					   0) != (int)made->chain.count)
		return pki_no_memory(reason);
	*bundle = TAKE(made);
	return ERR_OK;
}

/* --- verifying --- */

/* The way from a client certificate to the bundle. */
struct way {
	gnutls_x509_crt_t certificates[LIMIT_CLIENT_CHAIN + 1]; /* as presented, the client's first */
	size_t count;
	time_t now;
	enum pki_client dates; /* of the certificates that GnuTLS went by */
	unsigned status;       /* what is wrong with those that issued others, in GnuTLS's bits */
	char *reason;
};

static void way_free(struct way *way)
{
	for (size_t i = 0; i < way->count; i++)
		x509_crt_free(&way->certificates[i]);
}

static enum pki_client refuse_date(struct way *way, gnutls_x509_crt_t certificate, enum pki_client result,
				   const char *what, time_t when)
{
	char subject[128];
	char text[CLOCK_TEXT_SIZE];

	clock_format(when, text);
	(void)pki_refuse(way->reason, ERR_EXPIRED, "'%s' %s %s",
			 pki_subject_text(certificate, subject, sizeof subject), what, text);
	return result;
}

/* A date that cannot be read is -1, and so over. */
static enum pki_client check_dates(struct way *way, gnutls_x509_crt_t certificate)
{
	time_t begin = gnutls_x509_crt_get_activation_time(certificate);
	time_t end = gnutls_x509_crt_get_expiration_time(certificate);

	if (end == (time_t)-1 || way->now > end)
		return refuse_date(way, certificate, PKI_CLIENT_EXPIRED, "expired at", end);
	if (begin == (time_t)-1 || way->now < begin)
		return refuse_date(way, certificate, PKI_CLIENT_NOT_YET, "is not valid before", begin);
	return PKI_CLIENT_GOOD;
}

/* Whether ISSUER may be one. GnuTLS takes a self-signed certificate of the bundle for a CA when it does not
 * say that it is none (seen in 3.7.9); a device whose own certificate stands there is not to vouch for
 * others. Version 1 cannot say it (RFC 5280 section 6.1.4 (k)). */
static bool may_issue(gnutls_x509_crt_t issuer)
{
	unsigned usage = 0;

	if (gnutls_x509_crt_get_version(issuer) < 3 || gnutls_x509_crt_get_ca_status(issuer, NULL) > 0)
		return true;
	return gnutls_x509_crt_get_key_usage(issuer, &usage, NULL) >= 0 &&
	       (usage & GNUTLS_KEY_KEY_CERT_SIGN) != 0;
}

static void see_issuer(struct way *way, gnutls_x509_crt_t issuer)
{
	if (way->dates == PKI_CLIENT_GOOD)
		way->dates = check_dates(way, issuer);
	if (!may_issue(issuer))
		way->status |= GNUTLS_CERT_SIGNER_NOT_CA;
	if (pki_confines(issuer))
		way->status |= GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE;
	/* GnuTLS does not ask the one of the bundle. */
	if (gnutls_x509_crt_check_key_purpose(issuer, GNUTLS_KP_TLS_WWW_CLIENT, 0) == 0)
		way->status |= GNUTLS_CERT_PURPOSE_MISMATCH;
}

/* GnuTLS hands its callback nothing of ours, and asks its own clock about dates unless told not to. */
static _Thread_local struct way *under_way;

static int see_step(gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer, gnutls_x509_crl_t crl,
		    unsigned status)
{
	(void)crl;
	(void)status;
	if (under_way->dates == PKI_CLIENT_GOOD)
		under_way->dates = check_dates(under_way, certificate);
	/* What stands in the bundle itself is shown as its own issuer. */
	if (issuer != NULL && gnutls_x509_crt_equals(certificate, issuer) == 0)
		see_issuer(under_way, issuer);
	return 0;
}

/* What STATUS of GnuTLS means; the first that is there is told. */
static enum pki_client judge(unsigned status, char *reason)
{
	static const struct {
		unsigned bit;
		enum pki_client result;
		const char *words;
	} faults[] = {
		{GNUTLS_CERT_SIGNER_NOT_FOUND, PKI_CLIENT_UNTRUSTED, "nobody of the bundle has issued it"},
		{GNUTLS_CERT_SIGNATURE_FAILURE, PKI_CLIENT_UNTRUSTED,
		 "a signature on the way to the bundle does not verify"},
		{GNUTLS_CERT_SIGNER_NOT_CA, PKI_CLIENT_UNTRUSTED,
		 "who issued it is no CA, or may not issue certificates"},
		{GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, PKI_CLIENT_UNTRUSTED,
		 "it breaks a constraint of a CA on the way, or one of a kind that is not compared here"},
		{GNUTLS_CERT_INSECURE_ALGORITHM, PKI_CLIENT_UNTRUSTED,
		 "a key or signature on the way to the bundle is too weak"},
		{GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, PKI_CLIENT_UNTRUSTED,
		 "it has a critical extension that is not known here"},
		{GNUTLS_CERT_PURPOSE_MISMATCH, PKI_CLIENT_PURPOSE,
		 "extKeyUsage on the way to the bundle is not for a TLS client"},
		{~0u, PKI_CLIENT_UNTRUSTED, "no chain to the bundle holds"},
	};

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if ((status & faults[i].bit) != 0) {
			(void)pki_refuse(reason, ERR_SIGNATURE, "%s", faults[i].words);
			return faults[i].result;
		}
	return PKI_CLIENT_GOOD;
}

/* extKeyUsage of all the way, then what is the client's own. */
static enum pki_client check_purpose(const struct way *way)
{
	gnutls_x509_crt_t certificate = way->certificates[0];
	unsigned usage = 0;
	int code = gnutls_x509_crt_get_key_usage(certificate, &usage, NULL);

	if (gnutls_x509_crt_check_key_purpose(certificate, GNUTLS_KP_TLS_WWW_CLIENT, 0) == 0) {
		(void)pki_refuse(way->reason, ERR_MISMATCH, "its extKeyUsage has no clientAuth");
		return PKI_CLIENT_PURPOSE;
	}
	if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return PKI_CLIENT_GOOD;
	if (code >= 0 && (usage & GNUTLS_KEY_DIGITAL_SIGNATURE) != 0)
		return PKI_CLIENT_GOOD;
	(void)pki_refuse(way->reason, ERR_MISMATCH, "its keyUsage has no digitalSignature");
	return PKI_CLIENT_PURPOSE;
}

/* In the order in which they are told: whom nobody trusts is told nothing of dates and purposes. */
static enum pki_client verify(const struct pki_bundle *bundle, struct way *way)
{
	gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
					 .data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT};
	enum pki_client result;
	unsigned status = 0;
	int code;

	under_way = way;
	code = gnutls_x509_trust_list_verify_crt2(bundle->list, way->certificates, (unsigned)way->count,
						  &purpose, 1, STRENGTH | GNUTLS_VERIFY_DISABLE_TIME_CHECKS,
						  &status, see_step);
	under_way = NULL;
	if (code < 0)
		return judge(~0u, way->reason);
	status = (status & ~(unsigned)GNUTLS_CERT_INVALID) |
		 way->status; /* the one is set beside every other */
	if (status != 0 && status != GNUTLS_CERT_PURPOSE_MISMATCH)
		return judge(status, way->reason);
	if (way->dates != PKI_CLIENT_GOOD)
		return way->dates;
	result = judge(status, way->reason);
	return result == PKI_CLIENT_GOOD ? check_purpose(way) : result;
}

static enum pki_client add(struct way *way, const gnutls_datum_t *der, const char *what)
{
	gnutls_x509_crt_t certificate = NULL;

	if (gnutls_x509_crt_init(&certificate) < 0) {
		(void)pki_no_memory(way->reason);
		return PKI_CLIENT_MEMORY;
	}
	if (der->size <= LIMIT_CLIENT_CERTIFICATE &&
	    gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) >= 0) {
		way->certificates[way->count++] = certificate;
		return PKI_CLIENT_GOOD;
	}
	gnutls_x509_crt_deinit(certificate);
	(void)pki_refuse(way->reason, ERR_SYNTAX, "%s is not a certificate in DER", what);
	return PKI_CLIENT_SYNTAX;
}

enum pki_client pki_bundle_verify(const struct pki_bundle *bundle, const gnutls_datum_t *leaf,
				  const gnutls_datum_t *chain, size_t count, time_t now,
				  gnutls_x509_crt_t *certificate, char *reason)
{
	CLEANUP(way_free) struct way way = {.now = now, .dates = PKI_CLIENT_GOOD, .reason = reason};
	enum pki_client result;

	*certificate = NULL;
	reason[0] = '\0';
	result = add(&way, leaf, "what was presented");
	if (result == PKI_CLIENT_GOOD && count > LIMIT_CLIENT_CHAIN) {
		(void)pki_refuse(reason, ERR_LIMIT, "more than %d certificates were presented beside it",
				 LIMIT_CLIENT_CHAIN);
		result = PKI_CLIENT_SYNTAX;
	}
	for (size_t i = 0; i < count && result == PKI_CLIENT_GOOD; i++)
		result = add(&way, &chain[i], "one of those presented beside it");
	if (result == PKI_CLIENT_GOOD)
		result = verify(bundle, &way);
	if (way.count > 0)
		*certificate = TAKE(way.certificates[0]);
	if (result == PKI_CLIENT_GOOD)
		reason[0] = '\0';
	return result;
}
