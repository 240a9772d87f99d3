/* SPDX-License-Identifier: BSD-2-Clause */
/* Directory names: X.501 Name to RFC 4514 text. */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "pki/names_private.h"

/* Bytes for an attribute type in dotted decimal, final NUL included. */
#define OID_SIZE 128

struct attribute {
	char oid[OID_SIZE];
	const char *name; /* short name, or NULL */
	unsigned tag;
	gnutls_datum_t value; /* contents octets */
	gnutls_datum_t raw;   /* the same with tag and length */
};

/* Short names beside those GnuTLS knows: what routers put into their subjects. */
static const char *short_name(const char *oid)
{
	static const struct {
		const char *oid;
		const char *name;
	} further[] = {
		{"1.2.840.113549.1.9.2", "unstructuredName"},
		{"1.2.840.113549.1.9.8", "unstructuredAddress"},
	};

	for (size_t i = 0; i < sizeof further / sizeof *further; i++)
		if (strcmp(oid, further[i].oid) == 0)
			return further[i].name;
	return gnutls_x509_dn_oid_name(oid, 0);
}

static bool read_attribute(struct der *rdn, struct attribute *attribute)
{
	struct der fields = der_enter(rdn, DER_SEQUENCE);
	gnutls_datum_t oid = der_contents(&fields, DER_OID);
	struct der value;

	attribute->raw = der_any(&fields);
	value = der_open(&attribute->raw);
	attribute->tag = der_next_tag(&value);
	attribute->value = der_contents(&value, attribute->tag);
	der_oid_text(&oid, attribute->oid, sizeof attribute->oid);
	attribute->name = short_name(attribute->oid);
	return der_done(&fields) && attribute->oid[0] != '\0' && !value.failed;
}

/* Values of an attribute that hold no characters: shown in hex. */
static bool is_binary(unsigned tag)
{
	static const unsigned tags[] = {DER_BOOLEAN, DER_INTEGER,  DER_BIT_STRING,      DER_OCTET_STRING,
					DER_OID,     DER_UTC_TIME, DER_GENERALIZED_TIME};

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (tags[i] == tag)
			return true;
	return false;
}

/* RFC 4514 section 2.4: what would be read as something else gets a backslash. */
static void append_escaped(struct buffer *out, const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		bool edge =
			(i == 0 && (text[i] == ' ' || text[i] == '#')) || (i == length - 1 && text[i] == ' ');

		if (edge || strchr(",+\"\\<>;=", text[i]) != NULL)
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, (uint8_t)text[i]);
	}
}

static void append_hex(struct buffer *out, const gnutls_datum_t *bytes)
{
	for (unsigned i = 0; i < bytes->size; i++) {
		gnutls_datum_t one = bytes_view(bytes->data + i, 1);
		char hex[TEXT_HEX_SIZE(1)];

		text_hex(&one, hex);
		buffer_append_text(out, hex);
	}
}

static void append_attribute(struct buffer *out, const struct attribute *attribute, const char *value)
{
	if (out->size > 0)
		buffer_append_byte(out, '+');
	buffer_append_text(out, attribute->name == NULL ? attribute->oid : attribute->name);
	buffer_append_byte(out, '=');
	if (value != NULL && attribute->name != NULL) {
		append_escaped(out, value);
		return;
	}
	buffer_append_byte(out, '#');
	append_hex(out, &attribute->raw);
}

/* Judges one attribute and appends it to its RDN's text. Keeps the first CN. */
static enum err take_attribute(const struct attribute *attribute, const char *what, struct buffer *out,
			       char **common_name, char *reason)
{
	CLEANUP(text_free) char *value = NULL;
	char which[NAMES_WHAT_SIZE];
	bool is_cn = strcmp(attribute->oid, "2.5.4.3") == 0;

	(void)snprintf(which, sizeof which, "%s %s", what,
		       attribute->name == NULL ? attribute->oid : attribute->name);
	if (is_cn || !is_binary(attribute->tag)) {
		enum err error = names_value(attribute->tag, &attribute->value, which, &value, reason);

		if (error != ERR_OK)
			return error;
	} else if (attribute->value.size > LIMIT_NAME) {
		return pki_refuse(reason, ERR_LIMIT, "%s is longer than %d bytes", which, LIMIT_NAME);
	}
	append_attribute(out, attribute, value);
	if (is_cn && value[0] != '\0' && *common_name == NULL)
		*common_name = TAKE(value);
	return ERR_OK;
}

static enum err take_rdn(struct der *name, const char *what, struct buffer *out, char **common_name,
			 char *reason)
{
	struct der rdn = der_enter(name, DER_SET);
	enum err error = ERR_OK;

	if (!der_more(&rdn))
		return pki_refuse(reason, ERR_SYNTAX, "%s holds a malformed or empty RDN", what);
	while (error == ERR_OK && der_more(&rdn)) {
		struct attribute attribute = {0};

		if (!read_attribute(&rdn, &attribute))
			return pki_refuse(reason, ERR_SYNTAX, "%s holds a malformed attribute", what);
		error = take_attribute(&attribute, what, out, common_name, reason);
	}
	return error == ERR_OK && !der_done(&rdn) ? pki_refuse(reason, ERR_SYNTAX, "%s is malformed", what)
						  : error;
}

/* Puts RDN before what TEXT holds: RFC 4514 section 2.1 starts at the last one. */
static void prepend_rdn(struct buffer *text, struct buffer *rdn)
{
	struct buffer both = {0};

	buffer_append(&both, rdn->data, rdn->size);
	if (text->size > 0)
		buffer_append_byte(&both, ',');
	buffer_append(&both, text->data, text->size);
	both.failed = both.failed || text->failed || rdn->failed;
	buffer_free(text);
	*text = both;
}

static enum err take_name(const gnutls_datum_t *name, const char *what, struct buffer *text,
			  char **common_name, char *reason)
{
	struct der outer = der_open(name);
	struct der inner = der_enter(&outer, DER_SEQUENCE);
	enum err error = ERR_OK;

	while (error == ERR_OK && der_more(&inner)) {
		CLEANUP(buffer_free) struct buffer rdn = {0};

		error = take_rdn(&inner, what, &rdn, common_name, reason);
		prepend_rdn(text, &rdn);
	}
	if (error == ERR_OK && (!der_done(&inner) || !der_done(&outer)))
		return pki_refuse(reason, ERR_SYNTAX, "%s is not a Name in DER", what);
	return error;
}

enum err names_directory(const gnutls_datum_t *name, const char *what, char **text, char **common_name,
			 char *reason)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	CLEANUP(bytes_free) gnutls_datum_t taken = {NULL, 0};
	CLEANUP(text_free) char *cn = NULL;
	enum err error;

	*text = NULL;
	if (common_name != NULL)
		*common_name = NULL;
	if (name->size > LIMIT_SUBJECT)
		return pki_refuse(reason, ERR_LIMIT, "%s is longer than %d bytes", what, LIMIT_SUBJECT);
	error = take_name(name, what, &out, &cn, reason);
	if (error != ERR_OK)
		return error;
	*text = buffer_take(&out, &taken) ? text_from_bytes(&taken) : NULL;
	if (*text == NULL)
		return pki_no_memory(reason);
	if (common_name != NULL)
		*common_name = TAKE(cn);
	return ERR_OK;
}
