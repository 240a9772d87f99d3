/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes one encoding somewhere inside an ASN.1 message and makes the lengths around it right again. A
 * fuzzer that changes bytes alone spends its time on lengths that no longer fit.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/ber.h"
#include "base/cleanup.h"
#include "base/der.h"

#define CONSTRUCTED 0x20
#define GROWTH      32

enum change { CHANGE_CONTENTS, CHANGE_TAG, DROP, REPEAT, WRAP, UNWRAP, SPLICE, CHANGES };

/* libFuzzer's own; not there when a corpus is only replayed, and then nobody calls us. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

struct plan {
	size_t target; /* number of the encoding to change, in the order they begin */
	size_t next;   /* number of the encoding that comes next */
	enum change change;
	unsigned random;
	gnutls_datum_t other; /* another encoding of the message */
};

static void put_changed_contents(struct buffer *out, unsigned tag, const gnutls_datum_t *contents)
{
	size_t room = contents->size + GROWTH;
	uint8_t *work = calloc(1, room);

	if (work == NULL)
		return;
	memcpy(work, contents->data, contents->size);
	der_put(out, tag, work, LLVMFuzzerMutate(work, contents->size, room));
	free(work);
}

/* Appends the encoding ALL, of TAG and with CONTENTS, changed as planned. */
static void put_changed(struct buffer *out, const struct plan *plan, const gnutls_datum_t *all, unsigned tag,
			const gnutls_datum_t *contents)
{
	static const uint8_t tags[] = {DER_BOOLEAN,
				       DER_INTEGER,
				       DER_BIT_STRING,
				       DER_OCTET_STRING,
				       DER_NULL,
				       DER_OID,
				       DER_UTF8_STRING,
				       DER_PRINTABLE_STRING,
				       DER_T61_STRING,
				       DER_IA5_STRING,
				       DER_BMP_STRING,
				       DER_SEQUENCE,
				       DER_SET,
				       DER_CONTEXT(0),
				       DER_CONTEXT_CONSTRUCTED(0),
				       DER_CONTEXT(1),
				       DER_CONTEXT_CONSTRUCTED(1),
				       0x24};

	switch (plan->change) {
	case CHANGE_CONTENTS: put_changed_contents(out, tag, contents); break;
	case CHANGE_TAG: der_put_bytes(out, tags[plan->random % sizeof tags], contents); break;
	case DROP: break;
	case WRAP: der_put_bytes(out, tags[plan->random % sizeof tags] | CONSTRUCTED, all); break;
	case UNWRAP: der_put_raw(out, contents); break;
	case SPLICE: der_put_raw(out, &plan->other); break;
	default:
		for (unsigned i = 0; i < 2 + plan->random % 20; i++)
			der_put_raw(out, all);
	}
}

static void copy(struct buffer *out, struct plan *plan, struct der *der)
{
	while (der_more(der)) {
		unsigned tag = der_next_tag(der);
		struct der start = *der;
		gnutls_datum_t contents = der_contents(der, tag);
		gnutls_datum_t all = der_any(&start);
		struct der inside = der_open(&contents);
		struct buffer inner = {0};

		if (plan->next++ == plan->target) {
			put_changed(out, plan, &all, tag, &contents);
		} else if ((tag & CONSTRUCTED) != 0) {
			copy(&inner, plan, &inside);
			der_put_buffer(out, tag, &inner);
		} else {
			der_put_raw(out, &all);
		}
	}
}

/* The encoding with this number, in the order they begin; empty when there are not as many. */
static gnutls_datum_t find(struct der *der, size_t *number)
{
	gnutls_datum_t found = {NULL, 0};

	while (der_more(der) && found.data == NULL) {
		unsigned tag = der_next_tag(der);
		struct der start = *der;
		gnutls_datum_t contents = der_contents(der, tag);
		struct der inside = der_open(&contents);

		if ((*number)-- == 0)
			return der_any(&start);
		if ((tag & CONSTRUCTED) != 0)
			found = find(&inside, number);
	}
	return found;
}

static size_t count(const gnutls_datum_t *der)
{
	struct der cursor = der_open(der);
	size_t number = SIZE_MAX;

	(void)find(&cursor, &number);
	return SIZE_MAX - number;
}

size_t fuzz_mutate_asn1(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	gnutls_datum_t input = bytes_view(data, size);
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	CLEANUP(buffer_free) struct buffer out = {0};
	struct plan plan = {.change = seed % CHANGES, .random = seed >> 24};
	struct der cursor;
	size_t elements;
	size_t other;

	/* Bytes as they come, now and then: BER and what is malformed. */
	if (seed % 8 == 0 || ber_to_der(&input, &der) != ERR_OK)
		return LLVMFuzzerMutate(data, size, max_size);
	elements = count(&der);
	plan.target = (seed >> 4) % elements;
	other = (seed >> 12) % elements;
	cursor = der_open(&der);
	plan.other = find(&cursor, &other);
	cursor = der_open(&der);
	copy(&out, &plan, &cursor);
	if (out.failed || out.size == 0 || out.size > max_size)
		return LLVMFuzzerMutate(data, size, max_size);
	memcpy(data, out.data, out.size);
	return out.size;
}
