/* sandbox: what a child gives up before it reads a word of the world.
 *
 * Both end the child when the parent dies, forbid new privileges, core dumps
 * and being traced by others of the same user, and bound memory and open files.
 * Under AddressSanitizer neither the memory limit nor the filter is set: it
 * needs terabytes of address space and system calls of its own. */
#ifndef IO_SANDBOX_H
#define IO_SANDBOX_H

#include "base/rc.h"

/* fetch and submit: the network and their secret, nothing to read but the CA file. */
enum rc sandbox_limit(struct why *why);

/* parse: read and write what is open, get memory, nothing else. Opening a file
 * is answered with EACCES (a library may ask for a charset not loaded before);
 * any other system call ends the process. */
enum rc sandbox_close(struct why *why);

#endif
