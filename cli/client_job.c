/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client_job.h"

void client_job_free(struct client_job *job)
{
	client_ca_free(&job->ca);
	client_names_free(&job->names);
	x509_privkey_free(&job->new_key);
	privkey_free(&job->key);
	privkey_free(&job->old_key);
	x509_crt_free(&job->old_certificate);
	x509_crt_free(&job->transient);
	bytes_wipe(&job->challenge);
	bytes_wipe(&job->csr);
	bytes_free(&job->public_key);
	cli_output_discard(&job->key_file);
	cli_output_discard(&job->certificate_file);
	cli_output_discard(&job->chain_file);
}

static bool open_outputs(struct client_job *job)
{
	const struct client_enroll_options *options = &job->options;

	return cli_output_open(&job->key_file, options->key_out, CLI_MODE_KEY, options->force) &&
	       cli_output_open(&job->certificate_file, options->certificate_out, CLI_MODE_CERTIFICATE,
			       options->force) &&
	       cli_output_open(&job->chain_file, options->chain_out, CLI_MODE_CERTIFICATE, options->force);
}

static bool load_key(const struct client_job *job, const char *path, gnutls_privkey_t *key)
{
	char reason[PKI_REASON_SIZE] = "";
	enum err error = pki_key_load(path, key, reason);

	if (error != ERR_OK)
		cli_error("%s", reason);
	else if (gnutls_privkey_get_pk_algorithm(*key, NULL) != GNUTLS_PK_RSA && job->challenge.size == 0)
		cli_error(
			"%s: nothing can be encrypted to this key; with a challenge the answer is encrypted "
			"under that",
			path);
	else
		return true;
	return false;
}

const char *client_job_existing_key(const struct client_enroll_options *options)
{
	return options->new_key_path != NULL ? options->new_key_path : options->key_path;
}

/* Makes and stores the new key, unless an existing one is to be used; it must be safe before anybody
 * certifies it. */
static bool prepare_key(struct client_job *job)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};

	if (job->options.key_out == NULL)
		return load_key(job, client_job_existing_key(&job->options), &job->key);
	return cli_key_generate(&job->options.key_type, &job->new_key, &job->key) &&
	       cli_pem_key(job->new_key, &pem) && cli_output_write(&job->key_file, &pem);
}

/* The transaction is named by its key, so that the same request again is recognised as the same
 * (section 3.2.1.1). */
static bool name_transaction(struct client_job *job)
{
	unsigned char digest[32];
	gnutls_datum_t bytes = {digest, sizeof(digest)};

	if (!client_public_key(job->key, &job->public_key) ||
	    gnutls_hash_fast(GNUTLS_DIG_SHA256, job->public_key.data, job->public_key.size, digest) < 0)
		return false;
	text_hex(&bytes, job->id);
	return true;
}

/* The newest of what the server offers, unless the user named one. */
static bool choose_algorithms(struct client_job *job)
{
	struct client_enroll_options *options = &job->options;
	unsigned has = job->capabilities;

	if (options->cipher == GNUTLS_CIPHER_UNKNOWN && (has & CLIENT_AES) != 0)
		options->cipher = GNUTLS_CIPHER_AES_128_CBC;
	else if (options->cipher == GNUTLS_CIPHER_UNKNOWN && (has & CLIENT_DES3) != 0)
		options->cipher = GNUTLS_CIPHER_3DES_CBC;
	if (options->digest == GNUTLS_DIG_UNKNOWN && (has & CLIENT_SHA256) != 0)
		options->digest = GNUTLS_DIG_SHA256;
	else if (options->digest == GNUTLS_DIG_UNKNOWN && (has & CLIENT_SHA512) != 0)
		options->digest = GNUTLS_DIG_SHA512;
	else if (options->digest == GNUTLS_DIG_UNKNOWN && (has & CLIENT_SHA1) != 0)
		options->digest = GNUTLS_DIG_SHA1;
	if (options->cipher != GNUTLS_CIPHER_UNKNOWN && options->digest != GNUTLS_DIG_UNKNOWN)
		return true;
	cli_error("the server offers no algorithm that we use unasked: if the URL is right, name them with "
		  "--cipher and --digest");
	return false;
}

bool client_job_ask_server(struct client_job *job)
{
	CLEANUP(bytes_free) gnutls_datum_t text = {NULL, 0};

	if (!client_get_capabilities(&job->options.common, job->options.url, &job->capabilities, &text) ||
	    !choose_algorithms(job) || !client_get_ca(&job->options.common, job->options.url, &job->ca))
		return false;
	if (job->ca.recipient == NULL)
		cli_error("none of the CA's certificates has an RSA key to encrypt to");
	return job->ca.recipient != NULL;
}

bool client_job_load_old(struct client_job *job)
{
	CLEANUP(pki_chain_free) struct pki_chain chain = {NULL, NULL, 0};
	char reason[PKI_REASON_SIZE] = "";

	if (pki_chain_load(job->options.certificate_path, &chain, reason) != ERR_OK) {
		cli_error("%s", reason);
		return false;
	}
	if (gnutls_x509_crt_init(&job->old_certificate) < 0 ||
	    gnutls_x509_crt_import(job->old_certificate, &chain.der[0], GNUTLS_X509_FMT_DER) < 0)
		return false;
	return load_key(job, job->options.key_path, &job->old_key) &&
	       client_names_from_certificate(job->old_certificate, &job->names);
}

bool client_job_open(struct client_job *job)
{
	return client_read_challenge(job->options.challenge, job->options.challenge_file, &job->challenge) &&
	       open_outputs(job);
}

bool client_job_take_key(struct client_job *job)
{
	return prepare_key(job) && name_transaction(job);
}
