/** Slots in shared memory: files that clients on this machine map. */
package io.ndstream.shm;
