/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certctl-fcgi: what a command is, and what all commands share. Every command is a row of a table: its
 * options, its help text and its sub-commands are data, read by one option parser and one help printer.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "config/config.h"
#include "pki/key.h"

/* Exit statuses, as the manual page lists them. */
enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1,   /* refused, or something went wrong */
	CLI_USAGE = 2,    /* the command line makes no sense */
	CLI_PENDING = 3,  /* 'scep' commands: the CA has not decided yet */
	CLI_NO_PROBE = 3, /* 'doctor': the probe does not answer */
};

/*
 * One option. SET reads TEXT (the option's argument, NULL for one without) into the field at OFFSET of the
 * command's own struct; false when the text is not what it takes. A row with INCLUDE stands for another
 * table, whose offsets count from OFFSET. A table ends with a row of zeros.
 */
struct cli_option {
	const char *name;
	const char *argument; /* word for the help text; NULL: takes none */
	const char *help;
	bool (*set)(char *text, void *field);
	size_t offset;
	bool required;
	const struct cli_option *include;
};

struct cli_call;

struct cli_command {
	const char *name;
	const char *help;      /* one line */
	const char *arguments; /* operands as the usage line shows them, "" for none */
	int operands_min, operands_max;
	const struct cli_option *options;
	int (*run)(struct cli_call *call);
	const struct cli_command *commands; /* sub-commands, ended by zeros; then there is no RUN */
};

/* One run of a command. Before cli_parse ARGV is the command line from the command's name on, afterwards the
 * operands. */
struct cli_call {
	const struct cli_command *command;
	char path[64];      /* "ca init" */
	const char *config; /* --config, or NULL */
	int argc;
	char **argv;
};

/* The program that the commands are of. Each program that is linked with this defines its own. */
struct cli_program {
	const char *name;                 /* in front of every message, and in help texts */
	const struct cli_option *options; /* what all its commands understand beside --help, with offsets into
					   * struct cli_call; or NULL */
};
extern const struct cli_program cli_program;

/* What cli_parse and cli_dispatch return when the command is to go on. */
#define CLI_GO (-1)

/*
 * Reads the options of CALL's command into VALUES, checks that the required ones are there and that the
 * number of operands fits. --help and the program's own options are understood everywhere. CLI_GO, or the
 * exit status to end with.
 */
int cli_parse(struct cli_call *call, void *values);

/* Runs the sub-command that CALL's arguments name, or prints the help that was asked for. The exit status. */
int cli_dispatch(struct cli_call *call);

/* Prints what --help shows of CALL's command to STREAM. */
void cli_help(const struct cli_call *call, FILE *stream);

/* The program's name, ": ...", and a line end on standard error; a note says "note: " first. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints LINE, a JSON object that a room has logged, as a message for people. A sink for log_capture. */
void cli_log_line(const char *line);

/* --- what options take: functions for struct cli_option.set, with the type of the field --- */

struct cli_list {
	const char *items[64];
	size_t count;
};

struct cli_key_type {
	gnutls_pk_algorithm_t algorithm;
	unsigned bits;
};

bool cli_set_flag(char *text, void *field);        /* bool */
bool cli_set_text(char *text, void *field);        /* const char *; the empty text is refused */
bool cli_add_text(char *text, void *field);        /* struct cli_list: the option may be repeated */
bool cli_set_words(char *text, void *field);       /* struct cli_list from "a,b,c", cut where it stands */
bool cli_set_number(char *text, void *field);      /* unsigned */
bool cli_set_path_length(char *text, void *field); /* int, 0 to 100 */
bool cli_set_days(char *text, void *field);        /* unsigned: seconds; 1 to 36500 days */
bool cli_set_duration(char *text, void *field);    /* unsigned: seconds, from 90d, 12h, 30m or 45s */
bool cli_set_key_type(char *text, void *field);    /* struct cli_key_type */
bool cli_set_legacy(char *text, void *field); /* unsigned: bits of enum pkimessage_legacy, from "sha1,des" */

/* The words cli_set_key_type and cli_set_legacy take, for help texts. */
#define CLI_KEY_TYPES "rsa:2048, rsa:3072, rsa:4096, ecdsa:256, ecdsa:384 or ecdsa:521"
#define CLI_LEGACY    "list of sha1, 3des, md5 and des, or none"

/* --- configuration --- */

/* Loads the configuration CALL names with its --config and this process's environment; prints every problem.
 * False when there is a fatal one. The caller frees *CONFIG with config_free. */
bool cli_config(const struct cli_call *call, struct config **config);

/* --- files --- */

/* Reads all of PATH ("-": standard input), at most LIMIT_FILE bytes. The caller wipes it. False after an
 * error message. */
bool cli_read(const char *path, gnutls_datum_t *content);

/*
 * A file about to be written. Nothing is visible under PATH's final content before cli_output_commit, and an
 * existing file is never touched unless FORCE is given. CLEANUP(cli_output_discard) removes what was not
 * committed.
 */
struct cli_output {
	const char *path; /* NULL: nothing to write; every function then does nothing */
	char *written;    /* the name it has until committed */
	int fd;
};
#define CLI_OUTPUT_NONE                                                                                      \
	{                                                                                                    \
		NULL, NULL, -1                                                                               \
	}

bool cli_output_open(struct cli_output *output, const char *path, unsigned mode, bool force);
bool cli_output_write(struct cli_output *output, const gnutls_datum_t *content);
bool cli_output_commit(struct cli_output *output);
void cli_output_discard(struct cli_output *output);

/* Leaves the file as it is, under the name it has now (WRITTEN, which is freed): neither committed nor
 * removed. */
void cli_output_keep(struct cli_output *output);

/* The modes of what we write. */
#define CLI_MODE_KEY         0600
#define CLI_MODE_CERTIFICATE 0644

/* COUNT certificates in DER as PEM, one after the other. The caller frees *PEM. */
bool cli_pem_certificates(const gnutls_datum_t *der, size_t count, gnutls_datum_t *pem);

/* KEY as PEM (PKCS#8, not encrypted). The caller wipes *PEM. */
bool cli_pem_key(gnutls_x509_privkey_t key, gnutls_datum_t *pem);

/* A new key, and its gnutls_privkey_t. False after an error message. */
bool cli_key_generate(const struct cli_key_type *type, gnutls_x509_privkey_t *key, gnutls_privkey_t *handle);

/* --- the commands --- */

extern const struct cli_command cli_commands[];
extern const struct cli_command cli_ca_commands[];
extern const struct cli_command cli_ra_commands[];
extern const struct cli_command cli_profile_commands[];
extern const struct cli_command cli_request_commands[];
extern const struct cli_command cli_scep_commands[];

extern const struct cli_option cli_deviations_options[];
extern const struct cli_option cli_doctor_options[];
extern const struct cli_option cli_inspect_options[];
extern const struct cli_option cli_migrate_options[];

int cli_check(struct cli_call *call);
int cli_deviations(struct cli_call *call);
int cli_doctor(struct cli_call *call);
int cli_inspect(struct cli_call *call);
int cli_maintain(struct cli_call *call);
int cli_migrate(struct cli_call *call);
int cli_settings(struct cli_call *call);
int cli_version(struct cli_call *call);

#endif
