/**
 * The open data sets: loaded once, leased by calls and streams, swapped when their manifest
 * changed.
 */
package io.ndstream.catalog;
