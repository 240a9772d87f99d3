/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A forwarded client certificate from anywhere. The first byte, modulo their number, is the source; then come
 * certificate, verdict, chain and the items of a chain, each ended by NUL. Only whole SEQUENCEs within the
 * limits come out, and nothing without a verdict of success.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/der.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "gateway/client_certificate.h"

#define FIELDS (3 + LIMIT_CLIENT_CHAIN)

/* Takes one field off the front of DATA, as memory of its own so that reading behind it is found. */
static char *take_field(const uint8_t **data, size_t *size)
{
	size_t length = *size > 0 ? strnlen((const char *)*data, *size) : 0;
	size_t used = length + (length < *size ? 1 : 0);
	char *field = *size > 0 ? malloc(length + 1) : NULL;

	if (field != NULL) {
		memcpy(field, *data, length);
		field[length] = '\0';
		*data += used;
		*size -= used;
	}
	return field;
}

static void check_certificate(const gnutls_datum_t *der)
{
	struct der rest = der_open(der);

	FUZZ_PROMISE(der->size > 0 && der->size <= LIMIT_CLIENT_CERTIFICATE);
	(void)der_raw(&rest, DER_SEQUENCE);
	FUZZ_PROMISE(der_done(&rest));
}

static bool is_success(enum client_source source, const char *verdict)
{
	if (source == CLIENT_SOURCE_HAPROXY_DER)
		return verdict != NULL && strcmp(verdict, "0") == 0;
	if (source == CLIENT_SOURCE_PARAMS || source == CLIENT_SOURCE_X_SSL_CLIENT_CERT)
		return verdict != NULL && strcmp(verdict, "SUCCESS") == 0;
	return true;
}

/* What came out can be told on, and is the same then. */
static void check_again(const gnutls_datum_t *leaf)
{
	CLEANUP(text_free) char *base64 = text_base64_encode(leaf);
	struct client_fields fields = {.certificate = base64, .verdict = "0"};
	struct client_certificate again;

	if (base64 == NULL)
		return;
	client_certificate_decode(CLIENT_SOURCE_HAPROXY_DER, &fields, &again);
	FUZZ_PROMISE(again.outcome == CLIENT_GIVEN && bytes_equal(&again.leaf, leaf));
	client_certificate_free(&again);
}

static void check_given(const struct client_certificate *certificate, size_t size)
{
	size_t total = certificate->leaf.size;

	FUZZ_PROMISE(certificate->chain_count <= LIMIT_CLIENT_CHAIN);
	check_certificate(&certificate->leaf);
	for (size_t i = 0; i < certificate->chain_count; i++) {
		check_certificate(&certificate->chain[i]);
		total += certificate->chain[i].size;
	}
	FUZZ_PROMISE(total < size);
	check_again(&certificate->leaf);
}

static void look(enum client_source source, const struct client_fields *fields, size_t size)
{
	static const enum client_outcome impossible[] = {CLIENT_TRUST_OFF, CLIENT_SENDER, CLIENT_OTHER_SOURCE,
							 CLIENT_FIELD_TWICE};
	struct client_certificate certificate;

	client_certificate_decode(source, fields, &certificate);
	FUZZ_PROMISE(certificate.outcome < CLIENT_OUTCOME_COUNT);
	for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++)
		FUZZ_PROMISE(certificate.outcome != impossible[i]);
	if (certificate.outcome == CLIENT_GIVEN) {
		FUZZ_PROMISE(is_success(source, fields->verdict));
		check_given(&certificate, size);
	} else {
		FUZZ_PROMISE(certificate.leaf.data == NULL && certificate.chain_count == 0);
	}
	client_certificate_free(&certificate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *values[FIELDS] = {NULL};
	size_t left = size > 0 ? size - 1 : 0;
	const uint8_t *at;
	struct client_fields fields = {0};

	if (size == 0)
		return 0;
	at = data + 1;
	for (size_t i = 0; i < FIELDS; i++)
		values[i] = take_field(&at, &left);
	fields.certificate = values[0];
	fields.verdict = values[1];
	fields.chain = values[2];
	for (size_t i = 3; i < FIELDS && values[i] != NULL; i++)
		fields.chain_items[fields.chain_item_count++] = values[i];
	look((enum client_source)(data[0] % CLIENT_SOURCE_COUNT), &fields, size);
	for (size_t i = 0; i < FIELDS; i++)
		free(values[i]);
	return 0;
}
