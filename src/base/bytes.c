/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/bytes.h"

#include <limits.h>
#include <string.h>

gnutls_datum_t bytes_view(const void *data, size_t size)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)data, (unsigned int)size};
}

gnutls_datum_t bytes_view_text(const char *text)
{
	return bytes_view(text, text == NULL ? 0 : strlen(text));
}

void bytes_free(gnutls_datum_t *bytes)
{
	gnutls_free(bytes->data);
	bytes->data = NULL;
	bytes->size = 0;
}

void bytes_wipe(gnutls_datum_t *bytes)
{
	if (bytes->data != NULL)
		gnutls_memset(bytes->data, 0, bytes->size);
	bytes_free(bytes);
}

bool bytes_copy(const gnutls_datum_t *source, gnutls_datum_t *copy)
{
	*copy = (gnutls_datum_t){NULL, 0};
	/* One byte more, so that an empty string still has an address and text made of it can be ended with
	 * NUL. */
	copy->data = gnutls_malloc((size_t)source->size + 1);
	if (copy->data == NULL)
		return false;
	if (source->size > 0)
		memcpy(copy->data, source->data, source->size);
	copy->data[source->size] = 0;
	copy->size = source->size;
	return true;
}

bool bytes_equal(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* Grows by doubling; wipes what it leaves behind, since a buffer may hold a secret. */
static bool reserve(struct buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity == 0 ? 256 : buffer->capacity;
	unsigned char *data;

	if (buffer->failed || more > UINT_MAX - 1 - buffer->size) {
		buffer->failed = true;
		return false;
	}
	if (buffer->size + more <= buffer->capacity)
		return true;
	while (capacity < buffer->size + more)
		capacity *= 2;
	data = gnutls_malloc(capacity + 1);
	if (data == NULL) {
		buffer->failed = true;
		return false;
	}
	if (buffer->size > 0) {
		memcpy(data, buffer->data, buffer->size);
		gnutls_memset(buffer->data, 0, buffer->size);
	}
	gnutls_free(buffer->data);
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

void buffer_append(struct buffer *buffer, const void *data, size_t size)
{
	if (size == 0 || !reserve(buffer, size))
		return;
	memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, text, strlen(text));
}

void buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
	buffer_append(buffer, &byte, 1);
}

bool buffer_take(struct buffer *buffer, gnutls_datum_t *out)
{
	*out = (gnutls_datum_t){NULL, 0};
	if (!buffer->failed && reserve(buffer, 1)) {
		buffer->data[buffer->size] = 0;
		*out = bytes_view(buffer->data, buffer->size);
		*buffer = (struct buffer){0};
		return true;
	}
	buffer_wipe(buffer); /* what was appended may be secret */
	return false;
}

void buffer_free(struct buffer *buffer)
{
	gnutls_free(buffer->data);
	*buffer = (struct buffer){0};
}

void buffer_wipe(struct buffer *buffer)
{
	if (buffer->data != NULL)
		gnutls_memset(buffer->data, 0, buffer->capacity);
	buffer_free(buffer);
}
