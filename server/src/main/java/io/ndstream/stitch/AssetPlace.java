package io.ndstream.stitch;

import io.ndstream.coco.Asset;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.raster.RasterSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where the raster of an image goes.
 *
 * @param file absolute
 * @param list key of the image row: the one it uses already, so that no reader loses sight of its
 *     files
 * @param replaces {@code file_name} of the entry with the same channels, or null
 */
record AssetPlace(Path file, String list, String replaces) {
  private static final int HASH_DIGITS = 16;

  /**
   * @throws LoaderException ASSET_EXISTS
   */
  static AssetPlace of(Dataset dataset, RunSpec run, long id) {
    Image image = dataset.images().get(dataset.imageRowOfId(id));
    Asset same =
        image.assets().stream()
            .filter(asset -> run.channels().equals(asset.channels()))
            .findFirst()
            .orElse(null);
    OutputSpec output = run.output();
    if (same != null && output.ifExists() == OutputSpec.IfExists.FAIL) {
      throw LoaderException.of(
          Reason.ASSET_EXISTS,
          "run",
          run.name(),
          "image",
          id,
          "channels",
          run.channelCodes(),
          "file",
          same.fileName());
    }
    boolean usesAssets =
        image.assets().stream().anyMatch(asset -> asset.source() == Asset.Source.ASSETS);
    boolean replace =
        same != null
            && output.ifExists() == OutputSpec.IfExists.REPLACE
            && same.source() != Asset.Source.IMAGE;
    boolean version = same != null && output.ifExists() == OutputSpec.IfExists.VERSION;
    return new AssetPlace(
        file(image, run, version),
        usesAssets ? "assets" : "auxiliary",
        replace ? same.fileName() : null);
  }

  private static Path file(Image image, RunSpec run, boolean version) {
    Path directory = run.output().directory();
    String suffix = "_" + suffix(run.channelCodes());
    String extension = run.output().format() == RasterSpec.Format.PNG ? ".png" : ".tif";
    Path named =
        directory
            .resolve((image.name() == null ? image.id() : image.name()) + suffix + extension)
            .normalize();
    if (!named.startsWith(directory)) {
      named =
          directory.resolve(
              image.id() + suffix + extension); // the name would lead out of the directory
    }
    Path file = named;
    String stem = named.getFileName().toString();
    stem = stem.substring(0, stem.length() - extension.length());
    for (int number = 2; version && Files.exists(file); number++) {
      file = named.resolveSibling(stem + "_v" + number + extension);
    }
    return file;
  }

  /** The codes themselves, or a hash of them if they are several. */
  private static String suffix(String codes) {
    if (codes.matches("[A-Za-z0-9._:-]{1,100}")) {
      return codes;
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-512").digest(codes.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
