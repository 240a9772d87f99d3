/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A probe's token from anywhere, and an answer to one: without the key none is good, and with it only the one
 * that was made.
 */
#include <string.h>

#include "base/bytes.h"
#include "fuzz/fuzz.h"
#include "gateway/probe.h"

#define NOW  1795248000
#define KEY  "a key that a fuzzer does not look for"
#define MADE "00112233445566778899aabbccddeeff"

static void look_at_token(const gnutls_datum_t *input)
{
	char nonce[PROBE_NONCE_SIZE];
	char token[PROBE_TOKEN_SIZE];
	bool good = probe_token_check(KEY, input, NOW, "/scep", nonce);

	FUZZ_PROMISE(strlen(nonce) == (good ? PROBE_NONCE_SIZE - 1 : 0));
	if (!good)
		return;
	/* Seconds may differ from now, so the token is made again from what is in it. */
	FUZZ_PROMISE(probe_token_make(KEY, nonce, (time_t)strtoll((char *)input->data + 33, NULL, 10),
				      "/scep", token) == ERR_OK);
	FUZZ_PROMISE(strlen(token) == input->size && memcmp(token, input->data, input->size) == 0);
}

static void look_at_answer(const gnutls_datum_t *input)
{
	gnutls_datum_t lines, again = {NULL, 0};
	struct buffer answer = {0};

	if (probe_answer_check(KEY, input, &lines)) {
		FUZZ_PROMISE(lines.size < input->size && lines.data == input->data);
	} else {
		FUZZ_PROMISE(lines.size == 0);
	}
	buffer_append(&answer, input->data, input->size);
	buffer_append_byte(&answer, '\n');
	FUZZ_PROMISE(probe_answer_sign(KEY, &answer) && buffer_take(&answer, &again));
	FUZZ_PROMISE(probe_answer_check(KEY, &again, &lines) && lines.size == input->size + 1);
	bytes_free(&again);
}

/* A token that is as good as the input is right where it is changed. */
static void look_at_change(const uint8_t *data, size_t size)
{
	char token[PROBE_TOKEN_SIZE];
	char nonce[PROBE_NONCE_SIZE];
	gnutls_datum_t changed;

	if (size < 2 || probe_token_make(KEY, MADE, NOW, "/scep", token) != ERR_OK)
		return;
	changed = bytes_view_text(token);
	if (changed.data[data[0] % changed.size] == data[1])
		return;
	changed.data[data[0] % changed.size] = data[1];
	FUZZ_PROMISE(!probe_token_check(KEY, &changed, NOW, "/scep", nonce));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);

	look_at_token(&input);
	look_at_answer(&input);
	look_at_change(data, size);
	return 0;
}
