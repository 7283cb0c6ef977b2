package io.ndstream.coco;

/**
 * What came of opening a manifest.
 *
 * @param dataset null if the report holds what forbids it: anything fatal, or any error when strict
 */
public record Reading(Report report, Dataset dataset) {}
