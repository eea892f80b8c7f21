/*
 * suppression: how an address that must get no more messages is kept after its owner was forgotten:
 * as a keyed hash, which recognises the address and tells nobody what it is.
 */
#ifndef ROLLCALL_STORE_SUPPRESSION_H
#define ROLLCALL_STORE_SUPPRESSION_H

#define SUPPRESSION_HASH_SIZE 40

/* "hmac:" and 32 hexadecimal digits, the same for every case of the address. Needs the key of
 * token.h; with another key, nothing is recognised. Returns buf. */
const char *suppression_hash(const char *address, char buf[SUPPRESSION_HASH_SIZE]);

#endif
