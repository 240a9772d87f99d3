/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Settings: environment variables with certctl's names, and the same NAME=value lines in one file. One table
 * (settings.c) says of each its name, type, default, limits, check and help text; everything else is made
 * from it.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/log.h"

/* A list of words. */
struct config_list {
	char **items;
	size_t count;
};

/* An issuing CA: "iss-local" from CERTCTL_CA_*, further ones from CERTCTL_ISSUERS and
 * CERTCTL_ISSUER_<NAME>_*. */
struct config_issuer {
	char *id;
	char *ca_cert_path;
	char *ca_key_path;
	unsigned validity_days;
	unsigned backdate; /* seconds */
	struct config_list crl_urls;
	char *ocsp_url; /* or NULL, as every optional text */
	char *ca_issuers_url;
	char *next_cert_path; /* NEXT_CERTIFICATE_PATH: the next CA's certificate, for GetNextCACert */
};

/* What to do about a client that deviates from the letter of a rule. */
enum config_strictness {
	CONFIG_LENIENT, /* accept and count it */
	CONFIG_WARN,    /* and log it */
	CONFIG_STRICT,  /* refuse */
};

/* Which of the issuer's certificates GetCACert gives beside the RA's (field.md W20). */
enum config_ca_chain {
	CONFIG_CHAIN_ISSUER,  /* the issuing CA alone */
	CONFIG_CHAIN_NO_ROOT, /* and its chain as its file has it, without a self-signed root above it */
	CONFIG_CHAIN_ROOT,    /* and with it */
};

/* Who may sign for another's key; the values are those of enum enrol_agents. */
enum config_agents { CONFIG_AGENTS_NONE, CONFIG_AGENTS_ISSUED, CONFIG_AGENTS_ANY };

/* A boolean that need not be given. */
enum config_switch { CONFIG_UNSET, CONFIG_OFF, CONFIG_ON };

/* How the web server tells a client certificate; the values are those of enum client_source. */
enum config_client_source {
	CONFIG_SOURCE_PARAMS,
	CONFIG_SOURCE_X_SSL_CLIENT_CERT,
	CONFIG_SOURCE_RFC9440,
	CONFIG_SOURCE_XFCC,
	CONFIG_SOURCE_AWS_ALB,
	CONFIG_SOURCE_TRAEFIK,
	CONFIG_SOURCE_HAPROXY_DER,
};

/* A SCEP profile: contract A.6 and what RFC 8894 clients need beside it. */
struct config_scep_profile {
	char *name; /* PathID; "" is the root, /scep */
	char *issuer_id;
	char *profile_id;         /* certificate profile (policy row), or NULL */
	char *challenge_password; /* secret */
	char *ra_cert_path;
	char *ra_key_path;
	bool mtls_enabled;
	char *mtls_bundle_path;
	bool mtls_only;          /* _MTLS_ONLY: not at /scep/<name> */
	bool mtls_subject_match; /* _MTLS_SUBJECT_MATCH: the CSR's subject is the client certificate's */
	bool intune_enabled;
	char *intune_connector_cert_path;
	char *intune_audience;
	unsigned intune_challenge_validity; /* seconds */
	unsigned intune_rate_limit_24h;
	unsigned intune_clock_skew;    /* seconds */
	unsigned legacy;               /* bits of enum pkimessage_legacy, from _LEGACY_ALGORITHMS */
	bool allow_http;               /* _ALLOW_HTTP */
	struct config_list extra_caps; /* _EXTRA_CAPS */
	bool renewal_challenge;        /* _RENEWAL_CHALLENGE: a renewal needs the challenge too */
	bool renewal_subject_change;   /* _RENEWAL_SUBJECT_CHANGE, default false */
	unsigned renewal_window;       /* _RENEWAL_WINDOW, seconds; 0: any time (default) */
	unsigned renewal_grace;        /* _RENEWAL_GRACE, seconds; default 0 */
	enum config_agents agents;     /* _AGENTS: none (default), issued, any */
	bool approval;                 /* _REQUIRE_APPROVAL, default false */
	bool raw_csr;                  /* _RAW_CSR, default true: the seeds demand it */
	bool certrep_ca;               /* _CERTREP_INCLUDE_CA, default false: leaf only (field.md W44) */
	enum config_ca_chain ca_chain; /* _GETCACERT_CHAIN: issuer, chain, root (default) */
	enum config_strictness nonce;  /* _NONCE_LENGTH, default warn */
	enum config_strictness signing_time;  /* _SIGNING_TIME, default lenient */
	enum config_strictness content_type;  /* _CONTENT_TYPE, default lenient */
	struct config_list ra_old_cert_paths; /* _RA_OLD_CERT_PATHS: pairs that still decrypt, ... */
	struct config_list ra_old_key_paths;  /* ... _RA_OLD_KEY_PATHS: as many, in the same order */
	unsigned ra_overlap; /* _RA_OVERLAP, seconds, default 720h: how long GetCACert lists them beside the
				newest */
};

