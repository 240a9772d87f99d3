/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi scep enroll and renew: from options to a transaction, and from its answer to files. */
#include "cli/client_job.h"

#include <string.h>

#include "cli/transient.h"

/* A digest that certificates and requests may still be signed with; messages may use older ones. */
static gnutls_digest_algorithm_t csr_digest(const struct client_job *job)
{
	return job->options.digest == GNUTLS_DIG_MD5 ? GNUTLS_DIG_SHA1 : job->options.digest;
}

/* What goes below the certificate: what came with it, else the CAs that GetCACert gave. */
static bool render_chain(const struct client_job *job, const struct client_issued *issued,
			 gnutls_datum_t *pem)
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

static bool write_certificates(struct client_job *job, const struct client_issued *issued)
{
	CLEANUP(bytes_free) gnutls_datum_t certificate = {NULL, 0}, chain = {NULL, 0};

	return cli_pem_certificates(&issued->certificate, 1, &certificate) &&
	       render_chain(job, issued, &chain) && cli_output_write(&job->certificate_file, &certificate) &&
	       cli_output_write(&job->chain_file, &chain) && cli_output_commit(&job->key_file) &&
	       cli_output_commit(&job->certificate_file) && cli_output_commit(&job->chain_file);
}

static int finish(struct client_job *job, int status, const struct client_issued *issued)
{
	const char *key =
		job->options.key_out != NULL ? job->key_file.written : client_job_existing_key(&job->options);

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

/* Ed25519 signs with SHA-512 beside it and nothing else (RFC 8419 section 3.1). */
static gnutls_digest_algorithm_t message_digest(const struct client_job *job, gnutls_privkey_t key)
{
	return gnutls_privkey_get_pk_algorithm(key, NULL) == GNUTLS_PK_EDDSA_ED25519 ? GNUTLS_DIG_SHA512
										     : job->options.digest;
}

static int run(struct client_job *job, const struct pkimessage_identity *signer, int type)
{
	struct client_transaction transaction = {
		.options = &job->options.common,
		.url = job->options.url,
		.ca = &job->ca,
		.post = (job->capabilities & CLIENT_POST) != 0 && !job->options.get,
		.encryption = {.cipher = job->options.cipher, .transport = job->options.transport},
		.digest = message_digest(job, signer->key),
		.signer = *signer,
		.type = type,
		.id = bytes_view_text(job->id),
		.csr = &job->csr,
		.names = &job->names,
		.public_key = &job->public_key,
		.challenge = job->challenge,
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

static bool same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* What the two commands can get wrong alike. */
static int begin(struct cli_call *call, struct client_job *job)
{
	int status = cli_parse(call, &job->options);

	if (status != CLI_GO)
		return status;
	job->options.url = call->argv[0];
	if (job->options.key_type.algorithm != GNUTLS_PK_RSA && job->options.challenge == NULL &&
	    job->options.challenge_file == NULL) {
		cli_error("--key-type: nothing can be encrypted to such a key; give a challenge, and the "
			  "answer "
			  "is encrypted under that");
		return CLI_USAGE;
	}
	if (same(job->options.key_out, job->options.certificate_out) ||
	    same(job->options.key_out, job->options.chain_out) ||
	    same(job->options.certificate_out, job->options.chain_out)) {
		cli_error("--key-out, --cert-out and --chain-out must be different files");
		return CLI_USAGE;
	}
	if (job->options.challenge != NULL && job->options.challenge_file != NULL) {
		cli_error("--challenge and --challenge-file exclude each other");
		return CLI_USAGE;
	}
	return CLI_GO;
}

int client_enroll(struct cli_call *call)
{
	CLEANUP(client_job_free) struct client_job job = CLIENT_JOB_INIT;
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
	if (!client_names_from_options(options, &job.names) || !client_job_open(&job) ||
	    !client_job_ask_server(&job) || !client_job_take_key(&job) ||
	    !client_csr_build(&job.names, job.key, &job.challenge, csr_digest(&job), &job.csr) ||
	    !cli_transient_certificate(
		    job.key, options->subject != NULL ? options->subject : "CN=certctl-fcgi", &job.transient))
		return CLI_FAILED;
	signer = (struct pkimessage_identity){job.transient, job.key};
	return run(&job, &signer, PKIMESSAGE_PKCS_REQ);
}

int client_renew(struct cli_call *call)
{
	CLEANUP(client_job_free) struct client_job job = CLIENT_JOB_INIT;
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
	if (!client_job_load_old(&job) || !client_job_open(&job) || !client_job_ask_server(&job) ||
	    !client_job_take_key(&job) ||
	    !client_csr_build(&job.names, job.key, &job.challenge, csr_digest(&job), &job.csr))
		return CLI_FAILED;
	signer = (struct pkimessage_identity){job.old_certificate, job.old_key};
	/* Servers that do not know RenewalReq renew by a PKCSReq that the old certificate signs. */
	return run(&job, &signer,
		   (job.capabilities & CLIENT_RENEWAL) != 0 ? PKIMESSAGE_RENEWAL_REQ : PKIMESSAGE_PKCS_REQ);
}
