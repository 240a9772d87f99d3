/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two passes over the input, both linear. The first walks the encodings with a stack of the open ones and
 * notes, in input order, every header that may have to change and every end-of-contents to drop; a header's
 * new length is known once its encoding closes. The second copies the input, applying these edits.
 */
#include "base/ber.h"

#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"

#include <libtasn1.h>
#include <limits.h>
#include <string.h>

#define CONSTRUCTED              0x20
#define OCTET_STRING_IN_SEGMENTS (DER_OCTET_STRING | CONSTRUCTED)
#define LENGTH_INDEFINITE        0x80
#define END_OF_CONTENTS_SIZE     2
#define LENGTH_OF_HEADER_MAX     (1 + ASN1_MAX_LENGTH_SIZE)

/* Replaces SKIP bytes of input at AT by a header with TAG and LENGTH, or by nothing when TAG is 0. */
struct edit {
	size_t at;
	size_t skip;
	size_t length;
	uint8_t tag;
};

/* A constructed encoding that is not closed yet. */
struct frame {
	size_t end;    /* where the contents end; unknown (0) while INDEFINITE */
	size_t output; /* bytes its contents have in the output so far */
	size_t edit;   /* its header's edit */
	uint8_t tag;
	bool indefinite;
	bool changed;  /* its contents or their length differ from the input's */
	bool segments; /* it is a segment itself: part of an OCTET STRING cut into segments */
};

struct scan {
	const gnutls_datum_t *input;
	size_t at;
	struct frame stack[LIMIT_ASN1_DEPTH];
	size_t depth;
	size_t elements;
	size_t segments; /* of the constructed OCTET STRING that is open */
	struct edit *edits;
	size_t edit_count;
	size_t edit_capacity;
	size_t output; /* bytes of the whole output */
};

struct header {
	uint8_t tag;
	bool indefinite;
	size_t size;   /* of identifier and length octets */
	size_t length; /* of the contents; 0 when INDEFINITE */
};

static void edits_free(struct scan *scan)
{
	gnutls_free(scan->edits);
	scan->edits = NULL;
}

static enum err add_edit(struct scan *scan, const struct edit *edit)
{
	if (scan->edit_count == scan->edit_capacity) {
		size_t capacity = scan->edit_capacity == 0 ? 64 : 2 * scan->edit_capacity;
		struct edit *edits = gnutls_realloc(scan->edits, capacity * sizeof *edits);

		if (edits == NULL)
			return ERR_MEMORY;
		scan->edits = edits;
		scan->edit_capacity = capacity;
	}
	scan->edits[scan->edit_count++] = *edit;
	return ERR_OK;
}

static size_t header_size(size_t length)
{
	uint8_t octets[ASN1_MAX_LENGTH_SIZE];
	int size = sizeof octets;

	asn1_length_der((unsigned long)length, octets, &size);
	return 1 + (size_t)size;
}

/* The innermost open encoding, NULL outside of all. */
static struct frame *innermost(struct scan *scan)
{
	return scan->depth == 0 ? NULL : &scan->stack[scan->depth - 1];
}

/* Where the bytes end that the next encoding may use. */
static size_t bound(const struct scan *scan)
{
	for (size_t i = scan->depth; i-- > 0;)
		if (!scan->stack[i].indefinite)
			return scan->stack[i].end;
	return scan->input->size;
}

static enum err read_header(const struct scan *scan, struct header *header)
{
	const unsigned char *octets = scan->input->data + scan->at;
	size_t left = bound(scan) - scan->at;

	*header = (struct header){0};
	if (left < 2 || (octets[0] & 0x1f) == 0x1f || (octets[0] & ~CONSTRUCTED) == 0)
		return ERR_SYNTAX;
	header->tag = octets[0];
	header->indefinite = octets[1] == LENGTH_INDEFINITE;
	header->size = 2;
	if (header->indefinite)
		return (octets[0] & CONSTRUCTED) != 0 ? ERR_OK : ERR_SYNTAX;
	if (!der_length(octets + 1, left - 1, &header->size, &header->length))
		return ERR_SYNTAX;
	header->size++;
	return ERR_OK;
}

/* Adds SIZE bytes to the output of what is open. */
static void count_output(struct scan *scan, size_t size, bool changed)
{
	struct frame *frame = innermost(scan);

	if (frame == NULL) {
		scan->output += size;
		return;
	}
	frame->output += size;
	frame->changed = frame->changed || changed;
}

/* Closes the innermost encoding, whose contents end at the current place: now its header is decided. */
static void close_frame(struct scan *scan)
{
	struct frame frame = scan->stack[--scan->depth];
	struct edit *edit = &scan->edits[frame.edit];
	bool is_string = frame.tag == OCTET_STRING_IN_SEGMENTS;
	bool changed = frame.changed || frame.indefinite || is_string;

	if (frame.segments) {
		count_output(scan, frame.output, true);
	} else if (!changed) {
		count_output(scan, edit->skip + frame.output, false);
		edit->skip = 0;
	} else {
		edit->tag = is_string ? DER_OCTET_STRING : frame.tag;
		edit->length = frame.output;
		count_output(scan, header_size(frame.output) + frame.output, true);
	}
}

