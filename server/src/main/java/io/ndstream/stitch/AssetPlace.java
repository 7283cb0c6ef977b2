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
import java.util.Collections;
import java.util.HexFormat;
import java.util.Set;

/**
 * Where the raster of an image goes.
 *
 * @param file absolute
 * @param list key of the image row: the one it uses already, so that no reader loses sight of its
 *     files
 * @param replaces whether it takes the place of an entry with the same channels: two files of one
 *     image with the same channel are no valid manifest
 */
record AssetPlace(Path file, String list, boolean replaces) {
  private static final int HASH_DIGITS = 16;

  /** Bytes; what is made of it on the way stays below what disks take. */
  private static final int LONGEST_NAME = 200;

  /**
   * @throws LoaderException ASSET_EXISTS
   */
  static AssetPlace of(Dataset dataset, RunSpec run, long id) {
    Image image = dataset.images().get(dataset.imageRowOfId(id));
    Asset.Source source = null;
    for (Asset asset : image.assets()) {
      if (asset.channels() != null && !Collections.disjoint(asset.channels(), run.channels())) {
        requireReplaceable(asset, run, id);
        source = asset.source();
      } else if (source == null && asset.source() == Asset.Source.ASSETS) {
        source = Asset.Source.ASSETS;
      }
    }
    return new AssetPlace(
        file(image, run),
        source == Asset.Source.ASSETS ? "assets" : "auxiliary",
        run.output().ifExists() != OutputSpec.IfExists.FAIL);
  }

  private static void requireReplaceable(Asset asset, RunSpec run, long image) {
    String hindrance = null;
    if (run.output().ifExists() == OutputSpec.IfExists.FAIL) {
      hindrance = "output.if_exists is FAIL";
    } else if (asset.source() == Asset.Source.IMAGE) {
      hindrance = "it is the image's own file";
    } else if (!Set.copyOf(asset.channels()).equals(Set.copyOf(run.channels()))) {
      hindrance = "the file has other channels besides, or not all of the run's";
    }
    if (hindrance != null) {
      throw LoaderException.of(
          Reason.ASSET_EXISTS,
          "run",
          run.name(),
          "image",
          image,
          "channels",
          run.channelCodes(),
          "file",
          asset.fileName(),
          "detail",
          hindrance);
    }
  }

  private static Path file(Image image, RunSpec run) {
    Path directory = run.output().directory();
    String suffix = "_" + suffix(run.channelCodes());
    String extension = run.output().format() == RasterSpec.Format.PNG ? ".png" : ".tif";
    Path named =
        directory
            .resolve((image.name() == null ? image.id() : image.name()) + suffix + extension)
            .normalize();
    int length = named.getFileName().toString().getBytes(StandardCharsets.UTF_8).length;
    if (!named.startsWith(directory) || length > LONGEST_NAME) {
      named = directory.resolve(image.id() + suffix + extension); // no file can have its name
    }
    Path file = named;
    String stem = named.getFileName().toString();
    stem = stem.substring(0, stem.length() - extension.length());
    boolean version = run.output().ifExists() == OutputSpec.IfExists.VERSION;
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
