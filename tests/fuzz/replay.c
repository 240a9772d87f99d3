/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stands in for libFuzzer: gives a target every file of its corpus and speaks TAP.
 *
 *	fuzz_NAME [DIRECTORY]     default: $srcdir/tests/fuzz/corpus/NAME
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "fuzz/fuzz.h"

#define PREFIX "fuzz_"

/* The corpus of the program called PATH, which libtool may have renamed to lt-NAME. */
static void default_directory(const char *path, char *directory, size_t size)
{
	const char *srcdir = getenv("srcdir");
	const char *name = strstr(strrchr(path, '/') == NULL ? path : strrchr(path, '/'), PREFIX);

	(void)snprintf(directory, size, "%s/tests/fuzz/corpus/%s", srcdir == NULL ? "." : srcdir,
		       name == NULL ? "" : name + strlen(PREFIX));
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay(int number, const char *directory, const char *name)
{
	CLEANUP(bytes_free) gnutls_datum_t input = {NULL, 0};
	char path[4096];
	int code;

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	code = gnutls_load_file(path, &input);
	if (code == 0)
		code = LLVMFuzzerTestOneInput(input.data, input.size);
	(void)printf("%sok %d - %s\n", code == 0 ? "" : "not ", number, name);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	char directory[2048];
	int count;

	default_directory(argv[0], directory, sizeof directory);
	if (argc > 1)
		(void)snprintf(directory, sizeof directory, "%s", argv[1]);
	count = scandir(directory, &entries, is_file, alphasort);
	if (count <= 0) {
		(void)printf("Bail out! nothing to replay in %s\n", directory);
		return EXIT_FAILURE;
	}
	(void)printf("1..%d\n", count + 1);
	(void)printf("%sok 1 - empty input\n", LLVMFuzzerTestOneInput(NULL, 0) == 0 ? "" : "not ");
	for (int i = 0; i < count; i++) {
		replay(i + 2, directory, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return EXIT_SUCCESS;
}
