/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who an EnvelopedData is for, and its decryption. Whatever is refused before a private key is used may say
 * why; from there on there is one error and one course of work (RFC 3218 section 2.3.2, CWE-203).
 */
#include "pkimessage/envelope.h"

#include "base/cleanup.h"

/* A recipient and whom it names. */
struct match {
	const struct msg_recipient *recipient;
	const struct pkimessage_identity *identity;
};

/* Finds the recipient of ENVELOPE that names the certificate of IDENTITY, or leaves MATCH empty. */
static int match_identity(const struct pkimessage_envelope *envelope,
			  const struct pkimessage_identity *identity, struct match *match)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	struct msg_certificate certificate;
	int code = gnutls_x509_crt_export2(identity->certificate, GNUTLS_X509_FMT_DER, &der);
	int error;

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
	error = msg_certificate_read(&der, &certificate);
	if (error != PKIMESSAGE_OK)
		return error;
	for (size_t i = 0; i < envelope->recipient_count && match->recipient == NULL; i++) {
		const struct msg_recipient *recipient = &envelope->recipients[i];

		if (recipient->kind == MSG_RECIPIENT_KEY_TRANSPORT &&
		    msg_identifier_matches(&recipient->identifier, &certificate))
			*match = (struct match){recipient, identity};
	}
	return PKIMESSAGE_OK;
}

static int find_match(const struct pkimessage_envelope *envelope,
		      const struct pkimessage_identity *identities, size_t count, struct match *match)
{
	int error = PKIMESSAGE_OK;

	for (size_t i = 0; i < count && error == PKIMESSAGE_OK && match->recipient == NULL; i++)
		error = match_identity(envelope, &identities[i], match);
	if (error != PKIMESSAGE_OK || match->recipient != NULL)
		return error;
	/* There are clients that misspell the only recipient they have. */
	if (count == 0 || envelope->recipient_count != 1 ||
	    envelope->recipients[0].kind != MSG_RECIPIENT_KEY_TRANSPORT)
		return PKIMESSAGE_E_RECIPIENT;
	*match = (struct match){&envelope->recipients[0], &identities[0]};
	return PKIMESSAGE_OK;
}

/* Everything that can be refused without using a secret. */
static int check_algorithms(const struct pkimessage_envelope *envelope, const struct msg_recipient *recipient,
			    unsigned legacy)
{
	const struct msg_cipher *ciphers[] = {envelope->cipher, recipient->password.cipher};
	size_t count = recipient->transport == PKIMESSAGE_PASSWORD ? 2 : 1;

	if (recipient->transport == PKIMESSAGE_TRANSPORT_UNKNOWN)
		return PKIMESSAGE_E_ALGORITHM;
	for (size_t i = 0; i < count; i++)
		if (ciphers[i] == NULL || (ciphers[i]->legacy & ~legacy) != 0)
			return PKIMESSAGE_E_ALGORITHM;
	return PKIMESSAGE_OK;
}

static int check_key(const struct match *match)
{
	if (match->identity->key == NULL ||
	    gnutls_privkey_get_pk_algorithm(match->identity->key, NULL) != GNUTLS_PK_RSA)
		return PKIMESSAGE_E_KEY;
	return PKIMESSAGE_OK;
}

/*
 * Puts the content key into KEY, which is random and stays so when the key that came is not good: GnuTLS,
 * oaep.c and password.c all write a key of exactly the length asked for, or, whatever is wrong, leave the
 * buffer as it is, without a branch on which. So GnuTLS's result is dropped on purpose; what the others
 * return is about our key or the machine alone.
 */
static int recover_key(const struct msg_recipient *recipient, gnutls_privkey_t private_key,
		       const gnutls_datum_t *password, unsigned char *key, size_t size)
{
	const gnutls_datum_t *encrypted = &recipient->encrypted_key;

	if (recipient->transport == PKIMESSAGE_PASSWORD)
		return msg_password_unwrap(&recipient->password, password, encrypted, key, size);
	if (recipient->transport != PKIMESSAGE_RSA_PKCS1)
		return msg_oaep_decrypt(&recipient->oaep, private_key, encrypted, key, size);
	(void)gnutls_privkey_decrypt_data2(private_key, 0, encrypted, key, size);
	return PKIMESSAGE_OK;
}

/* The work goes on with either key. */
static int decrypt(const struct pkimessage_envelope *envelope, const struct msg_recipient *recipient,
		   gnutls_privkey_t private_key, const gnutls_datum_t *password, gnutls_datum_t *plaintext)
{
	unsigned char key[MSG_CIPHER_KEY_MAX];
	int code = gnutls_rnd(GNUTLS_RND_KEY, key, sizeof key);
	int error;

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	error = recover_key(recipient, private_key, password, key, envelope->cipher->key);
	if (error == PKIMESSAGE_OK)
		error = msg_cipher_decrypt(envelope->cipher, key, envelope->iv.data, &envelope->content,
					   plaintext);
	gnutls_memset(key, 0, sizeof key);
	return error;
}

int pkimessage_envelope_decrypt(const struct pkimessage_envelope *envelope,
				const struct pkimessage_identity *identities, size_t count, unsigned legacy,
				gnutls_datum_t *plaintext)
{
	struct match match = {NULL, NULL};
	int error;

	*plaintext = MSG_EMPTY;
	error = find_match(envelope, identities, count, &match);
	if (error == PKIMESSAGE_OK)
		error = check_algorithms(envelope, match.recipient, legacy);
	if (error == PKIMESSAGE_OK)
		error = check_key(&match);
	if (error == PKIMESSAGE_OK)
		error = decrypt(envelope, match.recipient, match.identity->key, NULL, plaintext);
	return error;
}

/* The first recipient that is a password, or NULL. */
static const struct msg_recipient *find_password(const struct pkimessage_envelope *envelope)
{
	for (size_t i = 0; i < envelope->recipient_count; i++)
		if (envelope->recipients[i].kind == MSG_RECIPIENT_PASSWORD)
			return &envelope->recipients[i];
	return NULL;
}

int pkimessage_envelope_decrypt_password(const struct pkimessage_envelope *envelope,
					 const gnutls_datum_t *password, unsigned legacy,
					 gnutls_datum_t *plaintext)
{
	const struct msg_recipient *recipient = find_password(envelope);
	int error;

	*plaintext = MSG_EMPTY;
	if (recipient == NULL)
		return PKIMESSAGE_E_RECIPIENT;
	error = check_algorithms(envelope, recipient, legacy);
	return error == PKIMESSAGE_OK ? decrypt(envelope, recipient, NULL, password, plaintext) : error;
}
