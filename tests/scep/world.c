/* SPDX-License-Identifier: BSD-2-Clause */
#include "scep/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "lib/files.h"
#include "lib/mariadb.h"
#include "pkimessage/pkimessage.h"

static char *write_file(const char *name, const gnutls_datum_t *content)
{
	char *path = NULL;
	FILE *file;

	cr_assert(asprintf(&path, "%s/%s", test_directory(), name) > 0);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(content->data, 1, content->size, file), content->size);
	cr_assert_eq(fclose(file), 0);
	cr_assert_eq(chmod(path, 0600), 0);
	return path;
}

static char *write_certificate(const char *name, const struct fixture *fixture)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_export2(fixture->certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
	return write_file(name, &pem);
}

static char *write_key(const char *name, const struct fixture *fixture)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_privkey_export_x509(fixture->key, &key), 0);
	cr_assert_eq(
		gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem),
		0);
	return write_file(name, &pem);
}

static void init_profile(struct config_scep_profile *profile, const char *name)
{
	*profile = (struct config_scep_profile){
		.name = strdup(name),
		.issuer_id = strdup("iss-local"),
		.challenge_password = strdup(WORLD_CHALLENGE),
		.ra_cert_path = write_certificate("ra.pem", fixture_ra()),
		.ra_key_path = write_key("ra.key", fixture_ra()),
		.legacy = PKIMESSAGE_LEGACY_SHA1 | PKIMESSAGE_LEGACY_3DES,
		.ca_chain = CONFIG_CHAIN_ROOT,
		.ra_overlap = 30 * 86400,
	};
}

void world_init(struct world *world)
{
	*world = (struct world){0};
	clock_fix(FIXTURE_NOW);
	world->issuer = (struct config_issuer){
		.id = strdup("iss-local"),
		.ca_cert_path = write_certificate("ca.pem", fixture_ca()),
		.ca_key_path = write_key("ca.key", fixture_ca()),
		.validity_days = 90,
		.backdate = 600,
	};
	init_profile(&world->profiles[0], "corp");
	init_profile(&world->profiles[1], "printers");
	world->profiles[1].allow_http = true;
	world->profiles[1].legacy |= PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_DES;
	world->config = (struct config){
		.scep_enabled = true,
		.scep_profiles = world->profiles,
		.scep_profile_count = 2,
		.issuers = &world->issuer,
		.issuer_count = 1,
	};
}

static void set_path(char **path, char *fresh)
{
	free(*path);
	*path = fresh;
}

static void set_list(struct config_list *list, char *item)
{
	if (list->count > 0)
		free(list->items[0]);
	free(list->items);
	*list = (struct config_list){0};
	if (item == NULL)
		return;
	list->items = calloc(1, sizeof *list->items);
	list->items[list->count++] = item;
}

void world_set_ra(struct world *world, const struct fixture *current, const struct fixture *old)
{
	for (size_t i = 0; i < sizeof world->profiles / sizeof *world->profiles; i++) {
		struct config_scep_profile *profile = &world->profiles[i];

		set_path(&profile->ra_cert_path, write_certificate("ra.pem", current));
		set_path(&profile->ra_key_path, write_key("ra.key", current));
		set_list(&profile->ra_old_cert_paths,
			 old == NULL ? NULL : write_certificate("old-ra.pem", old));
		set_list(&profile->ra_old_key_paths, old == NULL ? NULL : write_key("old-ra.key", old));
	}
}

void world_set_next_ca(struct world *world, const struct fixture *next)
{
	set_path(&world->issuer.next_cert_path,
		 next == NULL ? strdup("/nonexistent/next-ca.pem") : write_certificate("next-ca.pem", next));
}

void world_set_client_ca(struct world *world, size_t index, const struct fixture *ca)
{
	struct config_scep_profile *profile = &world->profiles[index];
	char name[32];

	(void)snprintf(name, sizeof name, "client-ca-%zu.pem", index);
	profile->mtls_enabled = true;
	set_path(&profile->mtls_bundle_path, write_certificate(name, ca));
}

static void preflight_seen(void *context, const struct scep_preflight *seen)
{
	(void)context;
	cr_assert_eq(seen->error, ERR_OK, "%s: %s: %s", seen->profile, seen->check, seen->reason);
}

void world_start(struct world *world)
{
	char reason[256];

	world->url = strdup(test_database());
	cr_assert_eq(store_address_parse(world->url, &world->address, reason), ERR_OK, "%s", reason);
	cr_assert_eq(store_open(&world->address, &world->store), ERR_OK);
	cr_assert_eq(scep_service_load(&world->config, world->kind, preflight_seen, NULL, &world->service),
		     ERR_OK);
}

