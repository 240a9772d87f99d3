/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi scep enroll and renew: from options to a transaction, and from its answer to files. */
#include "cli/client.h"

#include <string.h>

#include "base/text.h"
#include "cli/transient.h"

/* Everything one enrolment holds on the way. Freed with job_free. */
struct job {
	struct client_enroll_options options;
	struct client_ca ca;
	unsigned capabilities;
	struct client_names names;
	gnutls_x509_privkey_t new_key; /* NULL when an existing key is used */
	gnutls_privkey_t key;          /* that the certificate is asked for */
	gnutls_privkey_t old_key;      /* renew: of the old certificate */
	gnutls_x509_crt_t old_certificate;
	gnutls_x509_crt_t transient; /* enroll: self-signed */
	gnutls_datum_t challenge, csr, public_key;
	char id[TEXT_HEX_SIZE(32)];
	struct cli_output key_file, certificate_file, chain_file;
};

static void job_free(struct job *job)
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

static bool read_challenge(struct job *job)
{
	const struct client_enroll_options *options = &job->options;
	CLEANUP(bytes_wipe) gnutls_datum_t file = {NULL, 0};
	gnutls_datum_t text = bytes_view_text(options->challenge);

	if (options->challenge_file != NULL) {
		if (!cli_read(options->challenge_file, &file))
			return false;
		text.data = file.data;
		for (text.size = 0; text.size < file.size && file.data[text.size] != '\n'; text.size++) {
		}
		if (text.size > 0 && file.data[text.size - 1] == '\r')
			text.size--;
	}
	if (text.size > LIMIT_CHALLENGE || !text_is_utf8(&text)) {
		cli_error("the challenge password is too long or not UTF-8");
		return false;
	}
	return bytes_copy(&text, &job->challenge);
}

static bool open_outputs(struct job *job)
{
	const struct client_enroll_options *options = &job->options;

	return cli_output_open(&job->key_file, options->key_out, CLI_MODE_KEY, options->force) &&
	       cli_output_open(&job->certificate_file, options->certificate_out, CLI_MODE_CERTIFICATE,
			       options->force) &&
	       cli_output_open(&job->chain_file, options->chain_out, CLI_MODE_CERTIFICATE, options->force);
}

static bool load_key(const char *path, gnutls_privkey_t *key)
{
	char reason[PKI_REASON_SIZE] = "";
	enum err error = pki_key_load(path, key, reason);

	if (error != ERR_OK)
		cli_error("%s", reason);
	else if (gnutls_privkey_get_pk_algorithm(*key, NULL) != GNUTLS_PK_RSA)
		cli_error("%s: SCEP takes an RSA key, because the answer is encrypted to it", path);
	else
		return true;
	return false;
}

/* The key to be certified when none is made. */
static const char *existing_key(const struct client_enroll_options *options)
{
	return options->new_key_path != NULL ? options->new_key_path : options->key_path;
}

/* Makes and stores the new key, unless an existing one is to be used; it must be safe before anybody
 * certifies it. */
static bool prepare_key(struct job *job)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};

	if (job->options.key_out == NULL)
		return load_key(existing_key(&job->options), &job->key);
	return cli_key_generate(&job->options.key_type, &job->new_key, &job->key) &&
	       cli_pem_key(job->new_key, &pem) && cli_output_write(&job->key_file, &pem);
}

/* The transaction is named by its key, so that the same request again is recognised as the same
 * (section 3.2.1.1). */
static bool name_transaction(struct job *job)
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
static bool choose_algorithms(struct job *job)
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
	cli_error("the server offers no algorithm that we use unasked; name them with --cipher and --digest");
	return false;
}

static bool ask_server(struct job *job)
{
	CLEANUP(bytes_free) gnutls_datum_t text = {NULL, 0};

	if (!client_get_capabilities(&job->options.common, job->options.url, &job->capabilities, &text) ||
	    !choose_algorithms(job) || !client_get_ca(&job->options.common, job->options.url, &job->ca))
		return false;
	if (job->ca.recipient == NULL)
		cli_error("none of the CA's certificates has an RSA key to encrypt to");
	return job->ca.recipient != NULL;
}

/* A digest that certificates and requests may still be signed with; messages may use older ones. */
static gnutls_digest_algorithm_t csr_digest(const struct job *job)
{
	return job->options.digest == GNUTLS_DIG_MD5 ? GNUTLS_DIG_SHA1 : job->options.digest;
}

/* What goes below the certificate: what came with it, else the CAs that GetCACert gave. */
static bool render_chain(const struct job *job, const struct client_issued *issued, gnutls_datum_t *pem)
{
	gnutls_datum_t authorities[LIMIT_CMS_CERTIFICATES];
	size_t count = 0;

	if (issued->other_count > 0)
		return cli_pem_certificates(issued->others, issued->other_count, pem);
	for (size_t i = 0; i < job->ca.count; i++) {
		if (gnutls_x509_crt_get_ca_status(job->ca.certificates[i], NULL) > 0)
			authorities[count++] = job->ca.der[i];
	}
	return cli_pem_certificates(authorities, count, pem);
}

static bool write_certificates(struct job *job, const struct client_issued *issued)
{
	CLEANUP(bytes_free) gnutls_datum_t certificate = {NULL, 0}, chain = {NULL, 0};

	return cli_pem_certificates(&issued->certificate, 1, &certificate) &&
	       render_chain(job, issued, &chain) && cli_output_write(&job->certificate_file, &certificate) &&
	       cli_output_write(&job->chain_file, &chain) && cli_output_commit(&job->key_file) &&
	       cli_output_commit(&job->certificate_file) && cli_output_commit(&job->chain_file);
}

