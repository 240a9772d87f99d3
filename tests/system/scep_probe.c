/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scep_probe: makes SCEP messages that no honest client sends, and many at once; and says what replies hold.
 * On libpkimessage, for the system tests, which send the files with curl.
 *
 *	scep_probe make [options] DIR   messages DIR/0000.der ... and DIR/key.pem, used again if there
 *	    --ra FILE               certificate to encrypt to (PEM, the first in the file)
 *	    --challenge TEXT        challengePassword of the requests
 *	    --cn TEXT               common name; "-N" is added
 *	    --count N               so many requests (1)
 *	    --types                 256 messages instead, with messageType 0 to 255
 *	scep_probe swap A B OUT         A with the content of B, which is as long, below A's signature
 *	scep_probe flip IN N DIR        N copies of IN, one bit flipped in each, evenly spread
 *	scep_probe read DIR FILE...     a line for each reply: "FILE SUCCESS serial",
 *	                                "FILE FAILURE failInfo text" or "FILE NONE"
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/der.h"
#include "pkimessage/pkimessage.h"

struct plan {
	const char *ra;
	const char *challenge;
	const char *cn;
	int count;
	bool types;
};

/* Who the requests come from: one key, and its self-signed certificate. */
struct device {
	gnutls_x509_privkey_t x509_key;
	struct pkimessage_identity identity;
};

/* The program ends at the first thing that does not work: it is a test's tool, and nothing here is from
 * outside. */
static void need(bool works, const char *what)
{
	if (works)
		return;
	(void)fprintf(stderr, "scep_probe: %s\n", what);
	exit(1);
}

static void needs(int result, const char *what)
{
	if (result != 0)
		(void)fprintf(stderr, "scep_probe: %s\n",
			      result < 0 ? gnutls_strerror(result) : pkimessage_strerror(result));
	need(result == 0, what);
}

static void write_file(const char *path, const gnutls_datum_t *bytes)
{
	CLEANUP(file_close) FILE *file = fopen(path, "wb");
	need(file != NULL && fwrite(bytes->data, 1, bytes->size, file) == bytes->size, path);
}

static void write_numbered(const char *folder, int number, const gnutls_datum_t *bytes)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/%04d.der", folder, number);
	write_file(path, bytes);
}

static void read_file(const char *path, gnutls_datum_t *bytes)
{
	needs(gnutls_load_file(path, bytes), path);
}

/* --- the device --- */

static gnutls_x509_privkey_t device_key(const char *folder)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/key.pem", folder);
	gnutls_x509_privkey_t key = NULL;
	needs(gnutls_x509_privkey_init(&key), "key");
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};
	if (gnutls_load_file(path, &pem) == 0) {
		needs(gnutls_x509_privkey_import(key, &pem, GNUTLS_X509_FMT_PEM), path);
		return key;
	}
	needs(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 2048, 0), "key generation");
	needs(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), "key export");
	write_file(path, &pem);
	return key;
}

/* The same for the same key, so that replies can be opened in another run. */
static gnutls_x509_crt_t device_certificate(gnutls_x509_privkey_t key)
{
	static const unsigned char serial[] = {0x5c, 0xe9};
	gnutls_x509_crt_t crt = NULL;
	needs(gnutls_x509_crt_init(&crt), "certificate");
	needs(gnutls_x509_crt_set_version(crt, 3), "certificate version");
	needs(gnutls_x509_crt_set_serial(crt, serial, sizeof serial), "certificate serial");
	needs(gnutls_x509_crt_set_activation_time(crt, time(NULL) - 3600), "certificate dates");
	needs(gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 86400), "certificate dates");
	needs(gnutls_x509_crt_set_dn(crt, "CN=scep_probe", NULL), "certificate subject");
	needs(gnutls_x509_crt_set_key(crt, key), "certificate key");
	needs(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), "certificate signature");
	return crt;
}

static struct device device_open(const char *folder)
{
	struct device device = {.x509_key = device_key(folder)};
	device.identity.certificate = device_certificate(device.x509_key);
	needs(gnutls_privkey_init(&device.identity.key), "key");
	needs(gnutls_privkey_import_x509(device.identity.key, device.x509_key, GNUTLS_PRIVKEY_IMPORT_COPY),
	      "key");
	return device;
}

static void device_close(struct device *device)
{
	gnutls_privkey_deinit(device->identity.key);
	gnutls_x509_crt_deinit(device->identity.certificate);
	gnutls_x509_privkey_deinit(device->x509_key);
}

/* --- make --- */

