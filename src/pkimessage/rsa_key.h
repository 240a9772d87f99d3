/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a private key in nettle's form is made of (rsa.h); apart, so that a test can spoil it.
 */
#ifndef PKIMESSAGE_RSA_KEY_H
#define PKIMESSAGE_RSA_KEY_H

#include "pkimessage/rsa.h"
#include "pkimessage/rsa_blind.h"

struct msg_rsa {
	struct rsa_public_key public_key;
	struct rsa_private_key private_key;
	struct msg_modulus modulus;
	struct msg_blinding blinding;
	mp_limb_t *input; /* blinded; each of these three as long as the modulus, in one piece */
	mp_limb_t *root;
	mp_limb_t *raised;
};

#endif
