package io.ndstream.raster;

import static io.ndstream.raster.CogReport.Severity.ERROR;
import static io.ndstream.raster.CogReport.Severity.INFO;

import io.ndstream.raster.CogReport.Code;
import io.ndstream.raster.CogReport.Finding;
import io.ndstream.raster.CogReport.Level;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks whether a file is a cloud-optimised TIFF: tiled, directories first, overviews from large
 * to small, data from small to large. Reads the directories only.
 */
public final class CogValidator {
  /** What may stand between the header and the first directory. */
  private static final String STRUCTURE_MARK = "GDAL_STRUCTURAL_METADATA_SIZE=";

  /** An image up to this size may be a single block of any shape. */
  private static final int SMALL_SIDE = 512;

  private final Path file;
  private final List<Finding> findings = new ArrayList<>();

  private CogValidator(Path file) {
    this.file = file;
  }

  /** The report; a file that cannot be read or is no TIFF gives one too. */
  public static CogReport validate(Path file) {
    return new CogValidator(file).run();
  }

  private CogReport run() {
    List<Level> levels = List.of();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      List<TiffDirectory> all = directories(channel);
      if (!all.isEmpty()) {
        levels = check(channel, all);
      }
    } catch (NoSuchFileException e) {
      error(Code.UNREADABLE, "no such file");
    } catch (IOException e) {
      error(Code.UNREADABLE, e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return new CogReport(file.toString(), findings, levels);
  }

  private List<TiffDirectory> directories(FileChannel channel) {
    try {
      return TiffParser.parse(channel);
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      error(Code.NOT_TIFF, "not a TIFF that can be understood: " + e.getMessage());
      return List.of();
    }
  }

  private List<Level> check(FileChannel channel, List<TiffDirectory> all) throws IOException {
    TiffDirectory main = all.get(0);
    List<TiffDirectory> levels = new ArrayList<>(List.of(main));
    all.stream().skip(1).filter(TiffDirectory::isOverview).forEach(levels::add);
    if (Files.exists(Path.of(file + ".ovr"))) {
      error(
          Code.EXTERNAL_OVERVIEWS, "overviews lie in another file, " + file.getFileName() + ".ovr");
    }
    checkTiling(levels);
    checkDirectories(channel, levels);
    checkData(levels);
    if (levels.size() == 1 && Math.max(main.width(), main.height()) > SMALL_SIDE) {
      note(Code.NO_OVERVIEWS, "no overviews; reading at a small scale reads every pixel");
    }
    if (!NativeTiff.decodes(main)) {
      note(
          Code.CODEC_THROUGH_GDAL,
          "compression " + main.compression() + " is decoded through GDAL, under its locks");
    }
    return levels.stream()
        .map(
            d ->
                new Level(
                    d.width(),
                    d.height(),
                    d.isTiled() ? d.tileWidth() : d.width(),
                    d.tileHeight(),
                    d.position(),
                    d.firstBlock()))
        .toList();
  }

  private void checkTiling(List<TiffDirectory> levels) {
    for (int i = 0; i < levels.size(); i++) {
      TiffDirectory d = levels.get(i);
      if (!d.isTiled() && Math.max(d.width(), d.height()) > SMALL_SIDE) {
        error(
            i == 0 ? Code.NOT_TILED : Code.OVERVIEW_NOT_TILED,
            (i == 0 ? "the image" : "overview " + (i - 1))
                + " is stored in strips as wide as it is");
      }
      if (i > 0
          && (d.width() > levels.get(i - 1).width() || d.height() > levels.get(i - 1).height())) {
        error(Code.OVERVIEW_LARGER, "overview " + (i - 1) + " is larger than the level before it");
      }
    }
  }

  private void checkDirectories(FileChannel channel, List<TiffDirectory> levels)
      throws IOException {
    long first = levels.get(0).position();
    long expected = afterStructure(channel);
    if (first != 8 && first != 16 && (first < expected || first > expected + 16)) {
      error(
          Code.DIRECTORY_NOT_FIRST,
          "the first directory begins at byte " + first + ", not after the header");
    }
    for (int i = 1; i < levels.size(); i++) {
      if (levels.get(i).position() < levels.get(i - 1).position()) {
        error(
            Code.DIRECTORY_ORDER,
            "the directory of overview "
                + (i - 1)
                + " begins at byte "
                + levels.get(i).position()
                + ", before that of the level above it");
      }
    }
  }

  /** The byte after GDAL's structural metadata, or -1 if there are none. */
  private static long afterStructure(FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(16 + STRUCTURE_MARK.length() + 6 + 7);
    channel.read(head, 0);
    String text = new String(head.array(), StandardCharsets.ISO_8859_1);
    int mark = text.indexOf(STRUCTURE_MARK);
    if (mark != 8 && mark != 16) {
      return -1;
    }
    String digits =
        text.substring(mark + STRUCTURE_MARK.length(), mark + STRUCTURE_MARK.length() + 6);
    // "NNNNNN bytes\n" follows the mark; the count begins after that line
    return digits.matches("\\d{6}")
        ? mark + STRUCTURE_MARK.length() + 13 + Long.parseLong(digits)
        : -1;
  }

  private void checkData(List<TiffDirectory> levels) {
    TiffDirectory smallest = levels.get(levels.size() - 1);
    if (levels.stream().anyMatch(d -> d.firstBlock() == 0)) {
      note(
          Code.SPARSE,
          "the first block of a level was never written; the order of the data is not judged");
      return;
    }
    if (smallest.firstBlock() < smallest.position()) {
      error(
          Code.DATA_BEFORE_DIRECTORY, "the data of the smallest level begin before its directory");
    }
    for (int i = levels.size() - 1; i > 0; i--) {
      if (levels.get(i - 1).firstBlock() < levels.get(i).firstBlock()) {
        error(
            Code.DATA_ORDER,
            "the data of "
                + (i == 1 ? "the image" : "overview " + (i - 2))
                + " begin before those of overview "
                + (i - 1)
                + ", which is smaller");
      }
    }
  }

  private void error(Code code, String message) {
    findings.add(new Finding(ERROR, code, message));
  }

  private void note(Code code, String message) {
    findings.add(new Finding(INFO, code, message));
  }
}
