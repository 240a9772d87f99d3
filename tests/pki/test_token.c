/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "lib/files.h"
#include "pki/pki_private.h"

static char reason[PKI_REASON_SIZE];

static void lock_path(char *path, size_t size)
{
	(void)snprintf(path, size, "%s/certctl-fcgi-pkcs11-%lu.lock", test_directory(),
		       (unsigned long)geteuid());
}

Test(token, a_key_that_no_token_has)
{
	gnutls_privkey_t key = NULL;

	cr_expect_neq(pki_key_load("pkcs11:token=certctl-none;object=none?pin-value=hunter2", &key, reason),
		      ERR_OK);
	cr_expect_null(key);
	cr_expect(strstr(reason, "pkcs11:token=certctl-none;object=none") != NULL, "%s", reason);
	cr_expect_null(strstr(reason, "hunter2"), "a PIN is never shown");
}

Test(token, a_certificate_that_no_token_has)
{
	struct pki_chain chain;

	cr_expect_neq(pki_chain_load("pkcs11:token=certctl-none;object=none", &chain, reason), ERR_OK);
	cr_expect_eq(chain.count, 0);
}

Test(token, the_lock_keeps_others_out_until_it_is_let_go)
{
	int first;
	int second;

	cr_assert_eq(pki_token_lock_in(test_directory(), 0, &first, reason), ERR_OK, "%s", reason);
	cr_expect_eq(pki_token_lock_in(test_directory(), 0, &second, reason), ERR_UNAVAILABLE);
	cr_expect_eq(second, -1);
	pki_token_unlock(&first);
	cr_expect_eq(pki_token_lock_in(test_directory(), 0, &second, reason), ERR_OK, "%s", reason);
	pki_token_unlock(&second);
}

Test(token, a_link_planted_at_the_lock_is_not_followed)
{
	char path[300];
	char target[300];
	int lock;

	lock_path(path, sizeof path);
	(void)snprintf(target, sizeof target, "%s/target", test_directory());
	cr_assert_eq(symlink(target, path), 0);
	cr_expect_eq(pki_token_lock_in(test_directory(), 0, &lock, reason), ERR_PERMISSION);
	cr_expect_eq(access(target, F_OK), -1, "nothing was created behind the link");
}

Test(token, a_lock_file_that_others_could_hold)
{
	char path[300];
	int lock;

	lock_path(path, sizeof path);
	cr_assert_eq(pki_token_lock_in(test_directory(), 0, &lock, reason), ERR_OK);
	pki_token_unlock(&lock);
	cr_assert_eq(chmod(path, 0644), 0);
	cr_expect_eq(pki_token_lock_in(test_directory(), 0, &lock, reason), ERR_PERMISSION);
	cr_expect(strstr(reason, path) != NULL, "%s", reason);
}

Test(token, a_lock_file_with_another_name)
{
	char path[300];
	char other[300];
	int lock;

	lock_path(path, sizeof path);
	(void)snprintf(other, sizeof other, "%s/other", test_directory());
	cr_assert_eq(pki_token_lock_in(test_directory(), 0, &lock, reason), ERR_OK);
	pki_token_unlock(&lock);
	cr_assert_eq(link(path, other), 0);
	cr_expect_eq(pki_token_lock_in(test_directory(), 0, &lock, reason), ERR_PERMISSION);
}
