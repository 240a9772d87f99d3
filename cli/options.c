/* SPDX-License-Identifier: BSD-2-Clause */
/* One parser for the command line of every command, and one printer of its help. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>

/* Options of one command after its included tables are spread out; more would be a mistake in a table. */
#define OPTIONS_MAX 48

struct flat {
	const struct cli_option *options[OPTIONS_MAX];
	void *fields[OPTIONS_MAX];
	bool seen[OPTIONS_MAX];
	size_t count;
};

static const struct cli_option common_options[] = {
	{"help", NULL, "show this help", NULL, 0, false, NULL},
	{0},
};

static void __attribute__((format(printf, 2, 0)))
print(const char *prefix, const char *format, va_list arguments)
{
	(void)fflush(stdout);
	(void)fprintf(stderr, "%s: %s", cli_program.name, prefix);
	(void)vfprintf(stderr, format, arguments);
	(void)fputc('\n', stderr);
}

void cli_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print("", format, arguments);
	va_end(arguments);
}

void cli_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print("note: ", format, arguments);
	va_end(arguments);
}

static void flatten(struct flat *flat, const struct cli_option *table, void *values)
{
	for (; table != NULL && (table->name != NULL || table->include != NULL); table++) {
		void *field = values == NULL ? NULL : (char *)values + table->offset;

		if (table->include != NULL) {
			flatten(flat, table->include, field);
		} else if (flat->count < OPTIONS_MAX) {
			flat->options[flat->count] = table;
			flat->fields[flat->count++] = field;
		}
	}
}

static void help_option(const struct cli_option *option, FILE *stream)
{
	char left[64];

	(void)snprintf(left, sizeof(left), "--%s%s%s", option->name, option->argument != NULL ? " " : "",
		       option->argument != NULL ? option->argument : "");
	(void)fprintf(stream, "  %-26s  %s%s\n", left, option->help, option->required ? " (required)" : "");
}

void cli_help(const struct cli_call *call, FILE *stream)
{
	const struct cli_command *command = call->command;
	struct flat flat = {.count = 0};

	flatten(&flat, command->options, NULL);
	flatten(&flat, cli_program.options, NULL);
	flatten(&flat, common_options, NULL);
	(void)fprintf(stream, "Usage: %s%s%s %s%s%s\n\n%s\n\n", cli_program.name,
		      call->path[0] != '\0' ? " " : "", call->path,
		      command->commands != NULL ? "COMMAND [OPTION]..." : "[OPTION]...",
		      command->arguments[0] != '\0' ? " " : "", command->arguments, command->help);
	for (const struct cli_command *sub = command->commands; sub != NULL && sub->name != NULL; sub++)
		(void)fprintf(stream, "  %-26s  %s\n", sub->name, sub->help);
	if (command->commands != NULL)
		(void)fputc('\n', stream);
	for (size_t i = 0; i < flat.count; i++)
		help_option(flat.options[i], stream);
}

static int usage(const struct cli_call *call)
{
	cli_error("try '%s%s%s --help'", cli_program.name, call->path[0] != '\0' ? " " : "", call->path);
	return CLI_USAGE;
}

/* Reads one option that getopt_long found at INDEX. */
static int take(struct cli_call *call, struct flat *flat, size_t index, char *text)
{
	const struct cli_option *option = flat->options[index];

	if (option->set == NULL) {
		cli_help(call, stdout);
		return CLI_OK;
	}
	if (!option->set(text, flat->fields[index])) {
		cli_error("--%s: '%s' does not fit; it takes %s: %s", option->name, text, option->argument,
			  option->help);
		return usage(call);
	}
	flat->seen[index] = true;
	return CLI_GO;
}

static int read_options(struct cli_call *call, struct flat *flat)
{
	static char program[32]; /* for getopt_long's own messages */
	/* A command with sub-commands stops at the first word that is no option. */
	const char *letters = call->command->commands != NULL ? "+" : "";
	struct option table[OPTIONS_MAX + 1];
	int found, status;

	memset(table, 0, sizeof(table));
	for (size_t i = 0; i < flat->count; i++) {
		table[i].name = flat->options[i]->name;
		table[i].has_arg = flat->options[i]->argument != NULL ? required_argument : no_argument;
		table[i].val = (int)i + 256;
	}
	(void)snprintf(program, sizeof(program), "%s", cli_program.name);
	call->argv[0] = program;
	optind = 0; /* start over: this is not the first command line that getopt sees */
	while ((found = getopt_long(call->argc, call->argv, letters, table, NULL)) != -1) {
		if (found < 256)
			return usage(call);
		status = take(call, flat, (size_t)found - 256, optarg);
		if (status != CLI_GO)
			return status;
	}
	call->argc -= optind;
	call->argv += optind;
	return CLI_GO;
}

int cli_parse(struct cli_call *call, void *values)
{
	struct flat flat = {.count = 0};
	int status;

	flatten(&flat, call->command->options, values);
	flatten(&flat, cli_program.options, call);
	flatten(&flat, common_options, call);
	status = read_options(call, &flat);
	if (status != CLI_GO)
		return status;
	for (size_t i = 0; i < flat.count; i++) {
		if (flat.options[i]->required && !flat.seen[i]) {
			cli_error("--%s is required", flat.options[i]->name);
			return usage(call);
		}
	}
	if (call->command->commands == NULL &&
	    (call->argc < call->command->operands_min || call->argc > call->command->operands_max)) {
		cli_error("%s%s%s", call->path, call->path[0] != '\0' ? ": " : "",
			  call->argc < call->command->operands_min ? "an argument is missing"
								   : "too many arguments");
		return usage(call);
	}
	return CLI_GO;
}

static const struct cli_command *find(const struct cli_command *table, const char *name)
{
	for (; table->name != NULL; table++) {
		if (strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

int cli_dispatch(struct cli_call *call)
{
	size_t length;
	int status = cli_parse(call, NULL);

	if (status != CLI_GO)
		return status;
	if (call->argc == 0) {
		cli_help(call, stderr);
		return CLI_USAGE;
	}
	const struct cli_command *command = find(call->command->commands, call->argv[0]);

	if (command == NULL) {
		cli_error("unknown command '%s'", call->argv[0]);
		return usage(call);
	}
	length = strlen(call->path);
	(void)snprintf(call->path + length, sizeof(call->path) - length, "%s%s", length > 0 ? " " : "",
		       command->name);
	call->command = command;
	return command->run != NULL ? command->run(call) : cli_dispatch(call);
}