static void make_csr(const struct plan *plan, const struct device *device, int number, gnutls_datum_t *der)
{
	char subject[256];
	(void)snprintf(subject, sizeof subject, "CN=%s-%04d", plan->cn, number);
	CLEANUP(x509_crq_free) gnutls_x509_crq_t csr = NULL;
	needs(gnutls_x509_crq_init(&csr), "CSR");
	needs(gnutls_x509_crq_set_version(csr, 1), "CSR version");
	needs(gnutls_x509_crq_set_dn(csr, subject, NULL), "CSR subject");
	needs(gnutls_x509_crq_set_key(csr, device->x509_key), "CSR key");
	if (plan->challenge != NULL)
		needs(gnutls_x509_crq_set_challenge_password(csr, plan->challenge), "CSR challenge");
	needs(gnutls_x509_crq_sign2(csr, device->x509_key, GNUTLS_DIG_SHA256, 0), "CSR signature");
	needs(gnutls_x509_crq_export2(csr, GNUTLS_X509_FMT_DER, der), "CSR export");
}

/* The first certificate of a PEM file. */
static gnutls_x509_crt_t load_certificate(const char *path)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};
	read_file(path, &pem);
	gnutls_x509_crt_t crt = NULL;
	needs(gnutls_x509_crt_init(&crt), "certificate");
	needs(gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM), path);
	return crt;
}

static void make_message(const struct plan *plan, const struct device *device, int number,
			 gnutls_datum_t *message)
{
	CLEANUP(bytes_wipe) gnutls_datum_t csr = {NULL, 0};
	make_csr(plan, device, number, &csr);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t ra = load_certificate(plan->ra);
	CLEANUP(bytes_free) gnutls_datum_t envelope = {NULL, 0};
	needs(pkimessage_build_envelope(&csr, &ra, 1,
					&(struct pkimessage_encryption){.cipher = GNUTLS_CIPHER_AES_128_CBC},
					&envelope),
	      "envelope");

	char id[64];
	(void)snprintf(id, sizeof id, "%.40s-%04d", plan->cn, number);
	struct pkimessage_attributes attributes = PKIMESSAGE_ATTRIBUTES_INIT;
	attributes.message_type = plan->types ? number : PKIMESSAGE_PKCS_REQ;
	attributes.transaction_id = bytes_view_text(id);
	const struct pkimessage_signing signing = {
		.signer = device->identity,
		.digest = GNUTLS_DIG_SHA256,
		.enclosed = &device->identity.certificate,
		.enclosed_count = 1,
	};
	needs(pkimessage_build(&attributes, &envelope, &signing, message), "pkiMessage");
}

static int run_make(const struct plan *plan, const char *folder)
{
	struct device device = device_open(folder);
	for (int i = 0; i < plan->count; i++) {
		CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};
		make_message(plan, &device, i, &message);
		write_numbered(folder, i, &message);
	}
	device_close(&device);
	return 0;
}

static int command_make(int argc, char **argv)
{
	static const struct option options[] = {
		{"ra", required_argument, NULL, 'r'}, {"challenge", required_argument, NULL, 'c'},
		{"cn", required_argument, NULL, 'n'}, {"count", required_argument, NULL, 'k'},
		{"types", no_argument, NULL, 't'},    {NULL, 0, NULL, 0},
	};
	struct plan plan = {.cn = "probe", .count = 1};
	for (int c = 0; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 'r': plan.ra = optarg; break;
		case 'c': plan.challenge = optarg; break;
		case 'n': plan.cn = optarg; break;
		case 'k': plan.count = atoi(optarg); break;
		case 't':
			plan.types = true;
			plan.count = 256;
			break;
		default: return 2;
		}
	}
	need(plan.ra != NULL && optind == argc - 1, "make needs --ra and a folder");
	return run_make(&plan, argv[optind]);
}

/* --- swap and flip --- */

static int command_swap(int argc, char **argv)
{
	need(argc == 4, "swap needs two messages and a name");
	CLEANUP(bytes_free) gnutls_datum_t a = {NULL, 0}, b = {NULL, 0};
	read_file(argv[1], &a);
	read_file(argv[2], &b);
	struct pkimessage *first = NULL, *second = NULL;
	needs(pkimessage_parse(&a, &first), argv[1]);
	needs(pkimessage_parse(&b, &second), argv[2]);
	const gnutls_datum_t *from = pkimessage_content(first), *to = pkimessage_content(second);
	need(from->size == to->size && !bytes_equal(from, to), "the contents must differ and be as long");
	unsigned char *place = memmem(a.data, a.size, from->data, from->size);
	need(place != NULL, "the content was not found in the message");
	memcpy(place, to->data, to->size);
	write_file(argv[3], &a);
	pkimessage_free(first);
	pkimessage_free(second);
	return 0;
}

/* Where WHAT lies in MESSAGE, as an offset. */
static size_t offset_of(const gnutls_datum_t *message, const gnutls_datum_t *what)
{
	const unsigned char *place = memmem(message->data, message->size, what->data, what->size);
	need(place != NULL, "a part was not found in the message");
	return (size_t)(place - message->data);
}

/* Where the signed attributes begin in MESSAGE, whose certificates end at AFTER: behind version, sid and
 * digest of the SignerInfo, which no signature covers. */
