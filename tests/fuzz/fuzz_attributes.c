/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever signed attributes hold, what is read from them has the type, length and range that it must have.
 */
#include "base/bytes.h"
#include "fuzz/fuzz.h"
#include "pkimessage/attributes.h"

FUZZ_ASN1

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	struct msg_attributes attributes;

	if (msg_attributes_read(der_open(&input), MSG_SCEP, &attributes) != PKIMESSAGE_OK)
		return 0;
	for (int i = 0; i < MSG_ATTRIBUTES; i++) {
		const gnutls_datum_t *value = &attributes.value[i];

		if (attributes.tag[i] == 0)
			continue;
		FUZZ_PROMISE(value->data >= data && value->size <= size);
		FUZZ_PROMISE((size_t)(value->data - data) <= size - value->size);
		FUZZ_PROMISE(msg_attribute_fits((enum msg_attribute)i, attributes.tag[i], value->size));
	}
	FUZZ_PROMISE(attributes.tag[MSG_TRANSACTION_ID] != 0 && attributes.tag[MSG_MESSAGE_DIGEST] != 0);
	FUZZ_PROMISE(attributes.message_type >= 0 && attributes.message_type <= 999);
	FUZZ_PROMISE(msg_status_known(attributes.pki_status) && msg_fail_info_known(attributes.fail_info));
	return 0;
}
