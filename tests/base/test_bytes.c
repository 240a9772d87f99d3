/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <limits.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"

#define LITERAL(text)                                                                                        \
	{                                                                                                    \
		(unsigned char *)(uintptr_t)(text), sizeof(text) - 1                                         \
	}

static const struct {
	gnutls_datum_t a;
	gnutls_datum_t b;
	bool equal;
	const char *why;
} pairs[] = {
	{LITERAL("abc"), LITERAL("abd"), false, "the last byte"},
	{LITERAL("abc"), LITERAL("xbc"), false, "the first byte"},
	{LITERAL("abc"), LITERAL("ab"), false, "a shorter one"},
	{LITERAL("abc"), LITERAL("abc\0"), false, "a NUL more"},
	{LITERAL("a\0b"), LITERAL("a\0c"), false, "behind a NUL"},
	{LITERAL("a"), {NULL, 0}, false, "nothing"},
	{LITERAL("a\0b"), LITERAL("a\0b"), true, "the same"},
	{LITERAL(""), {NULL, 0}, true, "two kinds of nothing"},
	{{NULL, 0}, {NULL, 0}, true, "nothing twice"},
};

Test(bytes, are_compared_whole)
{
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		cr_expect_eq(bytes_equal(&pairs[i].a, &pairs[i].b), pairs[i].equal, "%s", pairs[i].why);
		cr_expect_eq(bytes_equal(&pairs[i].b, &pairs[i].a), pairs[i].equal, "%s", pairs[i].why);
	}
}

Test(bytes, views_point_at_what_they_view)
{
	const char text[] = "text";
	gnutls_datum_t view = bytes_view_text(text);
	gnutls_datum_t none = bytes_view_text(NULL);
	gnutls_datum_t literal = BYTES_LITERAL("a\0b");

	cr_expect_eq((const void *)view.data, (const void *)text);
	cr_expect_eq(view.size, 4);
	cr_expect_null(none.data);
	cr_expect_eq(none.size, 0);
	cr_expect_eq(literal.size, 3);
}

Test(bytes, copies_are_their_own)
{
	unsigned char source[] = {1, 2, 3};
	gnutls_datum_t view = bytes_view(source, sizeof source);
	gnutls_datum_t empty = {NULL, 0};
	gnutls_datum_t copy;

	cr_assert(bytes_copy(&view, &copy));
	source[0] = 9;
	cr_expect_eq(copy.size, 3);
	cr_expect_eq(copy.data[0], 1);
	cr_expect_eq(copy.data[3], 0, "a NUL behind it, for text");
	bytes_free(&copy);
	cr_assert(bytes_copy(&empty, &copy));
	cr_expect_eq(copy.size, 0);
	cr_expect_not_null(copy.data);
	bytes_wipe(&copy);
	cr_expect_null(copy.data);
}

Test(bytes, freeing_empties_and_may_be_done_again)
{
	gnutls_datum_t bytes = {NULL, 0};
	gnutls_datum_t literal = BYTES_LITERAL("abc");

	bytes_free(&bytes);
	bytes_wipe(&bytes);
	cr_assert(bytes_copy(&literal, &bytes));
	bytes_free(&bytes);
	cr_expect_null(bytes.data);
	cr_expect_eq(bytes.size, 0);
	bytes_free(&bytes);
}

/* Memory that outlives its being freed, so that a test may look into it: replaces GnuTLS's for the test's
 * process. */
static unsigned char arena[8192];
static size_t arena_used;

static void *arena_alloc(size_t size)
{
	void *memory = arena + arena_used;

	cr_assert_lt(size, sizeof arena - arena_used);
	arena_used += size;
	return memory;
}

static void arena_free(void *memory)
{
	(void)memory;
}

static bool arena_has(const char *text)
{
	return memmem(arena, sizeof arena, text, strlen(text)) != NULL;
}

static void use_arena(void)
{
	gnutls_malloc = arena_alloc;
	gnutls_free = arena_free;
}

Test(bytes, wiping_leaves_nothing_behind)
{
	gnutls_datum_t secret = BYTES_LITERAL("hush-hush");
	gnutls_datum_t copy;

	use_arena();
	cr_assert(bytes_copy(&secret, &copy));
	cr_assert(arena_has("hush-hush"));
	bytes_wipe(&copy);
	cr_expect_not(arena_has("hush"));
}

Test(buffer, growing_and_wiping_leave_nothing_behind)
{
	struct buffer buffer = {0};

	use_arena();
	buffer_append_text(&buffer, "hush-hush");
	for (int i = 0; i < 1000; i++)
		buffer_append_byte(&buffer, 'x');
	cr_assert(arena_has("hush-hush"), "in the newest place");
	buffer_wipe(&buffer);
	cr_expect_not(arena_has("hush"));
	cr_expect_null(buffer.data);
	cr_expect_eq(buffer.size + buffer.capacity, 0);
}

Test(buffer, a_failed_one_is_not_taken_and_leaves_nothing_behind)
{
	struct buffer buffer = {0};
	gnutls_datum_t out = BYTES_LITERAL("old");

	use_arena();
	buffer_append_text(&buffer, "hush-hush");
	buffer_append(&buffer, "", UINT_MAX - 5u);
	cr_expect(buffer.failed, "too long for an unsigned int");
	buffer_append_text(&buffer, "more");
	cr_expect(buffer.failed, "sticky");
	cr_expect_not(buffer_take(&buffer, &out));
	cr_expect_null(out.data);
	cr_expect_eq(out.size, 0);
	cr_expect_null(buffer.data);
	cr_expect_not(arena_has("hush"));
}

Test(buffer, holds_what_was_appended)
{
	struct buffer buffer = {0};
	CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};

	buffer_append(&buffer, NULL, 0);
	buffer_append_text(&buffer, "");
	for (unsigned i = 0; i < 5000; i++) {
		buffer_append_byte(&buffer, (uint8_t)i);
		buffer_append(&buffer, "\0x", 2);
		buffer_append_text(&buffer, "yz");
	}
	cr_assert(buffer_take(&buffer, &out));
	cr_assert_eq(out.size, 25000);
	cr_expect_null(buffer.data, "handed over");
	cr_expect_eq(out.data[out.size], 0, "a NUL behind it, for text");
	for (unsigned i = 0; i < 5000; i++) {
		cr_assert_eq(out.data[5 * i], (uint8_t)i);
		cr_assert_arr_eq(out.data + 5 * i + 1, "\0xyz", 4);
	}
}

Test(buffer, nothing_is_something)
{
	struct buffer buffer = {0};
	gnutls_datum_t out;

	cr_assert(buffer_take(&buffer, &out));
	cr_expect_not_null(out.data);
	cr_expect_eq(out.size, 0);
	bytes_free(&out);
	buffer_free(&buffer);
	buffer_wipe(&buffer);
}
