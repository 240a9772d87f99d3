/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/inspect.h"

#include <stdarg.h>

#include "base/clock.h"
#include "base/text.h"

struct options {
	const char *ra_certificate;
	const char *ra_key;
	unsigned legacy;
};

const struct cli_option cli_inspect_options[] = {
	{"ra-cert", "FILE", "the RA's certificate, to open the envelope", cli_set_text,
	 offsetof(struct options, ra_certificate), false, NULL},
	{"ra-key", "FILE", "its private key", cli_set_text, offsetof(struct options, ra_key), false, NULL},
	{"legacy", "LIST", "algorithms the profile still allows: " CLI_LEGACY " [sha1,3des]", cli_set_legacy,
	 offsetof(struct options, legacy), false, NULL},
	{0},
};

void inspect_show(const char *name, const char *format, ...)
{
	va_list arguments;

	printf("%-18s  ", name);
	va_start(arguments, format);
	(void)vprintf(format, arguments);
	va_end(arguments);
	(void)putchar('\n');
}

void inspect_show_text(const char *name, const gnutls_datum_t *bytes)
{
	char text[1024];

	inspect_show(name, "%s", text_printable(bytes, text, sizeof(text)));
}

void inspect_show_hex(const char *name, const gnutls_datum_t *bytes)
{
	char text[TEXT_HEX_SIZE(64)];
	gnutls_datum_t head = {bytes->data, bytes->size > 64 ? 64 : bytes->size};

	text_hex(&head, text);
	inspect_show(name, "%s%s", text, bytes->size > 64 ? "..." : "");
}

void inspect_refuse(struct inspect *inspect, const char *section, const char *format, ...)
{
	va_list arguments;

	if (inspect->refused)
		return;
	inspect->refused = true;
	printf("%-18s  ", "REFUSED");
	va_start(arguments, format);
	(void)vprintf(format, arguments);
	va_end(arguments);
	printf(" (%s)\n", section);
}

void inspect_refuse_error(struct inspect *inspect, const char *part, int error)
{
	static const struct {
		const char *section;
		const char *words;
	} table[] = {
		[PKIMESSAGE_E_SYNTAX] = {"RFC 5652", "malformed, cut short, or followed by more bytes"},
		[PKIMESSAGE_E_LIMIT] = {"a limit of this server", "too deep, too many or too long"},
		[PKIMESSAGE_E_CONTENT_TYPE] = {"RFC 5652 section 11.1",
					       "another content type than belongs here"},
		[PKIMESSAGE_E_SIGNER] = {"RFC 8894 section 3.1",
					 "not exactly one signer, or its certificate is not enclosed"},
		[PKIMESSAGE_E_ATTRIBUTE_MISSING] = {"RFC 8894 section 3.2.1",
						    "a signed attribute is missing that must be there"},
		[PKIMESSAGE_E_ATTRIBUTE_DUPLICATE] = {"RFC 5652 section 5.3",
						      "an attribute is there twice or has several values"},
		[PKIMESSAGE_E_ATTRIBUTE_VALUE] = {"RFC 8894 section 3.2.1",
						  "an attribute has the wrong type, length or range"},
		[PKIMESSAGE_E_ALGORITHM] =
			{"RFC 8894 section 3.5.2",
			 "an algorithm that is unknown, or legacy and not allowed (--legacy)"},
		[PKIMESSAGE_E_ALGORITHM_MISMATCH] =
			{"RFC 5652 section 5.3",
			 "digest, signature algorithm and key do not belong together"},
		[PKIMESSAGE_E_DIGEST] = {"RFC 5652 section 5.4",
					 "the content is not what was signed: messageDigest differs"},
		[PKIMESSAGE_E_SIGNATURE] = {"RFC 5652 section 5.6", "the signature does not verify"},
		[PKIMESSAGE_E_RECIPIENT] = {"RFC 5652 section 6.2",
					    "encrypted to somebody else's certificate"},
		[PKIMESSAGE_E_DECRYPT] = {"RFC 5652 section 6.3", "cannot be decrypted"},
		[PKIMESSAGE_E_KEY] = {"RFC 8894 section 3.1", "the key cannot do what is asked of it"},
	};
	size_t row = error > 0 && (size_t)error < sizeof(table) / sizeof(table[0]) ? (size_t)error : 0;

	if (table[row].words != NULL)
		inspect_refuse(inspect, table[row].section, "%s: %s", part, table[row].words);
	else
		inspect_refuse(inspect, "GnuTLS", "%s: %s", part, pkimessage_strerror(error));
}

static bool load_ra(const struct options *options, struct pki_pair *pair)
{
	char reason[PKI_REASON_SIZE] = "";

	/* An expired RA still tells what a message of its day says. */
	enum err error = pki_chain_load(options->ra_certificate, &pair->chain, reason);

	if (error == ERR_OK)
		error = pki_key_load(options->ra_key, &pair->key, reason);
	if (error != ERR_OK)
		cli_error("%s", reason);
	return error == ERR_OK;
}

int cli_inspect(struct cli_call *call)
{
	struct options options = {.legacy = PKIMESSAGE_LEGACY_SHA1 | PKIMESSAGE_LEGACY_3DES};
	CLEANUP(pki_pair_free) struct pki_pair pair = {{NULL, NULL, 0}, NULL};
	CLEANUP(bytes_wipe) gnutls_datum_t content = {NULL, 0}, der = {NULL, 0};
	struct inspect inspect = {.refused = false};
	int status = cli_parse(call, &options);

	if (status != CLI_GO)
		return status;
	if ((options.ra_certificate == NULL) != (options.ra_key == NULL)) {
		cli_error("--ra-cert and --ra-key go together");
		return CLI_USAGE;
	}
	if ((options.ra_key != NULL && !load_ra(&options, &pair)) || !cli_read(call->argv[0], &content))
		return CLI_FAILED;
	inspect.legacy = options.legacy;
	inspect.ra = options.ra_key != NULL ? &pair : NULL;
	if (inspect_decode(&content, &der))
		inspect_any(&inspect, &der);
	else
		inspect_refuse(&inspect, "RFC 8894 section 4.1",
			       "neither DER nor BER nor PEM nor base64 of one");
	if (!inspect.refused)
		inspect_show("verdict", "nothing found that would have it refused");
	return inspect.refused ? CLI_FAILED : CLI_OK;
}
