package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlySyncTest {
  @TempDir Path directory;

  @Test
  void aFailureIsNotForgottenByTheSyncsAfterIt() throws IOException {
    Path file = directory.resolve("late");
    EarlySync early = new EarlySync(file);
    early.wrote(EarlySync.STEP);
    assertThatThrownBy(early::await).isInstanceOf(NoSuchFileException.class);
    Files.createFile(file);
    early.wrote(EarlySync.STEP);
    assertThatThrownBy(early::await).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void littleIsLeftToTheLastSync() {
    EarlySync early = new EarlySync(directory.resolve("absent"));
    early.wrote(EarlySync.STEP - 1);
    assertThatCode(early::await).doesNotThrowAnyException();
  }

  /** A file whose pixels may not be on the disk must not get its name. */
  @Test
  void aFailureEndsTheCommit() throws IOException {
    Path target = directory.resolve("raster.tif");
    try (AtomicFile file = AtomicFile.beside(target)) {
      file.wrote(EarlySync.STEP);
      assertThatThrownBy(file::commit).isInstanceOf(LoaderException.class);
      Files.createFile(file.temporary());
      assertThatThrownBy(file::commit).isInstanceOf(LoaderException.class);
    }
    assertThat(directory).isEmptyDirectory();
  }
}