struct config {
	bool scep_enabled;
	struct config_scep_profile *scep_profiles;
	size_t scep_profile_count;
	struct config_issuer *issuers;
	size_t issuer_count;

	char *database_url;
	char *database_password; /* secret, or NULL */

	unsigned transaction_lifetime; /* CERTCTL_TRANSACTION_LIFETIME, seconds, default 168h, from 1h */
	unsigned approval_lifetime;    /* CERTCTL_APPROVAL_LIFETIME, seconds, default 720h, from 1h */

	/* Who is believed about where a request came from: networks, or "unix"; checked. */
	struct config_list trusted_proxies;           /* CERTCTL_TRUSTED_PROXY_CIDRS */
	struct config_list trusted_proxy_users;       /* CERTCTL_TRUSTED_PROXY_USERS: names or numbers */
	enum config_switch trust_client_cert;         /* CERTCTL_TRUST_PROXY_CLIENT_CERT */
	enum config_client_source client_cert_source; /* CERTCTL_PROXY_CLIENT_CERT_SOURCE */
	char *probe_key; /* CERTCTL_PROXY_PROBE_KEY, secret; NULL: there is no probe */

	size_t max_body;
	unsigned workers;
	unsigned max_requests;
	enum log_level log_level;
	enum log_target log_target;
};

/* One thing that is wrong, or worth saying. */
struct config_problem {
	bool fatal;
	char *text; /* names the setting, the place (file:line or environment) and the remedy */
};

struct config_problems {
	struct config_problem *items;
	size_t count;
};

/*
 * Reads the file (PATH; NULL: what CERTCTL_CONFIG names, else the compiled-in default, which may be missing)
 * and ENVIRONMENT ("NAME=value" strings ended by NULL; it wins), and checks everything that can be checked
 * without looking at other files: unknown names (nearest known one suggested), values that do not parse,
 * contradictions, contract A.6. All problems are collected, not the first alone. ERR_CONFIG when one is
 * fatal: then *CONFIG is NULL. ERR_MEMORY. The caller frees both. A file that holds secrets and is readable
 * by others is a problem, not fatal.
 */
enum err config_load(const char *path, char *const *environment, struct config **config,
		     struct config_problems *problems);

/* Frees CONFIG, wiping its secrets; NULL inside is allowed. */
void config_free(struct config **config);
void config_problems_free(struct config_problems *problems);

/* The issuer with ID, or NULL. */
const struct config_issuer *config_issuer(const struct config *config, const char *id);

/* Calls SEE for every setting in the table, for 'certctl-fcgi settings' and the test that holds the manual to
 * it. */
struct config_setting_view {
	const char *name; /* with <NAME> where a profile's name goes */
	const char *type;
	const char *default_text; /* "" for none */
	const char *help;
	bool secret; /* NAME_FILE exists too */
};
void config_settings(void (*see)(void *context, const struct config_setting_view *setting), void *context);

#endif