static void free_profile(struct config_scep_profile *profile)
{
	free(profile->name);
	free(profile->issuer_id);
	free(profile->profile_id);
	free(profile->challenge_password);
	free(profile->ra_cert_path);
	free(profile->ra_key_path);
	free(profile->mtls_bundle_path);
	set_list(&profile->ra_old_cert_paths, NULL);
	set_list(&profile->ra_old_key_paths, NULL);
}

void world_stop(struct world *world)
{
	scep_service_free(&world->service);
	store_close(&world->store);
	store_address_free(&world->address);
	free(world->url);
	free(world->issuer.id);
	free(world->issuer.ca_cert_path);
	free(world->issuer.ca_key_path);
	free(world->issuer.next_cert_path);
	free_profile(&world->profiles[0]);
	free_profile(&world->profiles[1]);
}

long world_count(struct world *world, const char *sql)
{
	return atol(test_sql(world->url, "%s", sql));
}

char *world_last(struct world *world, const char *column)
{
	return strdup(test_sql(world->url, "SELECT %s FROM audit_events ORDER BY id DESC LIMIT 1", column));
}

char *world_last_reason(struct world *world)
{
	return world_last(world, "reason");
}

void world_reload(struct world *world)
{
	scep_service_free(&world->service);
	cr_assert_eq(scep_service_load(&world->config, world->kind, preflight_seen, NULL, &world->service),
		     ERR_OK);
}

gnutls_datum_t world_reference(gnutls_x509_crt_t issuer, const gnutls_datum_t *serial,
			       gnutls_x509_crt_t subject)
{
	CLEANUP(bytes_free) gnutls_datum_t issuer_name = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t subject_name = {NULL, 0};
	struct pkimessage_reference reference = {.der = {NULL, 0}};
	gnutls_datum_t built;

	cr_assert_eq(gnutls_x509_crt_get_raw_dn(issuer, &issuer_name), 0);
	reference.issuer = issuer_name;
	if (serial != NULL)
		reference.serial = *serial;
	if (subject != NULL)
		cr_assert_eq(gnutls_x509_crt_get_raw_dn(subject, &subject_name), 0);
	reference.subject = subject_name;
	cr_assert_eq(pkimessage_reference_build(&reference, &built), PKIMESSAGE_OK);
	return built;
}

static const struct fixture *signer_of(const struct ask *ask)
{
	return ask->signer == NULL ? fixture_client() : ask->signer;
}

gnutls_datum_t ask_message(const struct ask *ask)
{
	const struct fixture *signer = signer_of(ask);
	const struct fixture *recipient = ask->recipient == NULL ? fixture_ra() : ask->recipient;
	const char *challenge = ask->challenge == NULL ? WORLD_CHALLENGE : ask->challenge;
	struct pkimessage_attributes attributes = PKIMESSAGE_ATTRIBUTES_INIT;
	const struct pkimessage_signing signing = {
		.signer = {signer->certificate, signer->key},
		.digest = ask->digest == 0 ? GNUTLS_DIG_SHA256 : ask->digest,
		.enclosed = &signer->certificate,
		.enclosed_count = 1,
	};
	CLEANUP(bytes_free) gnutls_datum_t csr = {NULL, 0};
	struct pkimessage_encryption encryption = {
		.cipher = ask->cipher == 0 ? GNUTLS_CIPHER_AES_128_CBC : ask->cipher,
		.transport = ask->transport,
	};
	CLEANUP(bytes_free) gnutls_datum_t envelope = {NULL, 0};
	gnutls_datum_t message;

	attributes.message_type = ask->type == 0            ? PKIMESSAGE_PKCS_REQ
				  : ask->type == ASK_TYPE_0 ? 0
							    : ask->type;
	attributes.transaction_id =
		bytes_view_text(ask->transaction_id == NULL ? "transaction-1" : ask->transaction_id);
	if (ask->csr != NULL)
		cr_assert(bytes_copy(ask->csr, &csr));
	else
		csr = fixture_csr(ask->key == FIXTURE_RSA_CA ? FIXTURE_RSA_CLIENT : ask->key,
				  ask->subject == NULL ? "CN=device" : ask->subject,
				  challenge[0] == '\0' ? NULL : challenge, ask->dns);
	cr_assert_eq(pkimessage_build_envelope(&csr, &recipient->certificate, 1, &encryption, &envelope),
		     PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_build(&attributes, ask->content == NULL ? &envelope : ask->content, &signing,
				      &message),
		     PKIMESSAGE_OK);
	return message;
}

