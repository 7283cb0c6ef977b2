package io.ndstream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path directory;

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("server.json"), content);
  }

  @Test
  void theEnvironmentWinsOverTheFile() throws IOException {
    Path file =
        file(
            "{\"memory-budget\": \"1GiB\", \"workers\": 3, \"listen\": [\"unix:/a\", \"tcp:h:1\"], \"lenient\": true}");
    Settings settings =
        Settings.of(Map.of("NDSTREAM_MEMORY_BUDGET", "2GiB", "MEMORY_BUDGET", "3GiB"), file);
    assertThat(settings.value("memory-budget")).isEqualTo("2GiB");
    assertThat(settings.value("workers")).isEqualTo("3");
    assertThat(settings.value("listen")).isEqualTo("unix:/a,tcp:h:1");
    assertThat(settings.value("lenient")).isEqualTo("true");
    assertThat(settings.value("http")).isNull();
  }

  @Test
  void aFaultyFileIsRefusedWithItsName() throws IOException {
    for (String content :
        new String[] {"[1]", "{\"workers\": {\"a\": 1}}", "{\"workers\": null}", "{", ""}) {
      Path file = file(content);
      assertThatThrownBy(() -> Settings.of(Map.of(), file))
          .as(content)
          .isInstanceOfSatisfying(
              LoaderException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.BAD_ARGUMENT);
                assertThat(e.facts()).containsEntry("config", file.toString());
              });
    }
    Path missing = directory.resolve("missing.json");
    assertThatThrownBy(() -> Settings.of(Map.of(), missing)).hasMessageContaining("missing.json");
  }

  @Test
  void sizesHaveUnits() {
    assertThat(ByteSize.parse("512MiB").bytes()).isEqualTo(512L << 20);
    assertThat(ByteSize.parse("2g").bytes()).isEqualTo(2L << 30);
    assertThat(ByteSize.parse(" 7 kb ").bytes()).isEqualTo(7L << 10);
    assertThat(ByteSize.parse("1048576").bytes()).isEqualTo(1L << 20);
    for (String bad : new String[] {"", "-1", "1.5g", "10 apples", "99999999999999t"}) {
      assertThatThrownBy(() -> ByteSize.parse(bad)).as(bad).isInstanceOf(LoaderException.class);
    }
    assertThat(ByteSize.format(1536)).isEqualTo("1.5 KiB");
    assertThat(ByteSize.format(512L << 20)).isEqualTo("512 MiB");
  }
}