static size_t attributes_offset(const gnutls_datum_t *message, size_t after)
{
	const gnutls_datum_t rest = bytes_view(message->data + after, message->size - after);
	struct der der = der_open(&rest);
	struct der signers = der_enter(&der, DER_SET);
	struct der signer = der_enter(&signers, DER_SEQUENCE);
	(void)der_small_integer(&signer);
	(void)der_any(&signer);
	(void)der_any(&signer);
	need(der_next_is(&signer, DER_CONTEXT_CONSTRUCTED(0)), "no signed attributes");
	return (size_t)(signer.at - message->data);
}

/* Flips bits in turn over what the signature binds, the content and from the signed attributes on; or over
 * the enclosed certificate, of which only the key matters. */
static int command_flip(int argc, char **argv)
{
	need(argc == 5, "flip needs signed or certificate, a message, a number and a folder");
	const bool inside = strcmp(argv[1], "certificate") == 0;
	CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};
	read_file(argv[2], &message);
	struct pkimessage *parsed = NULL;
	needs(pkimessage_parse(&message, &parsed), argv[2]);
	const gnutls_datum_t *certificate = pkimessage_certificate(parsed, 0);
	const size_t hole = offset_of(&message, certificate),
		     after = attributes_offset(&message, hole + certificate->size);
	const size_t from = inside ? hole : offset_of(&message, pkimessage_content(parsed));
	const size_t bytes = inside ? certificate->size : message.size - from - (after - hole);
	const size_t count = strtoul(argv[3], NULL, 10);
	for (size_t i = 0; i < count; i++) {
		size_t byte = from + bytes * i / count;
		if (!inside && byte >= hole)
			byte += after - hole;
		message.data[byte] ^= (unsigned char)(1U << i % 8);
		write_numbered(argv[4], (int)i, &message);
		message.data[byte] ^= (unsigned char)(1U << i % 8);
	}
	pkimessage_free(parsed);
	return 0;
}

/* --- read --- */

/* Prints the serial number of the first certificate that a successful reply holds. */
static void print_serial(const struct pkimessage *reply, const struct device *device)
{
	struct pkimessage_envelope *envelope = NULL;
	struct pkimessage_certs *certs = NULL;
	CLEANUP(bytes_free) gnutls_datum_t plaintext = {NULL, 0};
	needs(pkimessage_envelope_parse(pkimessage_content(reply), &envelope), "the reply's envelope");
	needs(pkimessage_envelope_decrypt(envelope, &device->identity, 1, 0, &plaintext),
	      "the reply's decryption");
	needs(pkimessage_certs_parse(&plaintext, &certs), "the reply's certificates");
	CLEANUP(x509_crt_free) gnutls_x509_crt_t crt = NULL;
	needs(gnutls_x509_crt_init(&crt), "certificate");
	needs(gnutls_x509_crt_import(crt, pkimessage_certs_get(certs, 0), GNUTLS_X509_FMT_DER),
	      "the certificate");
	unsigned char serial[64];
	size_t size = sizeof serial;
	needs(gnutls_x509_crt_get_serial(crt, serial, &size), "its serial");
	(void)printf(" SUCCESS ");
	for (size_t i = 0; i < size; i++)
		(void)printf("%02x", serial[i]);
	pkimessage_certs_free(certs);
	pkimessage_envelope_free(envelope);
}

static void print_reply(const char *path, const struct device *device)
{
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};
	struct pkimessage *reply = NULL;
	(void)printf("%s", path);
	if (gnutls_load_file(path, &bytes) != 0 || pkimessage_parse(&bytes, &reply) != PKIMESSAGE_OK ||
	    pkimessage_verify(reply, 0) != PKIMESSAGE_OK ||
	    pkimessage_message_type(reply) != PKIMESSAGE_CERT_REP) {
		(void)printf(" NONE");
	} else if (pkimessage_pki_status(reply) == PKIMESSAGE_SUCCESS) {
		print_serial(reply, device);
	} else {
		const gnutls_datum_t *text = pkimessage_fail_info_text(reply);
		(void)printf(" %s %d %.*s",
			     pkimessage_pki_status(reply) == PKIMESSAGE_FAILURE ? "FAILURE" : "PENDING",
			     pkimessage_fail_info(reply), (int)text->size, (const char *)text->data);
	}
	(void)printf("\n");
	pkimessage_free(reply);
}

static int command_read(int argc, char **argv)
{
	need(argc >= 3, "read needs the folder with the key, and replies");
	struct device device = device_open(argv[1]);
	for (int i = 2; i < argc; i++)
		print_reply(argv[i], &device);
	device_close(&device);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} commands[] = {{"make", command_make},
			{"swap", command_swap},
			{"flip", command_flip},
			{"read", command_read}};
	for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	(void)fprintf(stderr, "usage: scep_probe make|swap|flip|read ... (see the head of scep_probe.c)\n");
	return 2;
}
