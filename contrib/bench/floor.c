/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

#include <gnutls/crypto.h>
#include <pthread.h>
#include <time.h>

#define CONTENT_KEY    16 /* AES-128 */
#define PROCESSORS_MAX 64

/* One processor's share. */
struct worker {
	const struct bench_server_keys *keys;
	size_t count;
	struct bench_floor spent; /* milliseconds in all */
	bool failed;
};

/* A key, and what is done with it. */
struct subject {
	gnutls_x509_privkey_t key;
	gnutls_privkey_t handle;
	gnutls_sign_algorithm_t algorithm;
};

static bool open_subject(const struct cli_key_type *type, struct subject *subject)
{
	subject->algorithm = gnutls_pk_to_sign(type->algorithm, GNUTLS_DIG_SHA256);
	return cli_key_generate(type, &subject->key, &subject->handle);
}

static void close_subject(struct subject *subject)
{
	privkey_free(&subject->handle);
	x509_privkey_free(&subject->key);
}

/* CPU milliseconds of this thread. */
static double thread_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool encrypt(const struct subject *ra, gnutls_datum_t *encrypted)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	unsigned char content_key[CONTENT_KEY];

	return gnutls_rnd(GNUTLS_RND_KEY, content_key, sizeof(content_key)) >= 0 &&
	       gnutls_pubkey_init(&public_key) >= 0 &&
	       gnutls_pubkey_import_privkey(public_key, ra->handle, 0, 0) >= 0 &&
	       gnutls_pubkey_encrypt_data(public_key, 0, &(gnutls_datum_t){content_key, sizeof(content_key)},
					  encrypted) >= 0;
}

static bool decrypt(const struct subject *ra, const gnutls_datum_t *encrypted)
{
	unsigned char content_key[CONTENT_KEY];

	return gnutls_privkey_decrypt_data2(ra->handle, 0, encrypted, content_key, sizeof(content_key)) >= 0;
}

static bool sign(const struct subject *signer)
{
	static unsigned char digest[32];
	CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};

	return gnutls_privkey_sign_hash2(signer->handle, signer->algorithm, 0,
					 &(gnutls_datum_t){digest, sizeof(digest)}, &signature) >= 0;
}

/* In turn, as an enrolment does them, so that no key has the caches to itself. */
static bool work(struct worker *worker, const struct subject *ra, const struct subject *issuer)
{
	CLEANUP(bytes_free) gnutls_datum_t encrypted = {NULL, 0};
	bool good = encrypt(ra, &encrypted);

	for (size_t i = 0; good && i < worker->count; i++) {
		double before = thread_ms(), decrypted, issued;

		good = decrypt(ra, &encrypted);
		decrypted = thread_ms();
		good = good && sign(issuer);
		issued = thread_ms();
		good = good && sign(ra);
		worker->spent.ra_decrypt += decrypted - before;
		worker->spent.issuer_sign += issued - decrypted;
		worker->spent.ra_sign += thread_ms() - issued;
	}
	return good;
}

static void *run(void *context)
{
	struct worker *worker = context;
	struct subject ra = {.key = NULL}, issuer = {.key = NULL};

	worker->failed = !open_subject(&worker->keys->ra, &ra) ||
			 !open_subject(&worker->keys->issuer, &issuer) || !work(worker, &ra, &issuer);
	close_subject(&ra);
	close_subject(&issuer);
	return NULL;
}

static size_t processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > PROCESSORS_MAX ? PROCESSORS_MAX : (size_t)count;
}

/* Runs COUNT workers, and waits for those that could be started. */
static bool run_all(struct worker *workers, size_t count)
{
	pthread_t threads[PROCESSORS_MAX];
	size_t started = 0;
	bool good = true;

	while (started < count && pthread_create(&threads[started], NULL, run, &workers[started]) == 0)
		started++;
	for (size_t i = 0; i < started; i++) {
		(void)pthread_join(threads[i], NULL);
		good = good && !workers[i].failed;
	}
	return good && started == count;
}

bool bench_floor_measure(const struct bench_server_keys *keys, size_t count, struct bench_floor *floor)
{
	struct worker workers[PROCESSORS_MAX];
	size_t threads = processors();
	double done;

	*floor = (struct bench_floor){0, 0, 0};
	count = (count + threads - 1) / threads;
	done = (double)(count * threads);
	for (size_t i = 0; i < threads; i++)
		workers[i] = (struct worker){.keys = keys, .count = count};
	if (!run_all(workers, threads)) {
		cli_error("cannot measure private-key operations");
		return false;
	}
	for (size_t i = 0; i < threads; i++) {
		floor->ra_decrypt += workers[i].spent.ra_decrypt / done;
		floor->issuer_sign += workers[i].spent.issuer_sign / done;
		floor->ra_sign += workers[i].spent.ra_sign / done;
	}
	return true;
}

double bench_floor_sum(const struct bench_floor *floor)
{
	return floor->ra_decrypt + floor->issuer_sign + floor->ra_sign;
}
