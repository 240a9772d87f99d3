/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who an EnvelopedData is for, and its decryption. Whatever is refused before a private key is used may say
 * why; from there on there is one error and one course of work (RFC 3218 section 2.3.2, CWE-203).
 */
#include "pkimessage/envelope.h"

#include "base/cleanup.h"
#include "pkimessage/prepared.h"
#include "pkimessage/pkcs1.h"

/* The recipient of ENVELOPE that names CERTIFICATE, or NULL. */
static const struct msg_recipient *find_named(const struct pkimessage_envelope *envelope,
					      const struct msg_certificate *certificate)
{
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		const struct msg_recipient *recipient = &envelope->recipients[i];

		if (recipient->kind == MSG_RECIPIENT_KEY_TRANSPORT &&
		    msg_identifier_matches(&recipient->identifier, certificate))
			return recipient;
	}
	return NULL;
}

/* The recipient of ENVELOPE if it is the only one, or NULL: there are clients that misspell it. */
static const struct msg_recipient *find_lone(const struct pkimessage_envelope *envelope)
{
	if (envelope->recipient_count != 1 || envelope->recipients[0].kind != MSG_RECIPIENT_KEY_TRANSPORT)
		return NULL;
	return &envelope->recipients[0];
}

/* A recipient and whom it names. */
struct match {
	const struct msg_recipient *recipient;
	size_t number; /* of the identity, or what is prepared */
};

static int match_identity(const struct pkimessage_envelope *envelope,
			  const struct pkimessage_identity *identity, struct match *match)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	struct msg_certificate certificate;
	int error = msg_certificate_of(identity->certificate, &der, &certificate);

	if (error == PKIMESSAGE_OK)
		match->recipient = find_named(envelope, &certificate);
	return error;
}

static int match_identities(const struct pkimessage_envelope *envelope,
			    const struct pkimessage_identity *identities, size_t count, struct match *match)
{
	int error = PKIMESSAGE_OK;

	for (size_t i = 0; i < count && error == PKIMESSAGE_OK && match->recipient == NULL; i++) {
		match->number = i;
		error = match_identity(envelope, &identities[i], match);
	}
	return error;
}

static void match_prepared(const struct pkimessage_envelope *envelope,
			   struct pkimessage_prepared *const *prepared, size_t count, struct match *match)
{
	for (size_t i = 0; i < count && match->recipient == NULL; i++) {
		match->number = i;
		match->recipient = find_named(envelope, &prepared[i]->certificate);
	}
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

/* Nobody of COUNT was named in MATCH: then the first is meant, or nobody. And what check_algorithms says. */
static int check_match(const struct pkimessage_envelope *envelope, size_t count, unsigned legacy,
		       struct match *match)
{
	if (match->recipient == NULL && count > 0)
		*match = (struct match){find_lone(envelope), 0};
	if (match->recipient == NULL)
		return PKIMESSAGE_E_RECIPIENT;
	return check_algorithms(envelope, match->recipient, legacy);
}

/*
 * Puts the content key into KEY, which is random and stays so when the key that came is not good: pkcs1.c,
 * oaep.c, password.c and GnuTLS all write a key of exactly the length asked for, or, whatever is wrong, leave
 * the buffer as it is, without a branch on which. So GnuTLS's result is dropped on purpose; what is returned
 * is about our key or the machine alone.
 */
static int recover_key(const struct msg_recipient *recipient, const struct msg_private_key *private_key,
		       const gnutls_datum_t *password, unsigned char *key, size_t size)
{
	const gnutls_datum_t *encrypted = &recipient->encrypted_key;

	if (recipient->transport == PKIMESSAGE_PASSWORD)
		return msg_password_unwrap(&recipient->password, password, encrypted, key, size);
	if (recipient->transport == PKIMESSAGE_RSA_PKCS1 && private_key->rsa == NULL)
		(void)gnutls_privkey_decrypt_data2(private_key->handle, 0, encrypted, key, size);
	else if (private_key->rsa == NULL)
		return PKIMESSAGE_E_KEY;
	else if (recipient->transport == PKIMESSAGE_RSA_PKCS1)
		msg_pkcs1_decrypt(private_key->rsa, encrypted, key, size);
	else
		msg_oaep_decrypt(&recipient->oaep, private_key->rsa, encrypted, key, size);
	return PKIMESSAGE_OK;
}

/* The work goes on with either key. */
static int decrypt(const struct pkimessage_envelope *envelope, const struct msg_recipient *recipient,
		   const struct msg_private_key *private_key, const gnutls_datum_t *password,
		   gnutls_datum_t *plaintext)
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
	CLEANUP(msg_private_key_free) struct msg_private_key key = {NULL, NULL};
	struct match match = {NULL, 0};
	int error;

	*plaintext = MSG_EMPTY;
	error = match_identities(envelope, identities, count, &match);
	if (error == PKIMESSAGE_OK)
		error = check_match(envelope, count, legacy, &match);
	if (error == PKIMESSAGE_OK)
		error = msg_private_key_open(identities[match.number].key, &key);
	if (error == PKIMESSAGE_OK)
		error = decrypt(envelope, match.recipient, &key, NULL, plaintext);
	return error;
}

int pkimessage_envelope_decrypt_with(const struct pkimessage_envelope *envelope,
				     struct pkimessage_prepared *const *prepared, size_t count,
				     unsigned legacy, gnutls_datum_t *plaintext)
{
	struct match match = {NULL, 0};
	int error;

	*plaintext = MSG_EMPTY;
	match_prepared(envelope, prepared, count, &match);
	error = check_match(envelope, count, legacy, &match);
	if (error != PKIMESSAGE_OK)
		return error;
	return decrypt(envelope, match.recipient, &prepared[match.number]->key, NULL, plaintext);
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
