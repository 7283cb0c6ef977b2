/** Reasons, facts and argument checks. Uses nothing; everything uses it. */
package io.ndstream.error;
