/**
 * The kwcoco / MS-COCO manifest: immutable columns and records, the streaming parser and its
 * checks.
 */
package io.ndstream.coco;
