/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/authority.h"

#include <string.h>

#include "base/clock.h"

static bool load_parent(const struct cli_authority *authority, struct pki_issuer **parent)
{
	char reason[PKI_REASON_SIZE] = "";

	*parent = NULL;
	if (authority->parent_certificate_path == NULL)
		return true;
	if (pki_issuer_load("parent", authority->parent_certificate_path, authority->parent_key_path,
			    clock_now(), parent, reason) != ERR_OK) {
		cli_error("%s", reason);
		return false;
	}
	return true;
}

/* NEW_CERTIFICATE as PEM; below it the chain of PARENT when it is to go into the same file. */
static bool render(const gnutls_datum_t *new_certificate, const struct pki_issuer *parent,
		   gnutls_datum_t *pem)
{
	size_t above = parent == NULL ? 0 : parent->pair.chain.count;
	CLEANUP(buffer_free) struct buffer all = {0};
	CLEANUP(bytes_free) gnutls_datum_t first = {NULL, 0}, rest = {NULL, 0};

	if (!cli_pem_certificates(new_certificate, 1, &first) ||
	    !cli_pem_certificates(parent == NULL ? NULL : parent->pair.chain.der, above, &rest))
		return false;
	buffer_append(&all, first.data, first.size);
	buffer_append(&all, rest.data, rest.size);
	return buffer_take(&all, pem);
}

static bool certify(enum pki_authority_kind kind, const struct cli_authority *authority,
		    const struct pki_issuer *parent, gnutls_privkey_t key, gnutls_datum_t *der)
{
	struct pki_authority_request request = {
		.kind = kind,
		.subject = authority->subject,
		.now = clock_now(),
		.validity = authority->validity,
		.path_length = authority->path_length,
		.parent = parent,
	};
	char reason[PKI_REASON_SIZE] = "";
	enum err error = pki_authority_make(&request, key, der, reason);

	if (error != ERR_OK)
		cli_error("cannot make the certificate: %s", reason[0] != '\0' ? reason : err_text(error));
	return error == ERR_OK;
}

int cli_authority_make(enum pki_authority_kind kind, const struct cli_authority *authority)
{
	CLEANUP(pki_issuer_free) struct pki_issuer *parent = NULL;
	CLEANUP(cli_output_discard) struct cli_output key_file = CLI_OUTPUT_NONE;
	CLEANUP(cli_output_discard) struct cli_output certificate_file = CLI_OUTPUT_NONE;
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	CLEANUP(privkey_free) gnutls_privkey_t handle = NULL;
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0}, pem = {NULL, 0};
	CLEANUP(bytes_wipe) gnutls_datum_t key_pem = {NULL, 0};

	if (!load_parent(authority, &parent) ||
	    !cli_output_open(&key_file, authority->key_path, CLI_MODE_KEY, false) ||
	    !cli_output_open(&certificate_file, authority->certificate_path, CLI_MODE_CERTIFICATE, false) ||
	    !cli_key_generate(&authority->key_type, &key, &handle) ||
	    !certify(kind, authority, parent, handle, &der) || !cli_pem_key(key, &key_pem) ||
	    !render(&der, kind == PKI_AUTHORITY_CA ? parent : NULL, &pem) ||
	    !cli_output_write(&key_file, &key_pem) || !cli_output_write(&certificate_file, &pem) ||
	    !cli_output_commit(&key_file) || !cli_output_commit(&certificate_file))
		return CLI_FAILED;
	printf("wrote %s and %s\n", authority->certificate_path, authority->key_path);
	return CLI_OK;
}
