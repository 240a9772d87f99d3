/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client.h"

/* Takes over a copy of DER; certificates that GnuTLS cannot read are passed over. */
static void add(struct client_ca *ca, const gnutls_datum_t *der)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	if (ca->count == LIMIT_CMS_CERTIFICATES || gnutls_x509_crt_init(&certificate) < 0 ||
	    gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) < 0 ||
	    !bytes_copy(der, &ca->der[ca->count]))
		return;
	ca->certificates[ca->count++] = TAKE(certificate);
}

/* One certificate, or several in certs-only form; told apart by content, as servers get the media type wrong.
 */
static void read_answer(const gnutls_datum_t *body, struct client_ca *ca)
{
	struct pkimessage_certs *certs = NULL;

	add(ca, body);
	if (ca->count > 0 || pkimessage_certs_parse(body, &certs) != PKIMESSAGE_OK)
		return;
	for (size_t i = 0; i < pkimessage_certs_count(certs); i++)
		add(ca, pkimessage_certs_get(certs, i));
	pkimessage_certs_free(certs);
}

static bool is_ca(gnutls_x509_crt_t certificate)
{
	return gnutls_x509_crt_get_ca_status(certificate, NULL) > 0;
}

static bool may_encipher(gnutls_x509_crt_t certificate)
{
	unsigned usage = 0;

	return gnutls_x509_crt_get_key_usage(certificate, &usage, NULL) >= 0 &&
	       (usage & GNUTLS_KEY_KEY_ENCIPHERMENT) != 0;
}

/* How well CERTIFICATE does as a recipient; 0: not at all. An RA made for it comes before a CA (field.md
 * W19). */
static int rank(gnutls_x509_crt_t certificate)
{
	if (!pkimessage_can_receive(certificate))
		return 0;
	return 1 + (is_ca(certificate) ? 0 : 2) + (may_encipher(certificate) ? 1 : 0);
}

static void choose_recipient(struct client_ca *ca)
{
	int best = 0;

	for (size_t i = 0; i < ca->count; i++) {
		if (ca->trusted[i] && rank(ca->certificates[i]) > best) {
			best = rank(ca->certificates[i]);
			ca->recipient = ca->certificates[i];
		}
	}
}

bool client_get_ca(const struct client_options *options, const char *url, struct client_ca *ca)
{
	CLEANUP(text_free) char *target = client_operation_url(url, "GetCACert", NULL);
	struct http_answer answer;
	char said[200] = "";

	*ca = (struct client_ca){.count = 0};
	if (target == NULL || !http_get(&options->http, target, &answer))
		return false;
	if (answer.status == 200)
		read_answer(&answer.body, ca);
	else
		(void)client_said(&answer, said, sizeof(said));
	bytes_free(&answer.body);
	if (ca->count == 0) {
		cli_error("GetCACert was answered with HTTP status %ld, type '%s', and no certificate in "
			  "it%s%s",
			  answer.status, answer.content_type, said[0] != '\0' ? ": " : "", said);
		return false;
	}
	if (!client_check_ca(options, ca))
		return false;
	choose_recipient(ca);
	return true;
}

void client_ca_free(struct client_ca *ca)
{
	for (size_t i = 0; i < ca->count; i++) {
		bytes_free(&ca->der[i]);
		x509_crt_free(&ca->certificates[i]);
	}
	*ca = (struct client_ca){.count = 0};
}

bool client_ca_trusts(const struct client_ca *ca, const gnutls_datum_t *der)
{
	for (size_t i = 0; i < ca->count; i++) {
		if (ca->trusted[i] && bytes_equal(&ca->der[i], der))
			return true;
	}
	return false;
}
