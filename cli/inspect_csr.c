/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/inspect.h"

#include <string.h>

#include "pki/csr.h"

static void show_key(const struct pkimessage_csr *csr)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
	unsigned bits = 0;
	int algorithm;

	if (gnutls_pubkey_init(&key) < 0 ||
	    gnutls_pubkey_import(key, pkimessage_csr_public_key(csr), GNUTLS_X509_FMT_DER) < 0) {
		inspect_show("key", "unknown");
		return;
	}
	algorithm = gnutls_pubkey_get_pk_algorithm(key, &bits);
	inspect_show("key", "%s, %u bits", algorithm < 0 ? "unknown" : gnutls_pk_get_name(algorithm), bits);
}

static void show_extensions(const struct pkimessage_csr *csr, gnutls_datum_t *san)
{
	for (size_t i = 0; i < pkimessage_csr_extension_count(csr); i++) {
		const struct pkimessage_extension *extension = pkimessage_csr_extension(csr, i);

		inspect_show("extension", "%s%s, %u bytes", extension->oid,
			     extension->critical ? " (critical)" : "", extension->value.size);
		if (strcmp(extension->oid, "2.5.29.17") == 0)
			*san = extension->value;
	}
}

static void show(const struct pkimessage_csr *csr)
{
	CLEANUP(pki_names_free) struct pki_names names = {.sans = NULL};
	gnutls_datum_t san = {NULL, 0};
	char reason[PKI_REASON_SIZE] = "";

	show_key(csr);
	show_extensions(csr, &san);
	if (pki_names_parse(pkimessage_csr_subject(csr), &san, &names, reason) == ERR_OK)
		inspect_names(&names);
	else
		inspect_show("subject", "(not shown: its names are at fault)");
	if (pkimessage_csr_challenge(csr)->size > 0)
		inspect_show("challengePassword", "present, %u bytes", pkimessage_csr_challenge(csr)->size);
	else
		inspect_show("challengePassword", "absent");
}

static const char *section_of(enum err error)
{
	static const struct {
		enum err error;
		const char *section;
	} sections[] = {
		{ERR_SYNTAX, "RFC 2986 section 4"},        {ERR_SIGNATURE, "RFC 2986 section 4.2"},
		{ERR_UNSUPPORTED, "RFC 8894 section 2.4"}, {ERR_PERMISSION, "RFC 5280 section 7"},
		{ERR_LIMIT, "a limit of this server"},
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (sections[i].error == error)
			return sections[i].section;
	}
	return "RFC 2986";
}

void inspect_csr(struct inspect *inspect, const gnutls_datum_t *der)
{
	struct pkimessage_csr *message = NULL;
	CLEANUP(pki_csr_free) struct pki_csr *csr = NULL;
	char reason[PKI_REASON_SIZE] = "";
	int result = pkimessage_csr_parse(der, &message);
	enum err error;

	inspect_show("what", "certification request (PKCS#10)");
	if (result != PKIMESSAGE_OK) {
		inspect_refuse_error(inspect, "request", result);
		return;
	}
	show(message);
	pkimessage_csr_free(message);
	error = pki_csr_parse(der, inspect->legacy, &csr, reason);
	if (error != ERR_OK)
		inspect_refuse(inspect, section_of(error), "request: %s",
			       reason[0] != '\0' ? reason : err_text(error));
}