/* What C is written as in SPELLING; NULL: as itself. */
static const char *spelt(const struct spelling *spelling, char c)
{
	switch (c) {
	case '+': return spelling->plus;
	case '/': return spelling->slash;
	case '=': return spelling->equals;
	default: return NULL;
	}
}

static char *get_query(const gnutls_datum_t *message, const struct spelling *spelling)
{
	static const struct spelling certmonger = {"%2B", "/", "%3D", ""};
	CLEANUP(text_free) char *base64 = text_base64_encode(message);
	struct buffer query = {0};
	gnutls_datum_t out;

	if (spelling == NULL)
		spelling = &certmonger;
	buffer_append_text(&query, "operation=PKIOperation&message=");
	for (size_t i = 0; base64[i] != '\0'; i++) {
		const char *text = spelt(spelling, base64[i]);

		if (text != NULL)
			buffer_append_text(&query, text);
		else
			buffer_append_byte(&query, (uint8_t)base64[i]);
		if (i % 64 == 63)
			buffer_append_text(&query, spelling->line_end);
	}
	cr_assert(buffer_take(&query, &out));
	return (char *)out.data;
}

/* Decrypts with the signer's key where it can, else with the challenge. */
static int decrypt_reply(const struct pkimessage_envelope *envelope, const struct ask *ask,
			 gnutls_datum_t *inside)
{
	const struct fixture *signer = signer_of(ask);
	const struct pkimessage_identity identity = {signer->certificate, signer->key};
	const gnutls_datum_t challenge =
		bytes_view_text(ask->challenge == NULL ? WORLD_CHALLENGE : ask->challenge);

	if (pkimessage_can_receive(signer->certificate))
		return pkimessage_envelope_decrypt(envelope, &identity, 1, ~0u, inside);
	return pkimessage_envelope_decrypt_password(envelope, &challenge, ~0u, inside);
}

/* Opens a successful CertRep: what it encloses. */
static void open_reply(struct answer *answer, const struct ask *ask, const struct pkimessage *reply)
{
	struct pkimessage_envelope *envelope = NULL;
	struct pkimessage_certs *certs = NULL;
	CLEANUP(bytes_free) gnutls_datum_t inside = {NULL, 0};

	cr_assert_eq(pkimessage_envelope_parse(pkimessage_content(reply), &envelope), PKIMESSAGE_OK);
	cr_assert_eq(decrypt_reply(envelope, ask, &inside), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_certs_parse(&inside, &certs), PKIMESSAGE_OK);
	cr_assert_eq(gnutls_x509_crt_init(&answer->certificate), 0);
	cr_assert_eq(gnutls_x509_crt_import(answer->certificate, pkimessage_certs_get(certs, 0),
					    GNUTLS_X509_FMT_DER),
		     0);
	answer->certificate_count = pkimessage_certs_count(certs);
	answer->transport = pkimessage_envelope_transport(envelope);
	answer->cipher = pkimessage_envelope_cipher(envelope);
	pkimessage_certs_free(certs);
	pkimessage_envelope_free(envelope);
}

/* Reads BODY as the CertRep that answers MESSAGE, and holds it to what RFC 8894 section 3.3.2 demands. */
static void read_reply(struct answer *answer, const struct ask *ask, const gnutls_datum_t *message)
{
	struct pkimessage *request = NULL;
	struct pkimessage *reply = NULL;

	cr_assert_eq(pkimessage_parse(message, &request), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_parse(&answer->body, &reply), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_verify(reply, ~0u), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_message_type(reply), PKIMESSAGE_CERT_REP);
	cr_assert(bytes_equal(pkimessage_transaction_id(request), pkimessage_transaction_id(reply)));
	cr_assert(bytes_equal(pkimessage_sender_nonce(request), pkimessage_recipient_nonce(reply)));
	cr_assert_eq(pkimessage_sender_nonce(reply)->size, 16);
	answer->status = pkimessage_pki_status(reply);
	answer->fail_info = pkimessage_fail_info(reply);
	if (answer->status == PKIMESSAGE_SUCCESS)
		open_reply(answer, ask, reply);
	else if (answer->status == PKIMESSAGE_FAILURE)
		cr_assert_gt(pkimessage_fail_info_text(reply)->size, 0, "a refusal says why (field.md W48)");
	pkimessage_free(reply);
	pkimessage_free(request);
}

