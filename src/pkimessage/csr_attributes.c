/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attributes of a certification request that mean something to us: challengePassword and extensionRequest
 * (RFC 2985 sections 5.4.1 and 5.4.2). Others (Microsoft's operating system version, cryptographic provider
 * and the like) are passed over.
 */
#include "pkimessage/csr.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "pkimessage/asn1_string.h"

#include <string.h>

#define OID_CHALLENGE_PASSWORD "1.2.840.113549.1.9.7"
#define OID_EXTENSION_REQUEST  "1.2.840.113549.1.9.14"
/* szOID_CERT_EXTENSIONS, the same thing before PKCS#9 had it. */
#define OID_MICROSOFT_EXTENSIONS "1.3.6.1.4.1.311.2.1.14"

/*
 * Moves VALUE into the odd form that certctl's own tests make: SEQUENCE { SEQUENCE { OID challengePassword,
 * string } } in place of the string.
 */
static bool enter_nested(struct der *value)
{
	struct der outer = der_enter(value, DER_SEQUENCE);
	struct der inner = der_enter(&outer, DER_SEQUENCE);
	gnutls_datum_t oid = der_contents(&inner, DER_OID);

	*value = inner;
	return der_done(&outer) && der_oid_is(&oid, OID_CHALLENGE_PASSWORD);
}

static int read_challenge(struct der value, struct pkimessage_csr *csr)
{
	CLEANUP(buffer_wipe) struct buffer text = {0};
	gnutls_datum_t contents;
	unsigned tag;
	enum err error;

	if (der_next_is(&value, DER_SEQUENCE) && !enter_nested(&value))
		return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	tag = der_next_tag(&value);
	contents = der_contents(&value, tag);
	if (!der_done(&value))
		return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	error = msg_string_put(&text, tag, &contents);
	if (error != ERR_OK)
		return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	if (text.size > LIMIT_CHALLENGE)
		return PKIMESSAGE_E_LIMIT;
	csr->challenge_seen = true;
	return msg_take(&text, &csr->challenge);
}

/* Extension (RFC 5280 section 4.1): BER allows any byte but zero as TRUE. */
static int read_extension(struct der *list, struct pkimessage_extension *extension)
{
	struct der inside = der_enter(list, DER_SEQUENCE);
	gnutls_datum_t oid = der_contents(&inside, DER_OID);
	gnutls_datum_t critical = {NULL, 0};

	der_oid_text(&oid, extension->oid, sizeof extension->oid);
	if (der_next_is(&inside, DER_BOOLEAN)) {
		critical = der_contents(&inside, DER_BOOLEAN);
		if (critical.size != 1)
			return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	}
	extension->critical = critical.size == 1 && critical.data[0] != 0;
	extension->value = der_contents(&inside, DER_OCTET_STRING);
	return der_done(&inside) && extension->oid[0] != '\0' ? PKIMESSAGE_OK : PKIMESSAGE_E_ATTRIBUTE_VALUE;
}

/* True when the last of the COUNT EXTENSIONS is there before. */
static bool is_repeated(const struct pkimessage_extension *extensions, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++)
		if (strcmp(extensions[i].oid, extensions[count - 1].oid) == 0)
			return true;
	return false;
}

static int read_extensions(struct der value, struct pkimessage_csr *csr)
{
	struct der list = der_enter(&value, DER_SEQUENCE);
	size_t count = der_count(&list, LIMIT_EXTENSIONS);

	if (!der_done(&value))
		return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	if (count > LIMIT_EXTENSIONS)
		return PKIMESSAGE_E_LIMIT;
	csr->extensions_seen = true;
	csr->extensions = gnutls_calloc(count + 1, sizeof *csr->extensions);
	if (csr->extensions == NULL)
		return PKIMESSAGE_E_MEMORY;
	for (csr->extension_count = 0; csr->extension_count < count; csr->extension_count++) {
		int error = read_extension(&list, &csr->extensions[csr->extension_count]);

		if (error != PKIMESSAGE_OK)
			return error;
		if (is_repeated(csr->extensions, csr->extension_count + 1))
			return PKIMESSAGE_E_ATTRIBUTE_DUPLICATE;
	}
	return der_done(&list) ? PKIMESSAGE_OK : PKIMESSAGE_E_ATTRIBUTE_VALUE;
}

static const struct kind {
	const char *oid;
	size_t seen; /* offset of its flag: both forms of extensionRequest share one */
	int (*read)(struct der value, struct pkimessage_csr *csr);
} kinds[] = {
	{OID_CHALLENGE_PASSWORD, offsetof(struct pkimessage_csr, challenge_seen), read_challenge},
	{OID_EXTENSION_REQUEST, offsetof(struct pkimessage_csr, extensions_seen), read_extensions},
	{OID_MICROSOFT_EXTENSIONS, offsetof(struct pkimessage_csr, extensions_seen), read_extensions},
};

static const struct kind *find_kind(const gnutls_datum_t *oid)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (der_oid_is(oid, kinds[i].oid))
			return &kinds[i];
	return NULL;
}

/* Attribute (RFC 2986 section 4.1): those that matter once, with one value. */
static int read_attribute(struct der *attributes, struct pkimessage_csr *csr)
{
	struct der attribute = der_enter(attributes, DER_SEQUENCE);
	gnutls_datum_t oid = der_contents(&attribute, DER_OID);
	const struct kind *kind;
	struct der values;

	if (attribute.failed)
		return PKIMESSAGE_E_SYNTAX;
	kind = find_kind(&oid);
	if (kind == NULL)
		return PKIMESSAGE_OK;
	if (*(const bool *)((const char *)csr + kind->seen))
		return PKIMESSAGE_E_ATTRIBUTE_DUPLICATE;
	values = der_enter(&attribute, DER_SET);
	if (!der_done(&attribute) || !der_more(&values))
		return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	if (der_count(&values, 1) > 1)
		return PKIMESSAGE_E_ATTRIBUTE_DUPLICATE;
	return kind->read(values, csr);
}

int msg_csr_read_attributes(struct der *attributes, struct pkimessage_csr *csr)
{
	int error = PKIMESSAGE_OK;

	if (der_count(attributes, LIMIT_CSR_ATTRIBUTES) > LIMIT_CSR_ATTRIBUTES)
		return PKIMESSAGE_E_LIMIT;
	while (error == PKIMESSAGE_OK && der_more(attributes))
		error = read_attribute(attributes, csr);
	return error == PKIMESSAGE_OK && !der_done(attributes) ? PKIMESSAGE_E_SYNTAX : error;
}
