/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/settings.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "config/check.h"
#include "pkimessage/pkimessage.h"

#define HOUR 3600u
#define DAY  (24 * HOUR)

static const struct config_word log_levels[] = {
	{"debug", LOG_LEVEL_DEBUG},
	{"info", LOG_LEVEL_INFO},
	{"warn", LOG_LEVEL_WARN},
	{"error", LOG_LEVEL_ERROR},
	{NULL, 0},
};

static const struct config_word log_targets[] = {
	{"auto", LOG_TARGET_AUTO},
	{"stderr", LOG_TARGET_STDERR},
	{"syslog", LOG_TARGET_SYSLOG},
	{NULL, 0},
};

static const struct config_word log_formats[] = {{"json", 0}, {NULL, 0}};

static const struct config_word legacy_algorithms[] = {
	{"sha1", PKIMESSAGE_LEGACY_SHA1},
	{"3des", PKIMESSAGE_LEGACY_3DES},
	{"md5", PKIMESSAGE_LEGACY_MD5},
	{"des", PKIMESSAGE_LEGACY_DES},
	{NULL, 0},
};

static const struct config_word strictness[] = {
	{"lenient", CONFIG_LENIENT},
	{"warn", CONFIG_WARN},
	{"strict", CONFIG_STRICT},
	{NULL, 0},
};

static const struct config_word ca_chains[] = {
	{"issuer", CONFIG_CHAIN_ISSUER},
	{"chain", CONFIG_CHAIN_NO_ROOT},
	{"root", CONFIG_CHAIN_ROOT},
	{NULL, 0},
};

static const struct config_word agents[] = {
	{"none", CONFIG_AGENTS_NONE},
	{"issued", CONFIG_AGENTS_ISSUED},
	{"any", CONFIG_AGENTS_ANY},
	{NULL, 0},
};

static const struct config_word client_sources[] = {
	{"params", CONFIG_SOURCE_PARAMS},           {"x-ssl-client-cert", CONFIG_SOURCE_X_SSL_CLIENT_CERT},
	{"rfc9440", CONFIG_SOURCE_RFC9440},         {"xfcc", CONFIG_SOURCE_XFCC},
	{"aws-alb", CONFIG_SOURCE_AWS_ALB},         {"traefik", CONFIG_SOURCE_TRAEFIK},
	{"haproxy-der", CONFIG_SOURCE_HAPROXY_DER}, {NULL, 0},
};

#define GLOBAL(setting_type, setting_name, field)                                                            \
	.name = (setting_name), .scope = CONFIG_GLOBAL, .type = (setting_type),                              \
	.offset = offsetof(struct config_whole, field)
#define ISSUER(setting_type, setting_name, field)                                                            \
	.name = (setting_name), .scope = CONFIG_ISSUER, .type = (setting_type),                              \
	.offset = offsetof(struct config_issuer, field)
#define PROFILE(setting_type, setting_name, field)                                                           \
	.name = (setting_name), .scope = CONFIG_PROFILE, .type = (setting_type),                             \
	.offset = offsetof(struct config_scep_profile, field)

