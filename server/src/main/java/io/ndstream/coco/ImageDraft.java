package io.ndstream.coco;

import java.util.List;

/**
 * An image row as read, its files not yet located and its video not yet looked up.
 *
 * @param image without video; assets without location
 * @param places of the assets in the document
 * @param fileRow position in the file's table
 * @param good whether it has no error so far
 * @param start byte offset of the row
 */
record ImageDraft(
    Image image,
    Long videoId,
    List<Where> places,
    int fileRow,
    boolean good,
    long start,
    int length) {}
