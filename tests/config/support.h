/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of config share: a configuration loaded from strings, and its problems looked at. */
#ifndef TEST_CONFIG_SUPPORT_H
#define TEST_CONFIG_SUPPORT_H

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/config.h"
#include "lib/files.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct loaded {
	enum err error;
	struct config *config;
	struct config_problems problems;
};

/* Writes TEXT to the file NAME in the test's directory, with MODE; its path, valid until the next call. */
static inline const char *write_file(const char *name, const char *text, size_t size, mode_t mode)
{
	static char path[512];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/%s", test_directory(), name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(text, 1, size, file), size);
	cr_assert_eq(fclose(file), 0);
	cr_assert_eq(chmod(path, mode), 0);
	return path;
}

/* Loads the file with TEXT (NULL: an empty one) and ENVIRONMENT ("NAME=value" strings ended by NULL, or
 * NULL). */
static inline struct loaded load_mode(const char *text, mode_t mode, const char *const *environment)
{
	static const char *const nothing[] = {NULL};
	struct loaded loaded = {.error = ERR_OK};
	const char *path =
		write_file("certctl.env", text == NULL ? "" : text, text == NULL ? 0 : strlen(text), mode);

	loaded.error =
		config_load(path, (char *const *)(uintptr_t)(environment == NULL ? nothing : environment),
			    &loaded.config, &loaded.problems);
	return loaded;
}

static inline struct loaded load(const char *text, const char *const *environment)
{
	return load_mode(text, 0600, environment);
}

static inline void unload(struct loaded *loaded)
{
	config_free(&loaded->config);
	config_problems_free(&loaded->problems);
}

/* The first problem with WORDS in its text, or NULL. */
static inline const struct config_problem *problem_with(const struct loaded *loaded, const char *words)
{
	for (size_t i = 0; i < loaded->problems.count; i++)
		if (strstr(loaded->problems.items[i].text, words) != NULL)
			return &loaded->problems.items[i];
	return NULL;
}

/* The text of all problems, for messages of failed tests. */
static inline const char *all_problems(const struct loaded *loaded)
{
	static char text[16384];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < loaded->problems.count && used < sizeof text; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "\n    %s%s",
					 loaded->problems.items[i].fatal ? "" : "(note) ",
					 loaded->problems.items[i].text);
	return text;
}

/* Everything that a configuration with SCEP at the root must have, as lines of a file. */
#define MINIMAL                                                                                              \
	"CERTCTL_SCEP_ENABLED=true\n"                                                                        \
	"CERTCTL_DATABASE_URL=mariadb:///certctl?socket=/run/db.sock\n"                                      \
	"CERTCTL_CA_CERT_PATH=/ca.crt\n"                                                                     \
	"CERTCTL_CA_KEY_PATH=/ca.key\n"                                                                      \
	"CERTCTL_SCEP_CHALLENGE_PASSWORD=hush-hush\n"                                                        \
	"CERTCTL_SCEP_RA_CERT_PATH=/ra.crt\n"                                                                \
	"CERTCTL_SCEP_RA_KEY_PATH=/ra.key\n"

/* The same with the profiles corp and my-iot, which lacks its own settings. */
#define CORP                                                                                                 \
	"CERTCTL_SCEP_ENABLED=true\n"                                                                        \
	"CERTCTL_DATABASE_URL=mariadb:///certctl?socket=/run/db.sock\n"                                      \
	"CERTCTL_CA_CERT_PATH=/ca.crt\n"                                                                     \
	"CERTCTL_CA_KEY_PATH=/ca.key\n"                                                                      \
	"CERTCTL_SCEP_PROFILE_CORP_ISSUER_ID=iss-local\n"                                                    \
	"CERTCTL_SCEP_PROFILE_CORP_CHALLENGE_PASSWORD=hush-hush\n"                                           \
	"CERTCTL_SCEP_PROFILE_CORP_RA_CERT_PATH=/ra.crt\n"                                                   \
	"CERTCTL_SCEP_PROFILE_CORP_RA_KEY_PATH=/ra.key\n"

#endif