static struct answer handle(struct world *world, const struct request *request)
{
	struct response response = {0};

	scep_handle(world->service, world->store, request, &response);
	return (struct answer){
		.http_status = response.status == 0 ? 200 : response.status,
		.content_type = response.content_type,
		.retry_after = response.retry_after,
		.status = PKIMESSAGE_STATUS_ABSENT,
		.fail_info = PKIMESSAGE_FAIL_ABSENT,
		.body = response.body,
	};
}

/* What a client sends beside the message, which a GET has in its query. */
static const char *content_type_of(const struct ask *ask)
{
	if (ask->content_type != NULL)
		return ask->content_type;
	return ask->get ? "" : "application/x-pki-message";
}

/* What the web server tells of the TLS connection; views into ASK's fixtures. */
static struct client_certificate told(const struct ask *ask)
{
	struct client_certificate certificate = {.outcome = ask->outcome};

	if (ask->client == NULL || ask->outcome != CLIENT_ABSENT)
		return certificate;
	certificate.outcome = CLIENT_GIVEN;
	certificate.leaf = ask->client->der;
	if (ask->via != NULL)
		certificate.chain[certificate.chain_count++] = ask->via->der;
	return certificate;
}

struct answer world_post(struct world *world, const struct ask *ask, const gnutls_datum_t *body)
{
	char *query = ask->get ? get_query(body, ask->spelling) : NULL;
	const struct request request = {
		.id = "00000000-0000-4000-8000-000000000000",
		.method = ask->get ? METHOD_GET : METHOD_POST,
		.path = ask->path == NULL ? "/scep/corp" : ask->path,
		.query = ask->get ? query : "operation=PKIOperation",
		.body = ask->get ? (gnutls_datum_t){NULL, 0} : *body,
		.content_type = content_type_of(ask),
		.client_address = "192.0.2.7",
		.https = !ask->http,
		.certificate = told(ask),
	};
	struct answer answer = handle(world, &request);

	gnutls_free(query);
	return answer;
}

struct answer world_send(struct world *world, const struct ask *ask, const gnutls_datum_t *message)
{
	struct answer answer = world_post(world, ask, message);

	if (answer.content_type != NULL && strcmp(answer.content_type, "application/x-pki-message") == 0)
		read_reply(&answer, ask, message);
	return answer;
}

struct answer world_ask(struct world *world, const struct ask *ask)
{
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(ask);

	return world_send(world, ask, &message);
}

static struct answer operate(struct world *world, enum request_method method, const char *path,
			     const char *query, const struct ask *ask)
{
	const struct request request = {
		.id = "00000000-0000-4000-8000-000000000000",
		.method = method,
		.path = path,
		.query = query,
		.content_type = "",
		.client_address = "192.0.2.7",
		.https = true,
		.certificate = told(ask),
	};

	return handle(world, &request);
}

struct answer world_operation(struct world *world, enum request_method method, const char *path,
			      const char *query)
{
	return operate(world, method, path, query, &(struct ask){0});
}

struct answer world_get(struct world *world, const struct ask *ask, const char *query)
{
	return operate(world, METHOD_GET, ask->path, query, ask);
}

void answer_free(struct answer *answer)
{
	bytes_free(&answer->body);
	x509_crt_free(&answer->certificate);
}

long world_certificates(struct world *world)
{
	return world_count(world, "SELECT COUNT(*) FROM certificates");
}

long world_audit_rows(struct world *world)
{
	return world_count(world, "SELECT COUNT(*) FROM audit_events");
}

void world_expect_refused(struct world *world, const struct ask *ask, int fail_info, const char *reason,
			  const char *why)
{
	long certificates = world_certificates(world);
	long rows = world_audit_rows(world);
	struct answer answer = world_ask(world, ask);
	CLEANUP(text_free) char *recorded = world_last_reason(world);

	cr_expect_eq(answer.http_status, 200, "%s", why);
	cr_expect_eq(answer.status, PKIMESSAGE_FAILURE, "%s", why);
	cr_expect_eq(answer.fail_info, fail_info, "%s: failInfo %d", why, answer.fail_info);
	cr_expect_str_eq(recorded, reason, "%s", why);
	cr_expect_eq(world_certificates(world), certificates, "%s", why);
	cr_expect_eq(world_audit_rows(world), rows + 1, "%s", why);
	answer_free(&answer);
}