/* clang-format off */
const struct config_setting config_settings_table[] = {
	/* --- the program --- */
	{GLOBAL(CONFIG_PATH, "CERTCTL_CONFIG", path),
	 .help = "The configuration file, instead of the compiled-in one. Only from the environment."},
	{GLOBAL(CONFIG_NUMBER, "CERTCTL_WORKERS", config.workers), .default_text = "4", .max = LIMIT_WORKERS,
	 .help = "Worker processes that answer requests; 0 answers in the program's own process (mod_fcgid)."},
	{GLOBAL(CONFIG_NUMBER, "CERTCTL_MAX_REQUESTS", config.max_requests), .default_text = "10000",
	 .max = 1000000000,
	 .help = "Requests after which a worker is replaced by a new one; 0 is never."},
	{GLOBAL(CONFIG_SIZE, "CERTCTL_MAX_BODY_SIZE", config.max_body), .default_text = "1048576",
	 .min = 1024, .max = LIMIT_BODY_MAX,
	 .help = "Largest request body that is read, in bytes."},

	/* --- logs --- */
	{GLOBAL(CONFIG_CHOICE, "CERTCTL_LOG_LEVEL", config.log_level), .default_text = "info", .words = log_levels,
	 .help = "Lines below this level are not written."},
	{GLOBAL(CONFIG_CHOICE, "CERTCTL_LOG_TARGET", config.log_target), .default_text = "auto", .words = log_targets,
	 .help = "Where lines go; auto is standard error, or syslog where that is closed or the null device."},
	{GLOBAL(CONFIG_CHOICE, "CERTCTL_LOG_FORMAT", log_format), .default_text = "json", .words = log_formats,
	 .check = config_check_log_format,
	 .help = "The form of a line; json is the only one there is."},

	/* --- the database --- */
	{GLOBAL(CONFIG_SECRET, "CERTCTL_DATABASE_URL", config.database_url), .check = config_check_database_url,
	 .hides = config_url_has_password,
	 .help = "Where the database is: mariadb://user@host:3306,host2:3306/name?ssl-ca=PATH or "
		 "mariadb:///name?socket=PATH. Needed when SCEP is enabled."},
	{GLOBAL(CONFIG_SECRET, "CERTCTL_DATABASE_PASSWORD", config.database_password),
	 .help = "The password of the database user."},

	/* --- whom to believe about where a request came from --- */
	{GLOBAL(CONFIG_LIST, "CERTCTL_TRUSTED_PROXY_CIDRS", config.trusted_proxies), .max = LIMIT_TRUSTED_NETWORKS,
	 .check = config_check_proxy,
	 .help = "Networks (10.0.0.0/8, 2001:db8::1) whose web servers and proxies are believed, and the word unix for "
		 "the FastCGI Unix socket. FastCGI over TCP is spoken with listed addresses only."},
	{GLOBAL(CONFIG_SWITCH, "CERTCTL_TRUST_PROXY_CLIENT_CERT", config.trust_client_cert),
	 .help = "Whether those are also believed about the client's certificate. Needed with "
		 "CERTCTL_TRUSTED_PROXY_CIDRS, as true or false."},
	{GLOBAL(CONFIG_LIST, "CERTCTL_TRUSTED_PROXY_USERS", config.trusted_proxy_users), .max = LIMIT_TRUSTED_USERS,
	 .check = config_check_user,
	 .help = "System users, by name or number, who may connect to the FastCGI Unix socket. Not set: whom the "
		 "socket's mode lets. Needs unix in CERTCTL_TRUSTED_PROXY_CIDRS."},
	{GLOBAL(CONFIG_CHOICE, "CERTCTL_PROXY_CLIENT_CERT_SOURCE", config.client_cert_source),
	 .default_text = "params", .words = client_sources,
	 .help = "The one way in which a client certificate is told; certificates told in any other are not looked "
		 "at."},
	{GLOBAL(CONFIG_SECRET, "CERTCTL_PROXY_PROBE_KEY", config.probe_key), .check = config_check_probe_key,
	 .help = "The key by which 'certctl-fcgi doctor' may ask what a request looked like when it came here, at "
		 "least 32 characters. Not set: nobody may."},

	/* --- issuing CAs --- */
	{GLOBAL(CONFIG_LIST, "CERTCTL_ISSUERS", issuer_names), .max = LIMIT_PROFILES,
	 .help = "Names of the issuing CAs beside iss-local, which is the one of CERTCTL_CA_CERT_PATH."},
	{ISSUER(CONFIG_PATH, "CERT_PATH", ca_cert_path),
	 .help = "The issuing CA's certificate, PEM, followed by its chain if there is one."},
	{ISSUER(CONFIG_PATH, "KEY_PATH", ca_key_path),
	 .help = "The issuing CA's private key: a PEM file of mode 0600 or stricter, or a pkcs11: URL."},
	{ISSUER(CONFIG_NUMBER, "VALIDITY_DAYS", validity_days), .default_text = "90", .min = 1, .max = 36500,
	 .help = "Longest validity of an issued certificate, in days; a certificate profile may ask for less, and "
		 "none outlives the CA."},
	{ISSUER(CONFIG_DURATION, "BACKDATE", backdate), .default_text = "10m", .max = 2 * DAY,
	 .help = "How long before the moment of issue a certificate's validity begins, for devices whose clocks are "
		 "slow."},
	{ISSUER(CONFIG_LIST, "CRL_URLS", crl_urls), .max = LIMIT_PROFILES, .check = config_check_url,
	 .help = "CRL distribution points put into issued certificates."},
	{ISSUER(CONFIG_TEXT, "OCSP_URL", ocsp_url), .check = config_check_url,
	 .help = "OCSP responder put into issued certificates (authority information access)."},
	{ISSUER(CONFIG_TEXT, "ISSUERS_URL", ca_issuers_url), .check = config_check_url,
	 .help = "Where the CA certificate can be fetched, put into issued certificates (authority information "
		 "access)."},
	{ISSUER(CONFIG_PATH, "NEXT_CERTIFICATE_PATH", next_cert_path),
	 .help = "The certificate of the CA that will follow this one, PEM: devices that ask GetNextCACert get it "
		 "ahead of time."},

	/* --- what is remembered, and how long --- */
	{GLOBAL(CONFIG_DURATION, "CERTCTL_TRANSACTION_LIFETIME", config.transaction_lifetime),
	 .default_text = "168h", .min = HOUR, .max = 365 * DAY,
	 .help = "How long a device that asks for the same certificate again gets the one it was issued, instead of "
		 "another."},
	{GLOBAL(CONFIG_DURATION, "CERTCTL_APPROVAL_LIFETIME", config.approval_lifetime), .default_text = "720h",
	 .min = HOUR, .max = 365 * DAY,
	 .help = "How long a request waits for an operator's approval before it is forgotten."},

	/* --- SCEP --- */
	{GLOBAL(CONFIG_BOOL, "CERTCTL_SCEP_ENABLED", config.scep_enabled), .default_text = "false",
	 .help = "Whether SCEP is served. Settings of profiles are checked as a whole only when it is."},
	{GLOBAL(CONFIG_LIST, "CERTCTL_SCEP_PROFILES", profile_names), .max = LIMIT_PROFILES,
	 .help = "Names of the SCEP profiles, each at /scep/<name>. Not set: one profile at /scep, from the settings "
		 "without <NAME>."},
	{PROFILE(CONFIG_TEXT, "ISSUER_ID", issuer_id), .flat_default = "iss-local", .check = config_check_name,
	 .help = "The issuing CA: iss-local, or a name of CERTCTL_ISSUERS."},
	{PROFILE(CONFIG_TEXT, "PROFILE_ID", profile_id),
	 .help = "The certificate profile, a row in the database. Not set: what the issuer allows by default."},
	{PROFILE(CONFIG_SECRET, "CHALLENGE_PASSWORD", challenge_password),
	 .help = "The challengePassword a device must present. Needed: without it anybody could enrol (CWE-306)."},
	{PROFILE(CONFIG_PATH, "RA_CERT_PATH", ra_cert_path),
	 .help = "The registration authority's certificate, PEM. Needed: clients encrypt to it."},
	{PROFILE(CONFIG_PATH, "RA_KEY_PATH", ra_key_path),
	 .help = "The registration authority's private key: a PEM file of mode 0600 or stricter, or a pkcs11: URL. "
		 "Needed."},
	{PROFILE(CONFIG_LIST, "RA_OLD_CERT_PATHS", ra_old_cert_paths), .max = LIMIT_RA_PAIRS - 1,
	 .help = "Certificates of the registration authority that RA_CERT_PATH has replaced. Devices that still know "
		 "one of them are understood."},
	{PROFILE(CONFIG_LIST, "RA_OLD_KEY_PATHS", ra_old_key_paths), .max = LIMIT_RA_PAIRS - 1,
	 .help = "Their private keys, as many and in the same order as RA_OLD_CERT_PATHS."},
	{PROFILE(CONFIG_DURATION, "RA_OVERLAP", ra_overlap), .default_text = "720h", .max = 365 * DAY,
	 .help = "How long after a new RA certificate began GetCACert still gives the old ones beside it."},
	{PROFILE(CONFIG_CHOICE, "GETCACERT_CHAIN", ca_chain), .default_text = "root", .words = ca_chains,
	 .help = "Which CA certificates a device gets from GetCACert: the issuing one alone, its chain without the "
		 "root, or the chain with the root. Windows needs more than issuer."},
	{PROFILE(CONFIG_BOOL, "CERTREP_INCLUDE_CA", certrep_ca), .default_text = "false",
	 .help = "Whether the issuing CA's certificate comes with every issued one. Some Cisco VPN clients need it; "
		 "Apple and Juniper devices do not bear it."},
	{PROFILE(CONFIG_ALGORITHMS, "LEGACY_ALGORITHMS", legacy), .default_text = "sha1,3des",
	 .words = legacy_algorithms,
	 .help = "Broken or ageing algorithms that clients of this profile may still use, of sha1, 3des, md5 and des; "
		 "none (or nothing) allows none. micromdm's scepclient needs sha1,des."},
	{PROFILE(CONFIG_BOOL, "ALLOW_HTTP", allow_http), .default_text = "false",
	 .help = "Whether requests that did not come over TLS are answered, for devices that have none."},
	{PROFILE(CONFIG_LIST, "EXTRA_CAPS", extra_caps), .max = LIMIT_PROFILES, .check = config_check_capability,
	 .help = "Lines that GetCACaps gives after its own. strongSwan before 5.9.11 needs SHA-384."},
	{PROFILE(CONFIG_BOOL, "RENEWAL_CHALLENGE", renewal_challenge), .default_text = "false",
	 .help = "Whether a renewal must present the challenge too, beside the certificate it renews."},
	{PROFILE(CONFIG_BOOL, "RENEWAL_SUBJECT_CHANGE", renewal_subject_change), .default_text = "false",
	 .help = "Whether a renewal may ask for other names than the certificate it renews has."},
	{PROFILE(CONFIG_DURATION, "RENEWAL_WINDOW", renewal_window), .default_text = "0s", .max = 3650 * DAY,
	 .help = "How long before its end a certificate may be renewed; 0s is at any time."},
	{PROFILE(CONFIG_DURATION, "RENEWAL_GRACE", renewal_grace), .default_text = "0s", .max = 365 * DAY,
	 .help = "How long after its end a certificate may still be renewed, for devices that were switched off."},
	{PROFILE(CONFIG_CHOICE, "AGENTS", agents), .default_text = "none", .words = agents,
	 .help = "Who may ask for a certificate for another device's key, with the challenge: nobody, who holds a "
		 "certificate of this profile, or anybody."},
	{PROFILE(CONFIG_BOOL, "REQUIRE_APPROVAL", approval), .default_text = "false",
	 .help = "Whether an operator approves each request that is not a renewal, while the device waits."},
	{PROFILE(CONFIG_BOOL, "RAW_CSR", raw_csr), .default_text = "true",
	 .help = "Whether a certificate request without SCEP's encryption and signature is answered too. It shows its "
		 "challenge to whoever can read the connection."},
	{PROFILE(CONFIG_CHOICE, "NONCE_LENGTH", nonce), .default_text = "warn", .words = strictness,
	 .help = "What happens when a senderNonce is not the 16 bytes of the RFC: lenient counts it, warn logs it too, "
		 "strict refuses."},
	{PROFILE(CONFIG_CHOICE, "SIGNING_TIME", signing_time), .default_text = "lenient", .words = strictness,
	 .help = "The same when a device's clock, by the signingTime of its message, is a day or more off."},
	{PROFILE(CONFIG_CHOICE, "CONTENT_TYPE", content_type), .default_text = "lenient", .words = strictness,
	 .help = "The same when a message comes with another Content-Type than the RFC's."},
	{PROFILE(CONFIG_BOOL, "MTLS_ENABLED", mtls_enabled), .named_only = true, .default_text = "false",
	 .help = "Whether the profile is also served at /scep-mtls/<name>, to devices with a client certificate. Needs "
		 "CERTCTL_TRUSTED_PROXY_CIDRS and CERTCTL_TRUST_PROXY_CLIENT_CERT=true."},
	{PROFILE(CONFIG_PATH, "MTLS_CLIENT_CA_TRUST_BUNDLE_PATH", mtls_bundle_path), .named_only = true,
	 .help = "The CAs of client certificates at /scep-mtls/<name>, PEM. Needed with MTLS_ENABLED."},
	{PROFILE(CONFIG_BOOL, "MTLS_ONLY", mtls_only), .named_only = true, .default_text = "false",
	 .help = "Whether the profile is served at /scep-mtls/<name> alone, and not at /scep/<name>."},
	{PROFILE(CONFIG_BOOL, "MTLS_SUBJECT_MATCH", mtls_subject_match), .named_only = true, .default_text = "false",
	 .help = "Whether a device at /scep-mtls/<name> may ask only for the subject that its client certificate has."},
	{PROFILE(CONFIG_BOOL, "INTUNE_ENABLED", intune_enabled), .named_only = true, .default_text = "false",
	 .help = "Whether challenges signed by Microsoft's Intune connector are accepted. Not in this version: true is "
		 "refused."},
	{PROFILE(CONFIG_PATH, "INTUNE_CONNECTOR_CERT_PATH", intune_connector_cert_path), .named_only = true,
	 .help = "Certificates of the Intune connectors, PEM. Needed with INTUNE_ENABLED."},
	{PROFILE(CONFIG_TEXT, "INTUNE_AUDIENCE", intune_audience), .named_only = true,
	 .help = "The audience an Intune challenge must be for. Not set: not checked."},
	{PROFILE(CONFIG_DURATION, "INTUNE_CHALLENGE_VALIDITY", intune_challenge_validity), .named_only = true,
	 .default_text = "60m", .max = 30 * DAY,
	 .help = "Longest age of an Intune challenge, and how long it is remembered against replay."},
	{PROFILE(CONFIG_NUMBER, "INTUNE_PER_DEVICE_RATE_LIMIT_24H", intune_rate_limit_24h), .named_only = true,
	 .default_text = "3", .max = 1000000,
	 .help = "Enrolments by Intune challenge that one device has in 24 hours; 0 is no limit."},
	{PROFILE(CONFIG_DURATION, "INTUNE_CLOCK_SKEW_TOLERANCE", intune_clock_skew), .named_only = true,
	 .default_text = "60s", .max = DAY,
	 .help = "How far the connector's clock may differ. Less than INTUNE_CHALLENGE_VALIDITY."},
};
/* clang-format on */

const size_t config_settings_count = sizeof config_settings_table / sizeof *config_settings_table;

const struct config_form config_forms[] = {
	{CONFIG_GLOBAL, false, ""},
	{CONFIG_ISSUER, false, "CERTCTL_CA_"},
	{CONFIG_ISSUER, true, "CERTCTL_ISSUER_<NAME>_"},
	{CONFIG_PROFILE, false, "CERTCTL_SCEP_"},
	{CONFIG_PROFILE, true, "CERTCTL_SCEP_PROFILE_<NAME>_"},
};

const size_t config_forms_count = sizeof config_forms / sizeof *config_forms;

const char *config_form_prefix(enum config_scope scope, bool named)
{
	for (size_t i = 0; i < config_forms_count; i++)
		if (config_forms[i].scope == scope && config_forms[i].named == named)
			return config_forms[i].prefix;
	return "";
}

void config_words_text(const struct config_setting *setting, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (const struct config_word *word = setting->words; word->word != NULL && used < size; word++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", word->word);
}
