/**
 * Runs recorded cases through a real server process and counts what agrees. Nothing here knows the
 * server's classes.
 */
package io.ndstream.bench.conform;
