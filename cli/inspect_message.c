/* SPDX-License-Identifier: BSD-2-Clause */
/* pkiMessages and what is inside them, in the order in which a server checks them. */
#include "cli/inspect.h"

#include "base/der.h"
#include "base/text.h"
#include "pki/csr.h"

struct word {
	int value;
	const char *text;
	bool served; /* message types: a request that this server answers with more than a refusal */
};

static const struct word types[] = {
	{PKIMESSAGE_CERT_REP, "CertRep", false},     {PKIMESSAGE_RENEWAL_REQ, "RenewalReq", true},
	{PKIMESSAGE_UPDATE_REQ, "UpdateReq", false}, {PKIMESSAGE_PKCS_REQ, "PKCSReq", true},
	{PKIMESSAGE_CERT_POLL, "CertPoll", false},   {PKIMESSAGE_GET_CERT, "GetCert", false},
	{PKIMESSAGE_GET_CRL, "GetCRL", false},       {-1, NULL, false},
};

static const struct word statuses[] = {
	{PKIMESSAGE_SUCCESS, "SUCCESS", false},
	{PKIMESSAGE_FAILURE, "FAILURE", false},
	{PKIMESSAGE_PENDING, "PENDING", false},
	{-1, NULL, false},
};

static const struct word fail_infos[] = {
	{PKIMESSAGE_BAD_ALG, "badAlg", false},
	{PKIMESSAGE_BAD_MESSAGE_CHECK, "badMessageCheck", false},
	{PKIMESSAGE_BAD_REQUEST, "badRequest", false},
	{PKIMESSAGE_BAD_TIME, "badTime", false},
	{PKIMESSAGE_BAD_CERT_ID, "badCertId", false},
	{-1, NULL, false},
};

static const struct word *find(const struct word *table, int value)
{
	while (table->text != NULL && table->value != value)
		table++;
	return table;
}

static void show_word(const char *name, const struct word *table, int value)
{
	const char *text = find(table, value)->text;

	inspect_show(name, "%d (%s)", value, text != NULL ? text : "unknown");
}

static void show_attributes(const struct pkimessage *message)
{
	show_word("messageType", types, pkimessage_message_type(message));
	inspect_show_text("transactionID", pkimessage_transaction_id(message));
	inspect_show_hex("senderNonce", pkimessage_sender_nonce(message));
	if (pkimessage_recipient_nonce(message)->size > 0)
		inspect_show_hex("recipientNonce", pkimessage_recipient_nonce(message));
	if (pkimessage_pki_status(message) != PKIMESSAGE_STATUS_ABSENT)
		show_word("pkiStatus", statuses, pkimessage_pki_status(message));
	if (pkimessage_fail_info(message) != PKIMESSAGE_FAIL_ABSENT)
		show_word("failInfo", fail_infos, pkimessage_fail_info(message));
	if (pkimessage_fail_info_text(message)->size > 0)
		inspect_show_text("failInfoText", pkimessage_fail_info_text(message));
	inspect_show("digest", "%s", gnutls_digest_get_name(pkimessage_digest(message)));
	inspect_certificate_line("signer", pkimessage_signer_certificate(message));
	for (size_t i = 0; i < pkimessage_certificate_count(message); i++)
		inspect_certificate_line("certificate", pkimessage_certificate(message, i));
}

void inspect_envelope(struct inspect *inspect, const gnutls_datum_t *der, gnutls_datum_t *plaintext)
{
	struct pkimessage_envelope *envelope = NULL;
	struct pkimessage_identity identity;
	const char *cipher;
	int result = pkimessage_envelope_parse(der, &envelope);

	if (result != PKIMESSAGE_OK) {
		inspect_refuse_error(inspect, "envelope", result);
		return;
	}
	cipher = gnutls_cipher_get_name(pkimessage_envelope_cipher(envelope));
	inspect_show("cipher", "%s", cipher != NULL ? cipher : "unknown");
	if (inspect->ra != NULL) {
		identity = (struct pkimessage_identity){inspect->ra->chain.certificates[0], inspect->ra->key};
		result = pkimessage_envelope_decrypt(envelope, &identity, 1, inspect->legacy, plaintext);
		if (result != PKIMESSAGE_OK)
			inspect_refuse_error(inspect, "envelope", result);
	} else {
		inspect_show("content", "not opened: --ra-cert and --ra-key were not given");
	}
	pkimessage_envelope_free(envelope);
}

/* A first request is signed with the key it asks a certificate for; only a certificate of the CA may sign for
 * another. */
