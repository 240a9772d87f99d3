/* SPDX-License-Identifier: BSD-2-Clause */
/* What the examples need beside the library: files in, files out, and an end at the first error. */
#ifndef EXAMPLES_FILES_H
#define EXAMPLES_FILES_H

#include <gnutls/abstract.h>
#include <pkimessage.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program with a line of text. */
__attribute__((format(printf, 1, 2), noreturn)) static inline void give_up(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(1);
}

/* Goes on unless ERROR is one: the library's are above zero, GnuTLS's below. */
static inline void must(int error, const char *what)
{
	if (error != 0)
		give_up("cannot %s: %s", what,
			error < 0 ? gnutls_strerror(error) : pkimessage_strerror(error));
}

/* What the file at PATH holds, or standard input (NULL). */
static inline gnutls_datum_t load(const char *path)
{
	enum { MOST = 1024 * 1024 };
	gnutls_datum_t bytes = {gnutls_malloc(MOST), 0};
	FILE *file = path == NULL ? stdin : fopen(path, "rb");

	if (file == NULL || bytes.data == NULL)
		give_up("cannot read %s", path == NULL ? "a message" : path);
	bytes.size = (unsigned)fread(bytes.data, 1, MOST, file);
	if (path != NULL)
		fclose(file);
	return bytes;
}

/* Writes BYTES to the file at PATH, or to standard output (NULL), which ends there. */
static inline void save(const char *path, const gnutls_datum_t *bytes)
{
	FILE *file = path == NULL ? stdout : fopen(path, "wb");

	if (file == NULL || fwrite(bytes->data, 1, bytes->size, file) != bytes->size || fclose(file) != 0)
		give_up("cannot write %s", path == NULL ? "the message" : path);
}

static inline gnutls_x509_crt_t load_certificate(const char *path)
{
	gnutls_datum_t pem = load(path);
	gnutls_x509_crt_t certificate;

	must(gnutls_x509_crt_init(&certificate), "make a certificate");
	must(gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM), "read the certificate");
	gnutls_free(pem.data);
	return certificate;
}

static inline gnutls_privkey_t load_key(const char *path)
{
	gnutls_datum_t pem = load(path);
	gnutls_privkey_t key;

	must(gnutls_privkey_init(&key), "make a key");
	must(gnutls_privkey_import_x509_raw(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), "read the key");
	gnutls_memset(pem.data, 0, pem.size);
	gnutls_free(pem.data);
	return key;
}

#endif
