/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an RSA private key's work is blinded with (Kocher, CRYPTO 1996): its input is multiplied by r^e and
 * its output by 1/r, so that neither what is chosen by an attacker nor what he is after is ever under the
 * key.
 *
 * An inverse for each operation would cost as much as the operation. One pair (r^e, 1/r) is made instead, and
 * both of it squared for every use, which makes the pair of another r; after LIMIT_RSA_BLINDINGS uses a new
 * random r is taken. So no pair is used twice, and who finds one knows no more than the few that follow it.
 * Two processes would share the pairs that come after a fork: in another process than the one that made it, a
 * pair is not used.
 */
#ifndef PKIMESSAGE_RSA_BLIND_H
#define PKIMESSAGE_RSA_BLIND_H

#include "pkimessage/rsa_modular.h"

#include <sys/types.h>

/* Secret, all of it. */
struct msg_blinding {
	mp_limb_t *forward; /* r^e */
	mp_limb_t *back;    /* 1/r; behind FORWARD in one piece */
	size_t limbs;       /* of each */
	unsigned uses;      /* of this random number; 0: there is none yet */
	pid_t process;      /* whose it is */
};

/* Room for a pair of MODULUS, none being there yet. PKIMESSAGE_E_MEMORY. */
int msg_blinding_init(struct msg_blinding *blinding, const struct msg_modulus *modulus);

/* Wipes and frees. */
void msg_blinding_free(struct msg_blinding *blinding);

/* Puts into FORWARD and BACK a pair to use once. PKIMESSAGE_E_CRYPTO, _E_MEMORY: no pair is there. */
int msg_blinding_next(struct msg_blinding *blinding, const struct msg_modulus *modulus);

#endif
