/** {@code main}, the commands, and how the parts are put together and shut down. */
package io.ndstream.app;
