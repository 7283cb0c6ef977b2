package io.ndstream.coco;

/**
 * @param supercategory name of the parent, or null
 * @param reflectionId the partner after a horizontal flip, or null
 */
public record KeypointCategory(long id, String name, String supercategory, Long reflectionId) {}
