package io.ndstream.raster;

import java.util.List;

/**
 * What a check of a cloud-optimised TIFF found.
 *
 * @param levels main image first, then overviews in file order; empty if the file is no TIFF
 */
public record CogReport(String file, List<Finding> findings, List<Level> levels) {
  public CogReport {
    findings = List.copyOf(findings);
    levels = List.copyOf(levels);
  }

  /** True if there are no errors. */
  public boolean isValid() {
    return findings.stream().noneMatch(f -> f.severity() == Severity.ERROR);
  }

  /** How bad a finding is. */
  public enum Severity {
    ERROR,
    INFO
  }

  /**
   * One thing found.
   *
   * @param code never changes its meaning
   */
  public record Finding(Severity severity, Code code, String message) {}

  /** What can be found. */
  public enum Code {
    UNREADABLE,
    NOT_TIFF,
    EXTERNAL_OVERVIEWS,
    NOT_TILED,
    DIRECTORY_NOT_FIRST,
    OVERVIEW_LARGER,
    OVERVIEW_NOT_TILED,
    DIRECTORY_ORDER,
    SPARSE,
    DATA_BEFORE_DIRECTORY,
    DATA_ORDER,
    NO_OVERVIEWS,
    CODEC_THROUGH_GDAL
  }

  /**
   * Where one image of the file lies.
   *
   * @param directoryOffset byte where its directory begins
   * @param dataOffset byte where its first block begins, 0 if it was never written
   */
  public record Level(
      int width,
      int height,
      int tileWidth,
      int tileHeight,
      long directoryOffset,
      long dataOffset) {}
}
