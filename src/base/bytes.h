/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Byte strings. gnutls_datum_t is the byte string everywhere; memory is from gnutls_malloc, so that data
 * GnuTLS returned and data made here are freed alike. {NULL, 0} is the empty byte string and may always be
 * freed.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A byte string over a string literal, without its final NUL. Not to be freed. */
#define BYTES_LITERAL(text) ((gnutls_datum_t){(unsigned char *)(uintptr_t)("" text), sizeof(text) - 1})

/* A byte string over SIZE bytes at DATA, which must outlive it. Not to be freed. SIZE must fit an unsigned
 * int. */
gnutls_datum_t bytes_view(const void *data, size_t size);

/* A byte string over the C string TEXT, which must outlive it; NULL gives the empty one. Not to be freed. */
gnutls_datum_t bytes_view_text(const char *text);

/* Frees what BYTES holds and empties it. Fit for CLEANUP. */
void bytes_free(gnutls_datum_t *bytes);

/* Overwrites what BYTES holds, then frees it: for keys, passwords, challenges and decrypted requests. Fit for
 * CLEANUP. */
void bytes_wipe(gnutls_datum_t *bytes);

/* Copies SOURCE into the empty *COPY; the caller frees it. False when memory is out (then *COPY is empty). */
bool bytes_copy(const gnutls_datum_t *source, gnutls_datum_t *copy);

/* True when A and B have the same length and content. Not for secrets. */
bool bytes_equal(const gnutls_datum_t *a, const gnutls_datum_t *b);

/*
 * A growing byte string with a sticky error: append as often as you like, ask once.
 * Initialise with {0}; end with buffer_take (hands the bytes over) or buffer_free.
 */
struct buffer {
	unsigned char *data;
	size_t size;
	size_t capacity;
	bool failed; /* memory ran out, or the total would not fit an unsigned int */
};

void buffer_append(struct buffer *buffer, const void *data, size_t size);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_byte(struct buffer *buffer, uint8_t byte);

/* Moves the content to *OUT, which the caller frees. False (content wiped, *OUT empty) when an append failed.
 */
bool buffer_take(struct buffer *buffer, gnutls_datum_t *out);

/* Frees without handing over. Fit for CLEANUP. */
void buffer_free(struct buffer *buffer);

/* The same, overwriting first. */
void buffer_wipe(struct buffer *buffer);

#endif
