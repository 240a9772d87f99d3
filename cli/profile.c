/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi profile: certificate profiles, the policy that a SCEP profile names with its PROFILE_ID. */
#include "store/profile.h"

#include <limits.h>
#include <string.h>

#include "cli/database.h"
#include "cli/profile_json.h"

static void print_row(void *context, const struct store_profile *row)
{
	(void)context;
	printf("%-24s  %-8s  %s\n", row->id, row->policy.enabled ? "enabled" : "disabled", row->name);
}

static void print_all(const struct store_profile *row)
{
	printf("id                 %s\n", row->id);
	printf("name               %s\n", row->name);
	printf("enabled            %s\n", row->policy.enabled ? "yes" : "no");
	if (row->policy.max_ttl == 0)
		printf("max-ttl            no cap of its own\n");
	else
		printf("max-ttl            %us\n", row->policy.max_ttl);
	printf("key                %s\n", row->policy.key_algorithms);
	printf("eku                %s\n", row->policy.ekus);
	printf("copy-extension     %s\n", row->policy.copied_extensions);
	printf("must-staple        %s\n", row->policy.must_staple ? "yes" : "no");
}

static int list(struct cli_call *call)
{
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	enum err error;
	int status = cli_parse(call, NULL);

	if (status != CLI_GO)
		return status;
	if (!cli_database_begin(call, &session))
		return CLI_FAILED;
	error = store_profile_list(session.database.store, print_row, NULL);
	if (error != ERR_OK)
		cli_error("%s", err_text(error));
	return error == ERR_OK ? CLI_OK : CLI_FAILED;
}

static int show(struct cli_call *call)
{
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	CLEANUP(store_profile_free) struct store_profile row = {.id = NULL};
	enum err error;
	int status = cli_parse(call, NULL);

	if (status != CLI_GO)
		return status;
	if (!cli_database_begin(call, &session))
		return CLI_FAILED;
	error = store_profile_find(session.database.store, call->argv[0], &row);
	if (error != ERR_OK) {
		cli_error("profile %s: %s", call->argv[0], err_text(error));
		return CLI_FAILED;
	}
	print_all(&row);
	return CLI_OK;
}

struct changes {
	const char *name;
	unsigned max_ttl;
	struct cli_list ekus, keys, extensions;
	bool must_staple, no_must_staple, enable, disable;
};

#define AT(field) offsetof(struct changes, field)

/* MAX_TTL of changes when the option was not given; no duration that the option takes is that long. */
#define TTL_KEPT UINT_MAX

static const struct cli_option set_options[] = {
	{"name", "TEXT", "name for people, unique [the ID]", cli_set_text, AT(name), false, NULL},
	{"max-ttl", "DURATION", "longest validity: 90d, 12h, 30m, 45s; 0 for no cap", cli_set_duration,
	 AT(max_ttl), false, NULL},
	{"eku", "LIST", "extended key usages: names or OIDs, or none", cli_set_words, AT(ekus), false, NULL},
	{"key", "LIST", "key types allowed, with the smallest size: rsa:2048,ecdsa:256,ed25519",
	 cli_set_words, AT(keys), false, NULL},
	{"must-staple", NULL, "put the TLS feature extension in (RFC 7633)", cli_set_flag, AT(must_staple),
	 false, NULL},
	{"no-must-staple", NULL, "leave it out", cli_set_flag, AT(no_must_staple), false, NULL},
	{"copy-extension", "OID", "copy this extension from requests; may be repeated; none for no extension",
	 cli_add_text, AT(extensions), false, NULL},
	{"enable", NULL, "let the profile be used", cli_set_flag, AT(enable), false, NULL},
	{"disable", NULL, "refuse every request that needs it", cli_set_flag, AT(disable), false, NULL},
	{0},
};

/* A profile that nobody has set anything of yet, as the table's own defaults are. */
static bool fresh(const char *id, struct store_profile *row)
{
	row->id = strdup(id);
	row->name = strdup(id);
	row->policy.enabled = true;
	row->policy.key_algorithms = strdup("[{\"algorithm\":\"ECDSA\",\"min_size\":256},"
					    "{\"algorithm\":\"RSA\",\"min_size\":2048}]");
	row->policy.ekus = strdup("[\"serverAuth\"]");
	row->policy.copied_extensions = strdup("[]");
	return row->id != NULL && row->name != NULL && row->policy.key_algorithms != NULL &&
	       row->policy.ekus != NULL && row->policy.copied_extensions != NULL;
}

static bool apply(const struct changes *changes, struct store_profile *row)
{
	struct store_policy *policy = &row->policy;

	if (changes->name != NULL) {
		free(row->name);
		row->name = strdup(changes->name);
	}
	if (changes->max_ttl != TTL_KEPT)
		policy->max_ttl = changes->max_ttl;
	policy->must_staple = (policy->must_staple || changes->must_staple) && !changes->no_must_staple;
	policy->enabled = (policy->enabled || changes->enable) && !changes->disable;
	return row->name != NULL &&
	       (changes->ekus.count == 0 || cli_json_ekus(&changes->ekus, &policy->ekus)) &&
	       (changes->keys.count == 0 || cli_json_keys(&changes->keys, &policy->key_algorithms)) &&
	       (changes->extensions.count == 0 ||
		cli_json_extensions(&changes->extensions, &policy->copied_extensions));
}

static int write_row(struct store *store, const char *id, const struct changes *changes)
{
	CLEANUP(store_profile_free) struct store_profile row = {.id = NULL};
	enum err error = store_profile_find(store, id, &row);
	bool is_new = error == ERR_NOT_FOUND;

	if (is_new)
		error = fresh(id, &row) ? ERR_OK : ERR_MEMORY;
	if (error == ERR_OK && !apply(changes, &row))
		return CLI_FAILED;
	if (error == ERR_OK)
		error = store_profile_put(store, &row);
	if (error == ERR_EXISTS)
		cli_error("profile %s: another profile is called '%s' already", id, row.name);
	else if (error != ERR_OK)
		cli_error("profile %s: %s", id, err_text(error));
	else
		printf("%s profile %s\n", is_new ? "made" : "changed", id);
	return error == ERR_OK ? CLI_OK : CLI_FAILED;
}

static int set(struct cli_call *call)
{
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	struct changes changes = {.max_ttl = TTL_KEPT};
	int status = cli_parse(call, &changes);

	if (status != CLI_GO)
		return status;
	if ((changes.enable && changes.disable) || (changes.must_staple && changes.no_must_staple)) {
		cli_error("profile set: an option and its opposite were given");
		return CLI_USAGE;
	}
	if (strlen(call->argv[0]) > 128 || strlen(call->argv[0]) == 0) {
		cli_error("profile set: an ID has 1 to 128 bytes");
		return CLI_USAGE;
	}
	return cli_database_begin(call, &session) ? write_row(session.database.store, call->argv[0], &changes)
						  : CLI_FAILED;
}

const struct cli_command cli_profile_commands[] = {
	{"list", "list the certificate profiles", "", 0, 0, NULL, list, NULL},
	{"show", "show one certificate profile", "ID", 1, 1, NULL, show, NULL},
	{"set", "make or change a certificate profile", "ID", 1, 1, set_options, set, NULL},
	{0},
};
