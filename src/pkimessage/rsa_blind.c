/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/rsa_blind.h"

#include "base/limits.h"

#include <gnutls/crypto.h>
#include <unistd.h>

int msg_blinding_init(struct msg_blinding *blinding, const struct msg_modulus *modulus)
{
	*blinding = (struct msg_blinding){.limbs = modulus->limbs};
	blinding->forward = gnutls_calloc(2 * modulus->limbs, sizeof *blinding->forward);
	if (blinding->forward == NULL)
		return PKIMESSAGE_E_MEMORY;
	blinding->back = blinding->forward + modulus->limbs;
	return PKIMESSAGE_OK;
}

void msg_blinding_free(struct msg_blinding *blinding)
{
	if (blinding->forward != NULL)
		gnutls_memset(blinding->forward, 0, 2 * blinding->limbs * sizeof *blinding->forward);
	gnutls_free(blinding->forward);
	*blinding = (struct msg_blinding){.forward = NULL};
}

static int make(struct msg_blinding *blinding, const struct msg_modulus *modulus)
{
	int error = msg_modular_random(modulus, blinding->forward);

	if (error == PKIMESSAGE_OK)
		error = msg_modular_invert(modulus, blinding->back, blinding->forward);
	if (error == PKIMESSAGE_OK)
		msg_modular_raise(modulus, blinding->forward, blinding->forward);
	return error;
}

static void square(struct msg_blinding *blinding, const struct msg_modulus *modulus)
{
	msg_modular_multiply(modulus, blinding->forward, blinding->forward, blinding->forward);
	msg_modular_multiply(modulus, blinding->back, blinding->back, blinding->back);
}

int msg_blinding_next(struct msg_blinding *blinding, const struct msg_modulus *modulus)
{
	pid_t process = getpid();
	int error = PKIMESSAGE_OK;

	if (blinding->uses == 0 || blinding->uses == LIMIT_RSA_BLINDINGS || blinding->process != process) {
		blinding->uses = 0;
		error = make(blinding, modulus);
	} else {
		square(blinding, modulus);
	}
	if (error == PKIMESSAGE_OK)
		blinding->uses++;
	blinding->process = process;
	return error;
}