static void judge_signer(struct inspect *inspect, const struct pkimessage *message,
			 const gnutls_datum_t *request)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t signer = NULL;
	CLEANUP(pki_csr_free) struct pki_csr *csr = NULL;
	char reason[PKI_REASON_SIZE] = "";

	if (gnutls_x509_crt_init(&signer) < 0 ||
	    gnutls_x509_crt_import(signer, pkimessage_signer_certificate(message), GNUTLS_X509_FMT_DER) < 0) {
		inspect_refuse(inspect, "RFC 8894 section 2.3", "signer: GnuTLS cannot read its certificate");
		return;
	}
	if (!pkimessage_can_receive(signer))
		inspect_refuse(inspect, "RFC 8894 section 3.1",
			       "signer: its key is not RSA, so the reply cannot be encrypted to it");
	if (pki_csr_parse(request, inspect->legacy, &csr, reason) != ERR_OK ||
	    pki_csr_has_key_of(csr, signer))
		return;
	if (gnutls_x509_crt_check_issuer(signer, signer) != 0)
		inspect_refuse(inspect, "RFC 8894 section 2.3",
			       "signer: self-signed, but with another key than the request's");
	else
		inspect_show("note",
			     "a renewal: the signer's certificate must be one that the CA has issued");
}

/* CertPoll asks by IssuerAndSubject, RFC 8894 section 3.3.3. */
static void show_poll(struct inspect *inspect, const gnutls_datum_t *content)
{
	struct der cursor = der_open(content), names = der_enter(&cursor, DER_SEQUENCE);

	(void)der_raw(&names, DER_SEQUENCE);
	(void)der_raw(&names, DER_SEQUENCE);
	if (!der_done(&names) || !der_done(&cursor))
		inspect_refuse(inspect, "RFC 8894 section 3.3.3", "content: not an IssuerAndSubject");
	else
		inspect_show("content", "IssuerAndSubject");
}

static void show_content(struct inspect *inspect, const struct pkimessage *message,
			 const gnutls_datum_t *content)
{
	switch (pkimessage_message_type(message)) {
	case PKIMESSAGE_PKCS_REQ:
	case PKIMESSAGE_RENEWAL_REQ:
		inspect_csr(inspect, content);
		judge_signer(inspect, message, content);
		break;
	case PKIMESSAGE_CERT_REP: inspect_certs(inspect, content); break;
	case PKIMESSAGE_CERT_POLL: show_poll(inspect, content); break;
	default: inspect_show("content", "%u bytes", content->size); break;
	}
}

void inspect_message(struct inspect *inspect, const gnutls_datum_t *der)
{
	struct pkimessage *message = NULL;
	CLEANUP(bytes_wipe) gnutls_datum_t content = {NULL, 0};
	int type, result = pkimessage_parse(der, &message);

	inspect_show("what", "pkiMessage");
	if (result != PKIMESSAGE_OK) {
		inspect_refuse_error(inspect, "message", result);
		return;
	}
	show_attributes(message);
	result = pkimessage_verify(message, inspect->legacy);
	if (result != PKIMESSAGE_OK)
		inspect_refuse_error(inspect, "signature", result);
	type = pkimessage_message_type(message);
	if (type != PKIMESSAGE_CERT_REP && !find(types, type)->served)
		inspect_refuse(inspect, "RFC 8894 section 3.2.1.2", "messageType %d is not served", type);
	if (pkimessage_content(message)->size > 0)
		inspect_envelope(inspect, pkimessage_content(message), &content);
	else if (type != PKIMESSAGE_CERT_REP)
		inspect_refuse(inspect, "RFC 8894 section 3.1", "content: empty");
	if (content.size > 0)
		show_content(inspect, message, &content);
	pkimessage_free(message);
}

void inspect_certs(struct inspect *inspect, const gnutls_datum_t *der)
{
	struct pkimessage_certs *certs = NULL;
	int result = pkimessage_certs_parse(der, &certs);

	inspect_show("what", "certificates only (degenerate SignedData)");
	if (result != PKIMESSAGE_OK) {
		inspect_refuse_error(inspect, "certificates", result);
		return;
	}
	for (size_t i = 0; i < pkimessage_certs_count(certs); i++)
		inspect_certificate_line("certificate", pkimessage_certs_get(certs, i));
	if (pkimessage_certs_count(certs) == 0)
		inspect_refuse(inspect, "RFC 8894 section 3.4", "no certificate in it");
	pkimessage_certs_free(certs);
}
