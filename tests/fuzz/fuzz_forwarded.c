/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * X-Forwarded-For and X-Forwarded-Proto from anywhere, a field a line. What a client puts before it cannot
 * change who it is taken for, once it is somebody who is not listed.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "gateway/gateway_private.h"

#define FOR    "HTTP_X_FORWARDED_FOR="
#define FIELDS 8

static const struct gateway_trust trust = {
	.local = true,
	.networks = {{{{[10] = 0xff, [11] = 0xff, [12] = 10}}, 104}, {{{0x20, 0x01, 0x0d, 0xb8}}, 32}},
	.network_count = 2,
};
static const struct address remote = {{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1}};

static void look(char **fields)
{
	struct address plain = remote;
	struct address forged = remote;
	const char *fault = forwarded_client(&trust, fields + 1, &plain);

	(void)forwarded_client(&trust, fields, &forged);
	if (fault != NULL || !trust_lists(&trust, &plain))
		FUZZ_PROMISE(memcmp(&plain, &forged, sizeof plain) == 0);
	else
		FUZZ_PROMISE(!trust_lists(&trust, &forged) || memcmp(&plain, &forged, sizeof plain) == 0);
}

/* NAME and the SIZE bytes at VALUE as one string; NULL: no memory. */
static char *make_field(const char *name, const uint8_t *value, size_t size)
{
	size_t length = strlen(name);
	char *field = malloc(length + size + 1);

	if (field == NULL)
		return NULL;
	memcpy(field, name, length);
	memcpy(field + length, value, size);
	field[length + size] = '\0';
	return field;
}

/* The lines of DATA as fields NAME, from FIELDS[FIRST] on. */
static void make_fields(const char *name, const uint8_t *data, size_t size, char **fields, size_t first)
{
	for (size_t start = 0; start < size && first <= FIELDS; first++) {
		const uint8_t *end = memchr(data + start, '\n', size - start);
		size_t length = (end == NULL ? size : (size_t)(end - data)) - start;

		fields[first] = make_field(name, data + start, length);
		start += length + 1;
	}
}

static void free_fields(char **fields, size_t first)
{
	for (; fields[first] != NULL; first++)
		free(fields[first]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char forgery[] = FOR "203.0.113.66";
	char *addresses[FIELDS + 2] = {forgery};
	char *protocols[FIELDS + 2] = {NULL};

	make_fields(FOR, data, size, addresses, 1);
	make_fields("HTTP_X_FORWARDED_PROTO=", data, size, protocols, 0);
	look(addresses);
	(void)forwarded_proto(protocols);
	free_fields(addresses, 1);
	free_fields(protocols, 0);
	return 0;
}
