/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/der.h"
#include "gateway/client_private.h"

void client_list_free(struct client_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		bytes_free(&list->items[i]);
	list->count = 0;
}

enum client_outcome client_list_add_joined(struct client_list *list, const gnutls_datum_t *ders)
{
	struct der rest = der_open(ders);

	do {
		gnutls_datum_t der = der_raw(&rest, DER_SEQUENCE);

		if (rest.failed)
			return CLIENT_SYNTAX;
		if (list->count >= list->max)
			return list->over;
		if (der.size > LIMIT_CLIENT_CERTIFICATE || !bytes_copy(&der, &list->items[list->count]))
			return CLIENT_LIMIT;
		list->count++;
	} while (der_more(&rest));
	return CLIENT_GIVEN;
}

enum client_outcome client_list_add(struct client_list *list, const gnutls_datum_t *der)
{
	struct der rest = der_open(der);

	(void)der_raw(&rest, DER_SEQUENCE);
	return der_done(&rest) ? client_list_add_joined(list, der) : CLIENT_SYNTAX;
}