static int finish(struct job *job, int status, const struct client_issued *issued)
{
	const char *key = job->options.key_out != NULL ? job->key_file.written : existing_key(&job->options);

	if (status == CLI_PENDING)
		printf("pending: the CA has not decided yet; to ask again, use --%s %s instead of "
		       "--key-out\n",
		       job->options.certificate_path != NULL ? "new-key" : "key", key);
	if (status == CLI_OK && !write_certificates(job, issued))
		status = CLI_FAILED;
	else if (status == CLI_OK)
		printf("wrote %s\n", job->options.certificate_out);
	else if (status != CLI_PENDING)
		return status;
	cli_output_keep(&job->key_file); /* better a key too many than a certificate without one */
	return status;
}

static int run(struct job *job, const struct pkimessage_identity *signer, int type)
{
	struct client_transaction transaction = {
		.options = &job->options.common,
		.url = job->options.url,
		.ca = &job->ca,
		.post = (job->capabilities & CLIENT_POST) != 0 && !job->options.get,
		.cipher = job->options.cipher,
		.digest = job->options.digest,
		.signer = *signer,
		.type = type,
		.id = bytes_view_text(job->id),
		.csr = &job->csr,
		.names = &job->names,
		.public_key = &job->public_key,
		.poll = job->options.poll,
		.max_wait = job->options.max_wait,
	};
	struct client_issued issued = {.other_count = 0};
	int status = client_run(&transaction, &issued);

	status = finish(job, status, &issued);
	client_issued_free(&issued);
	return status;
}

static void defaults(struct client_enroll_options *options)
{
	options->key_type = (struct cli_key_type){GNUTLS_PK_RSA, 2048};
	options->cipher = GNUTLS_CIPHER_UNKNOWN;
	options->digest = GNUTLS_DIG_UNKNOWN;
	options->max_wait = 300;
}

/* What the two commands can get wrong alike. */
static int begin(struct cli_call *call, struct job *job)
{
	int status = cli_parse(call, &job->options);

	if (status != CLI_GO)
		return status;
	job->options.url = call->argv[0];
	if (job->options.key_type.algorithm != GNUTLS_PK_RSA) {
		cli_error("--key-type: SCEP takes an RSA key, because the answer is encrypted to it");
		return CLI_USAGE;
	}
	if (job->options.challenge != NULL && job->options.challenge_file != NULL) {
		cli_error("--challenge and --challenge-file exclude each other");
		return CLI_USAGE;
	}
	return CLI_GO;
}

#define JOB_INIT                                                                                             \
	{                                                                                                    \
		.key_file = CLI_OUTPUT_NONE, .certificate_file = CLI_OUTPUT_NONE,                            \
		.chain_file = CLI_OUTPUT_NONE                                                                \
	}

int client_enroll(struct cli_call *call)
{
	CLEANUP(job_free) struct job job = JOB_INIT;
	const struct client_enroll_options *options = &job.options;
	struct pkimessage_identity signer;
	int status;

	defaults(&job.options);
	status = begin(call, &job);
	if (status != CLI_GO)
		return status;
	if ((options->key_path == NULL) == (options->key_out == NULL)) {
		cli_error("give either --key-out (a new key) or --key (one you have)");
		return CLI_USAGE;
	}
	if (options->subject == NULL &&
	    options->dns.count + options->ip.count + options->email.count + options->uri.count == 0) {
		cli_error("give --subject, or at least one subjectAltName");
		return CLI_USAGE;
	}
	if (!client_names_from_options(options, &job.names) || !read_challenge(&job) || !open_outputs(&job) ||
	    !ask_server(&job) || !prepare_key(&job) || !name_transaction(&job) ||
	    !client_csr_build(&job.names, job.key, &job.challenge, csr_digest(&job), &job.csr) ||
	    !cli_transient_certificate(
		    job.key, options->subject != NULL ? options->subject : "CN=certctl-fcgi", &job.transient))
		return CLI_FAILED;
	signer = (struct pkimessage_identity){job.transient, job.key};
	return run(&job, &signer, PKIMESSAGE_PKCS_REQ);
}

/* The certificate to renew is the first in its file. */
static bool load_old(struct job *job)
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
	return load_key(job->options.key_path, &job->old_key) &&
	       client_names_from_certificate(job->old_certificate, &job->names);
}

int client_renew(struct cli_call *call)
{
	CLEANUP(job_free) struct job job = JOB_INIT;
	struct pkimessage_identity signer;
	int status;

	defaults(&job.options);
	status = begin(call, &job);
	if (status != CLI_GO)
		return status;
	if (job.options.new_key_path != NULL && job.options.key_out != NULL) {
		cli_error("--new-key and --key-out exclude each other");
		return CLI_USAGE;
	}
	if (!load_old(&job) || !read_challenge(&job) || !open_outputs(&job) || !ask_server(&job) ||
	    !prepare_key(&job) || !name_transaction(&job) ||
	    !client_csr_build(&job.names, job.key, &job.challenge, csr_digest(&job), &job.csr))
		return CLI_FAILED;
	signer = (struct pkimessage_identity){job.old_certificate, job.old_key};
	/* Servers that do not know RenewalReq renew by a PKCSReq that the old certificate signs. */
	return run(&job, &signer,
		   (job.capabilities & CLIENT_RENEWAL) != 0 ? PKIMESSAGE_RENEWAL_REQ : PKIMESSAGE_PKCS_REQ);
}
