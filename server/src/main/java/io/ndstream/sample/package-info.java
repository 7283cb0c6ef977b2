/**
 * One sample into a given row: from a target to windows of files, read, warped, cast and labelled.
 */
package io.ndstream.sample;
