/* SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include "base/limits.h"
#include "config/file.h"

static void parse(const char *text, struct config_entries *entries, struct loaded *loaded)
{
	gnutls_datum_t bytes = bytes_view_text(text);

	*entries = (struct config_entries){.file = strdup("a.env")};
	*loaded = (struct loaded){.error = ERR_OK};
	cr_assert_eq(config_file_parse(&bytes, entries, &loaded->problems), ERR_OK);
}

Test(file, problems_name_file_and_line)
{
	struct config_entries entries;
	struct loaded loaded;

	parse("# one\nA=1\nnonsense\nA=2\nB=\"\n", &entries, &loaded);
	cr_assert_eq(loaded.problems.count, 3, "%s", all_problems(&loaded));
	cr_expect_not_null(problem_with(&loaded, "a.env:3: not a comment"));
	cr_expect_not_null(problem_with(&loaded, "a.env:4: A is set a second time; line 2 has it already"));
	cr_expect_not_null(problem_with(&loaded, "a.env:5: a double quote"));
	for (size_t i = 0; i < loaded.problems.count; i++)
		cr_expect(loaded.problems.items[i].fatal);
	cr_expect_eq(entries.count, 1);
	config_entries_free(&entries);
	unload(&loaded);
}

Test(file, a_file_of_something_else_is_not_read_to_its_end)
{
	char text[2 * 200 + 1];
	struct config_entries entries;
	struct loaded loaded;

	for (size_t i = 0; i < 200; i++)
		memcpy(text + 2 * i, "!\n", 3);
	parse(text, &entries, &loaded);
	cr_expect_lt(loaded.problems.count, 100);
	cr_expect_not_null(problem_with(&loaded, "not read beyond"));
	config_entries_free(&entries);
	unload(&loaded);
}

Test(file, settings_are_counted)
{
	static char text[12 * (LIMIT_CONFIG_ENTRIES + 1)];
	struct config_entries entries;
	struct loaded loaded;
	size_t used = 0;

	for (int i = 0; i <= LIMIT_CONFIG_ENTRIES; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "A%d=\n", i);
	parse(text, &entries, &loaded);
	cr_expect_eq(entries.count, LIMIT_CONFIG_ENTRIES);
	cr_expect_not_null(problem_with(&loaded, "a.env:4097: more than 4096 settings"), "%s",
			   all_problems(&loaded));
	config_entries_free(&entries);
	unload(&loaded);
}

Test(file, crlf_and_a_last_line_without_end)
{
	struct config_entries entries;
	struct loaded loaded;

	parse("A=1\r\n\r\n# c\r\nB=2", &entries, &loaded);
	cr_expect_eq(loaded.problems.count, 0, "%s", all_problems(&loaded));
	cr_assert_eq(entries.count, 2);
	cr_expect_str_eq(entries.items[1].value, "2");
	cr_expect_eq(entries.items[1].line, 4);
	config_entries_free(&entries);
	unload(&loaded);
}

Test(file, reading_stops_at_the_limit)
{
	const char *path = write_file("big", "0123456789", 10, 0600);
	gnutls_datum_t content;
	struct stat status;

	cr_expect_eq(config_file_read(path, 9, &content, &status), ERR_LIMIT);
	cr_expect_eq(content.size, 0);
	cr_assert_eq(config_file_read(path, 10, &content, &status), ERR_OK);
	cr_expect_eq(content.size, 10);
	bytes_wipe(&content);
	cr_expect_eq(config_file_read("/nowhere/at/all", 9, &content, &status), ERR_SYSTEM);
	cr_expect_eq(config_file_read("/", 9, &content, &status), ERR_SYSTEM, "a directory");
}

static const struct {
	mode_t mode;
	gid_t group; /* of the file; ours is 5 */
	bool secret;
	int problem; /* 0 none, 1 note, 2 fatal */
	const char *why;
} modes[] = {
	{S_IFREG | 0602, 5, false, 2, "everybody may write"},
	{S_IFREG | 0644, 5, true, 2, "everybody may read secrets"},
	{S_IFREG | 0640, 6, true, 1, "a foreign group may read secrets"},
	{S_IFREG | 0644, 6, false, 0, "everybody may read what is no secret"},
	{S_IFREG | 0640, 5, true, 0, "our own group may read secrets: the usual installation"},
	{S_IFREG | 0600, 6, true, 0, "nobody but the owner"},
	{S_IFCHR | 0666, 6, true, 0, "no regular file"},
};

Test(file, who_may_read_and_write_it)
{
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct stat status = {.st_mode = modes[i].mode, .st_gid = modes[i].group};
		struct loaded loaded = {.error = ERR_OK};

		cr_assert(config_file_check_mode("/a.env", &status, modes[i].secret, 5, &loaded.problems));
		cr_expect_eq(loaded.problems.count, modes[i].problem > 0 ? 1 : 0, "%s%s", modes[i].why,
			     all_problems(&loaded));
		if (loaded.problems.count == 1) {
			cr_expect_eq(loaded.problems.items[0].fatal, modes[i].problem == 2, "%s",
				     modes[i].why);
			cr_expect_not_null(problem_with(&loaded, "/a.env: mode 06"), "%s", modes[i].why);
		}
		unload(&loaded);
	}
}