/* Opens a constructed encoding and notes its header, undecided as yet. */
static enum err open_frame(struct scan *scan, const struct header *header, bool segments)
{
	struct frame frame = {.end = scan->at + header->size + header->length,
			      .edit = scan->edit_count,
			      .tag = header->tag,
			      .indefinite = header->indefinite,
			      .segments = segments};

	if (scan->depth == LIMIT_ASN1_DEPTH)
		return ERR_LIMIT;
	if (frame.tag == OCTET_STRING_IN_SEGMENTS && !segments)
		scan->segments = 0;
	scan->stack[scan->depth++] = frame;
	return add_edit(scan, &(struct edit){.at = scan->at, .skip = header->size});
}

/* Reads one header and, when it is primitive, its contents. */
static enum err read_element(struct scan *scan)
{
	const struct frame *parent = innermost(scan);
	bool segments = parent != NULL && parent->tag == OCTET_STRING_IN_SEGMENTS;
	struct header header;
	enum err error = read_header(scan, &header);

	if (error != ERR_OK)
		return error;
	if (++scan->elements > LIMIT_ASN1_ELEMENTS)
		return ERR_LIMIT;
	if (segments && (header.tag & ~CONSTRUCTED) != DER_OCTET_STRING)
		return ERR_SYNTAX;
	if (segments && ++scan->segments > LIMIT_ASN1_SEGMENTS)
		return ERR_LIMIT;
	if ((header.tag & CONSTRUCTED) != 0) {
		error = open_frame(scan, &header, segments);
		scan->at += header.size;
		return error;
	}
	if (segments)
		error = add_edit(scan, &(struct edit){.at = scan->at, .skip = header.size});
	count_output(scan, (segments ? 0 : header.size) + header.length, segments);
	scan->at += header.size + header.length;
	return error;
}

/* True at end-of-contents octets, which only an indefinite length may have. */
static bool at_end_of_contents(const struct scan *scan)
{
	const unsigned char *octets = scan->input->data + scan->at;

	return bound(scan) - scan->at >= END_OF_CONTENTS_SIZE && octets[0] == 0 && octets[1] == 0;
}

/* Closes every encoding that ends here. */
static enum err close_finished(struct scan *scan)
{
	enum err error = ERR_OK;

	while (error == ERR_OK && scan->depth > 0) {
		const struct frame *frame = innermost(scan);

		if (frame->indefinite && at_end_of_contents(scan)) {
			error = add_edit(scan, &(struct edit){.at = scan->at, .skip = END_OF_CONTENTS_SIZE});
			scan->at += END_OF_CONTENTS_SIZE;
		} else if (frame->indefinite || scan->at != frame->end) {
			break;
		}
		close_frame(scan);
	}
	return error;
}

static enum err walk(struct scan *scan)
{
	enum err error;

	do {
		error = read_element(scan);
		if (error == ERR_OK)
			error = close_finished(scan);
	} while (error == ERR_OK && scan->depth > 0);
	if (error == ERR_OK && scan->at != scan->input->size)
		error = ERR_SYNTAX;
	return error;
}

/* Appends SIZE bytes to OUT, which has room for them. */
static void put(gnutls_datum_t *out, const void *data, size_t size)
{
	if (size > 0)
		memcpy(out->data + out->size, data, size);
	out->size += (unsigned)size;
}

static void put_header(gnutls_datum_t *out, const struct edit *edit)
{
	uint8_t octets[LENGTH_OF_HEADER_MAX] = {edit->tag};
	int size = ASN1_MAX_LENGTH_SIZE;

	asn1_length_der((unsigned long)edit->length, octets + 1, &size);
	put(out, octets, 1 + (size_t)size);
}

static enum err apply(const struct scan *scan, gnutls_datum_t *der)
{
	size_t at = 0;

	der->data = gnutls_malloc(scan->output + 1);
	if (der->data == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < scan->edit_count; i++) {
		const struct edit *edit = &scan->edits[i];

		put(der, scan->input->data + at, edit->at - at);
		if (edit->tag != 0)
			put_header(der, edit);
		at = edit->at + edit->skip;
	}
	put(der, scan->input->data + at, scan->input->size - at);
	return ERR_OK;
}

enum err ber_to_der(const gnutls_datum_t *ber, gnutls_datum_t *der)
{
	CLEANUP(edits_free) struct scan scan = {.input = ber};
	enum err error;

	*der = (gnutls_datum_t){NULL, 0};
	if (ber->size == 0)
		return ERR_SYNTAX;
	if (ber->size > INT_MAX)
		return ERR_LIMIT;
	error = walk(&scan);
	return error == ERR_OK ? apply(&scan, der) : error;
}
