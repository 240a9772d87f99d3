/* SPDX-License-Identifier: BSD-2-Clause */
/* Files for tests. Failures end the test. */
#ifndef TEST_FILES_H
#define TEST_FILES_H

#include <gnutls/gnutls.h>
#include <sys/types.h>

/* Reads PATH, relative to the source tree's tests/vectors/ unless it begins with '/'. Freed with bytes_free.
 */
gnutls_datum_t test_read(const char *path);

/* A fresh directory, removed with everything in it when the process ends. */
const char *test_directory(void);

/* Writes CONTENT to the file NAME with MODE in test_directory. The path is good until the next call. */
const char *test_write(const char *name, const gnutls_datum_t *content, mode_t mode);

/* How often TEXT stands in the file PATH. */
unsigned test_count(const char *path, const char *text);

#endif
