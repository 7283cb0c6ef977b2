package io.ndstream.coco;

/**
 * What a manifest may ask of the server.
 *
 * @param nesting containers inside each other, the document itself counted
 * @param stringLength characters of one string
 * @param manifestBytes of the JSON, decompressed
 * @param expansion decompressed bytes a compressed byte may become
 * @param rows of one table
 */
public record Limits(int nesting, int stringLength, long manifestBytes, int expansion, int rows) {
  public static final Limits DEFAULT = new Limits(512, 16 << 20, 16L << 30, 100, 200_000_000);
}
