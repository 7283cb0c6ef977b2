package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WholeFileTest {
  private static final int SIDE = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void aFileWithoutItsEndIsRefused(RasterSpec.Format format) throws IOException {
    Path file = write(format);
    WholeFile.require(file, format, "whole");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long size : List.of(channel.size() - 8, channel.size() / 2, 8L, 0L)) {
        channel.truncate(size);
        assertThatThrownBy(() -> WholeFile.require(file, format, "cut"))
            .as("%d bytes", size)
            .isInstanceOfSatisfying(
                LoaderException.class,
                refused -> {
                  assertThat(refused.reason()).isEqualTo(Reason.DISK_FULL);
                  assertThat(refused.facts()).containsEntry("file", "cut");
                });
      }
    }
  }

  private Path write(RasterSpec.Format format) {
    Path file = directory.resolve("file");
    byte[] noise = new byte[SIDE * SIDE];
    new Random(1).nextBytes(noise);
    RasterSpec spec =
        RasterSpec.of(format, SIDE, SIDE, 1, DType.UINT8).withCompression("DEFLATE", 2);
    try (RasterWriter writer = RasterWriter.create(file, spec)) {
      writer.write(new Window(0, 0, SIDE, SIDE), ByteBuffer.wrap(noise));
      writer.commit();
    }
    return file;
  }
}
