/* SPDX-License-Identifier: BSD-2-Clause */
/* Holds the manual page and the example to the table of settings. */
#include "support.h"

#include "base/bytes.h"

#define PAGE_PATH    TEST_SOURCE_DIR "/man/certctl.env.5"
#define EXAMPLE_PATH TEST_SOURCE_DIR "/contrib/certctl.env.example"

/* The file PATH as text; freed with free(). */
static char *read_text(const char *path)
{
	gnutls_datum_t bytes = test_read(path);
	char *text = strndup((const char *)bytes.data, bytes.size);

	bytes_free(&bytes);
	cr_assert_not_null(text);
	return text;
}

/* Takes the next name of a setting at or behind *AT, up to END, to NAME of 128 bytes. */
static bool next_name(const char **at, const char *end, char *name)
{
	const char *start = strstr(*at, "CERTCTL_");
	size_t length;

	if (start == NULL || start >= end)
		return false;
	length = strspn(start, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_<>");
	cr_assert_lt(length, 128);
	(void)snprintf(name, 128, "%.*s", (int)length, start);
	*at = start + length;
	return true;
}

/* What the page says of the setting NAME: the lines behind its .It; NULL when it says nothing. */
static const char *description(const char *page, const char *name)
{
	for (const char *line = strstr(page, "\n.It Ev "); line != NULL;
	     line = strstr(line + 1, "\n.It Ev ")) {
		const char *end = strchr(line + 1, '\n');
		const char *at = line;
		char found[128];

		while (next_name(&at, end, found))
			if (strcmp(found, name) == 0)
				return end + 1;
	}
	return NULL;
}

static void expect_described(void *context, const struct config_setting_view *setting)
{
	const char *text = description(context, setting->name);
	char first[256];
	char expected[160];

	cr_assert_not_null(text, "%s is not in the manual page", setting->name);
	(void)snprintf(first, sizeof first, "%.*s", (int)strcspn(text, "\n"), text);
	cr_expect_eq(strncasecmp(first, setting->type, strlen(setting->type)), 0, "%s: %s, but: %s",
		     setting->name, setting->type, first);
	(void)snprintf(expected, sizeof expected, "default %s", setting->default_text);
	if (setting->default_text[0] != '\0')
		cr_expect_not_null(strstr(first, expected), "%s: %s, but: %s", setting->name, expected,
				   first);
}

Test(manual, has_every_setting_with_type_and_default)
{
	char *page = read_text(PAGE_PATH);

	config_settings(expect_described, page);
	free(page);
}

struct search {
	const char *name;
	bool found;
};

static void compare(void *context, const struct config_setting_view *setting)
{
	struct search *search = context;

	if (strcmp(setting->name, search->name) == 0)
		search->found = true;
}

Test(manual, names_no_setting_that_does_not_exist)
{
	char *page = read_text(PAGE_PATH);

	for (const char *ev = strstr(page, "Ev CERTCTL_"); ev != NULL; ev = strstr(ev, "Ev CERTCTL_")) {
		char name[128];
		struct search search = {.name = name};

		cr_assert(next_name(&ev, page + strlen(page), name));
		config_settings(compare, &search);
		cr_expect(search.found, "the page has %s", name);
	}
	free(page);
}

/* Writes the secrets that the examples name, and TEXT with its /etc/certctl-fcgi replaced by where they are;
 * loads it. */
static struct loaded load_example(const char *text)
{
	static const char *const secrets[] = {"challenge", "database", "corp.challenge",
					      "printers.challenge"};
	static const char place[] = "/etc/certctl-fcgi/";
	static char moved[16384];
	size_t used = 0;

	for (size_t i = 0; i < COUNT(secrets); i++)
		(void)write_file(secrets[i], "hush\n", 5, 0640);
	while (*text != '\0') {
		bool here = strncmp(text, place, strlen(place)) == 0;

		cr_assert_lt(used + 600, sizeof moved);
		used += (size_t)snprintf(moved + used, sizeof moved - used, here ? "%s/" : "%.1s",
					 here ? test_directory() : text);
		text += here ? strlen(place) : 1;
	}
	return load(moved, NULL);
}

static void expect_loads(const char *text, const char *what)
{
	struct loaded loaded = load_example(text);

	cr_expect_eq(loaded.error, ERR_OK, "%s%s", what, all_problems(&loaded));
	cr_expect_eq(loaded.problems.count, 0, "%s%s", what, all_problems(&loaded));
	unload(&loaded);
}

Test(manual, its_examples_are_accepted)
{
	char *page = read_text(PAGE_PATH);
	char *block = strstr(page, ".Sh EXAMPLES");
	unsigned count = 0;

	cr_assert_not_null(block);
	while ((block = strstr(block, "\n.Bd ")) != NULL) {
		char *start = strchr(block + 1, '\n') + 1;
		char *end = strstr(start, ".Ed");

		cr_assert_not_null(end);
		*end = '\0';
		expect_loads(start, start);
		block = end + 1;
		count++;
	}
	cr_expect_eq(count, 2);
	free(page);
}

Test(manual, the_example_file_is_accepted)
{
	char *text = read_text(EXAMPLE_PATH);
	struct loaded loaded = load_example(text);

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_assert_eq(loaded.config->scep_profile_count, 1);
	cr_assert_eq(loaded.config->scep_profiles[0].extra_caps.count, 1);
	cr_expect_str_eq(loaded.config->scep_profiles[0].extra_caps.items[0], "SHA-384");
	unload(&loaded);
	free(text);
}

Test(manual, the_example_file_is_accepted_with_its_comments_taken_away)
{
	char *text = read_text(EXAMPLE_PATH);

	for (char *line = text; (line = strstr(line, "\n#CERTCTL_")) != NULL; line++)
		line[1] = ' ';
	expect_loads(text, "the example with everything in it");
	free(text);
}
