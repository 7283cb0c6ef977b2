/** Settings from a file and the environment, under the names of the command line. */
package io.ndstream.config;
