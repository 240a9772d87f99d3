/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The errors that rooms return to each other. A function returns ERR_OK (0) or one of these; the reason in
 * words is logged once, where it is found. libpkimessage has its own enumeration because it is installed on
 * its own, and what a client is told is decided by enum enrol_reason alone.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum err {
	ERR_OK = 0,
	ERR_MEMORY, /* out of memory */
	ERR_SYSTEM, /* a system call failed; errno was logged */
	ERR_SYNTAX, /* input is not of the form its specification demands */
	ERR_LIMIT, /* input is of the right form but larger, deeper or more numerous than base/limits.h allows
		    */
	ERR_UNSUPPORTED, /* well-formed, but an algorithm, type or version we do not do */
	ERR_NOT_FOUND,   /* no such object */
	ERR_EXISTS,      /* the object is there already (a unique key was hit) */
	ERR_PERMISSION,  /* file mode, owner or access rule forbids it */
	ERR_EXPIRED,     /* outside its validity period */
	ERR_MISMATCH,    /* two things that must agree do not (key and certificate, name and name) */
	ERR_SIGNATURE,   /* a signature or chain does not verify */
	ERR_CRYPTO,      /* the cryptographic library refused, for a reason other than the input */
	ERR_UNAVAILABLE, /* a service (database, token) does not answer; trying later may work */
	ERR_CONFIG,      /* a setting is missing, wrong or contradictory */
};

/* A short fixed text for ERROR, for logs. Never NULL; unknown values give "unknown error". */
const char *err_text(enum err error);

#endif
