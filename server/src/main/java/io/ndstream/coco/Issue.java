package io.ndstream.coco;

/**
 * One thing wrong with a manifest.
 *
 * @param where JSON pointer; empty for the whole file
 * @param message a sentence with the offending value
 */
public record Issue(IssueCode code, Severity severity, String where, String message) {}
