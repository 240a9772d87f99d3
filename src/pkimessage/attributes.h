/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signed attributes of a pkiMessage: those of CMS (RFC 5652 section 11), of SCEP (RFC 8894 section 3.2.1)
 * and failInfoText.
 */
#ifndef PKIMESSAGE_ATTRIBUTES_H
#define PKIMESSAGE_ATTRIBUTES_H

#include "base/der.h"
#include "pkimessage/private.h"

enum msg_attribute {
	MSG_CONTENT_TYPE,
	MSG_MESSAGE_DIGEST,
	MSG_MESSAGE_TYPE,
	MSG_TRANSACTION_ID,
	MSG_PKI_STATUS,
	MSG_FAIL_INFO,
	MSG_SENDER_NONCE,
	MSG_RECIPIENT_NONCE,
	MSG_FAIL_INFO_TEXT,
	MSG_ATTRIBUTES,
};

/* What a SignedData is for, and so which attributes it must have. */
enum msg_purpose {
	MSG_PLAIN, /* contentType and messageDigest (RFC 5652 section 5.3) */
	MSG_SCEP,  /* messageType and transactionID as well (RFC 8894 section 3.2.1) */
};

struct msg_attributes {
	/* Contents octets of each one's single value, and its identifier octet: 0 when the attribute is
	 * absent. */
	gnutls_datum_t value[MSG_ATTRIBUTES];
	unsigned tag[MSG_ATTRIBUTES];
	/* The numbers among them, -1 when absent. */
	int message_type;
	int pki_status;
	int fail_info;
};

/* The OBJECT IDENTIFIER of an attribute in dotted decimal. */
const char *msg_attribute_oid(enum msg_attribute attribute);

/* True when TAG is the identifier octet of a type that the attribute may have, and SIZE a length it may have.
 */
bool msg_attribute_fits(enum msg_attribute attribute, unsigned tag, size_t size);

/* True when the number is one of RFC 8894's, or stands for none. */
bool msg_status_known(int status);
bool msg_fail_info_known(int fail_info);

/*
 * Reads ATTRIBUTES, the contents of SignedAttributes, which must have those that PURPOSE needs. Unknown
 * attributes are passed over. PKIMESSAGE_E_SYNTAX, _E_LIMIT, _E_ATTRIBUTE_DUPLICATE, _E_ATTRIBUTE_VALUE,
 * _E_ATTRIBUTE_MISSING.
 */
int msg_attributes_read(struct der attributes, enum msg_purpose purpose, struct msg_attributes *out);

#endif
