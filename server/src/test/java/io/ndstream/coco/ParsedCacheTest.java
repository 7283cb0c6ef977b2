package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.ClassPath;
import io.ndstream.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ParsedCacheTest {
  @TempDir Path temp;
  private Path manifest;
  private Path cache;
  private OpenOptions options;

  @BeforeEach
  void settle() throws Exception {
    manifest = temp.resolve("m.kwcoco.json");
    cache = temp.resolve("cache");
    options = OpenOptions.strict().withPaths(PathPolicy.resolveOnly()).withCache(cache);
    Files.copy(Oracle.path("kwcoco/valid/v32_mixture.kwcoco.json"), manifest);
    waitUntilSettled();
  }

  @Test
  void everyRecordedManifestComesBackTheSame() throws Exception {
    for (String kind : List.of("valid", "invalid")) {
      try (Stream<Path> files = Files.list(Oracle.path("kwcoco/" + kind))) {
        for (Path file : files.toList()) {
          Files.delete(manifest);
          Files.copy(file, manifest);
          waitUntilSettled();
          OpenOptions lenient = options.withLenient(true);
          assertThat(describe(lenient)).as("%s", file).isEqualTo(describe(lenient.withCache(null)));
          assertThat(describe(lenient))
              .as("%s from the cache", file)
              .isEqualTo(describe(lenient.withCache(null)));
        }
      }
    }
  }

  @Test
  void theSecondOpenReadsTheEntry() throws IOException {
    describe(options);
    Path entry = entry();
    FileTime written = Files.getLastModifiedTime(entry);
    describe(options);
    assertThat(Files.getLastModifiedTime(entry)).isEqualTo(written);
  }

  @Test
  void anEditOfTheSameLengthAndTimeIsNoticed() throws Exception {
    FileTime modified = Files.getLastModifiedTime(manifest);
    describe(options);
    Files.writeString(manifest, Files.readString(manifest).replace("\"video 0\"", "\"video X\""));
    Files.setLastModifiedTime(manifest, modified);
    waitUntilSettled();
    try (Dataset dataset = Manifests.open(manifest, options)) {
      assertThat(dataset.videos().get(0).name()).isEqualTo("video X");
    }
  }

  @Test
  void aDamagedEntryIsParsedAgain() throws IOException {
    String whole = describe(options);
    byte[] entry = Files.readAllBytes(entry());
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      byte[] damaged =
          i % 3 == 0 ? Arrays.copyOf(entry, random.nextInt(entry.length)) : entry.clone();
      if (damaged.length == entry.length) {
        damaged[random.nextInt(entry.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(entry(), damaged);
      assertThat(describe(options)).as("damage %s", i).isEqualTo(whole);
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNoObstacle() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThat(describe(options.withCache(file.resolve("below"))))
        .isEqualTo(describe(options.withCache(null)));
  }

  @Test
  void theMemberOfAnArchiveIsKeptBesideItsEntry() throws Exception {
    String plain = Files.readString(manifest);
    String whole = describeArchive(plain);
    FileTime written = Files.getLastModifiedTime(only(".manifest"));
    assertThat(describe(options)).isEqualTo(whole);
    assertThat(Files.getLastModifiedTime(only(".manifest"))).isEqualTo(written);

    Path member = only(".json");
    Files.writeString(member, Files.readString(member).replaceFirst("bbox", "xxxx"));
    assertThat(describe(options)).as("a member that was edited").isEqualTo(whole);
    Files.delete(only(".json"));
    assertThat(describe(options)).as("a member that is gone").isEqualTo(whole);

    assertThat(describeArchive(plain.replace("\"video 0\"", "\"video X\""))).contains("video X");
    assertThat(only(".json")).isNotEqualTo(member);
  }

  private String describeArchive(String json) throws Exception {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(manifest))) {
      zip.putNextEntry(new ZipEntry("m.json"));
      zip.write(json.getBytes(StandardCharsets.UTF_8));
    }
    waitUntilSettled();
    return describe(options);
  }

  private Path only(String ending) throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(ending)).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  @Test
  void serversThatShareTheDirectoryAgree() throws Exception {
    String whole = describe(options);
    List<Process> servers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      servers.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  ClassPath.of(
                      OtherServer.class,
                      Manifests.class,
                      JsonFactory.class,
                      ObjectMapper.class,
                      LoggerFactory.class),
                  OtherServer.class.getName(),
                  manifest.toString(),
                  cache.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    }
    for (Process server : servers) {
      assertThat(server.inputReader().readLine()).isEqualTo(Integer.toString(whole.hashCode()));
      assertThat(server.waitFor()).isZero();
    }
    assertThat(describe(options)).isEqualTo(whole);
    assertThat(entry()).exists();
  }

  /**
   * Opens the manifest again and again; half the time it takes the entry away first, so that both
   * are writing and reading.
   */
  static final class OtherServer {
    private OtherServer() {}

    public static void main(String[] args) throws IOException {
      OpenOptions options =
          OpenOptions.strict().withPaths(PathPolicy.resolveOnly()).withCache(Path.of(args[1]));
      Set<Integer> seen = new HashSet<>();
      for (int round = 0; round < 100; round++) {
        if (round % 2 == 0) {
          try (Stream<Path> files = Files.list(options.cache())) {
            for (Path file : files.filter(name -> name.toString().endsWith(".manifest")).toList()) {
              Files.deleteIfExists(file);
            }
          }
        }
        seen.add(describe(Path.of(args[0]), options).hashCode());
      }
      System.out.println(seen.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }
  }

  private Path entry() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files
          .reduce(
              (a, b) -> {
                throw new IllegalStateException("litter: " + b);
              })
          .orElseThrow();
    }
  }

  private String describe(OpenOptions how) {
    return describe(manifest, how);
  }

  private static String describe(Path manifest, OpenOptions how) {
    Reading reading = Manifests.read(manifest, how);
    if (reading.dataset() == null) {
      return reading.report().toString();
    }
    try (Dataset dataset = reading.dataset()) {
      StringBuilder text = new StringBuilder();
      text.append(reading.report()).append(dataset.fingerprint()).append(dataset.categories());
      text.append(dataset.keypointCategories())
          .append(dataset.videos())
          .append(dataset.images())
          .append(dataset.tracks());
      Annotations all = dataset.annotations();
      for (int image = 0; image < dataset.images().size(); image++) {
        text.append(Arrays.toString(all.ofImage(image))).append(dataset.imageJson(image));
      }
      for (int row = 0; row < all.size(); row++) {
        text.append(all.id(row))
            .append(' ')
            .append(all.rowOfId(all.id(row)))
            .append(' ')
            .append(all.image(row));
        text.append(all.hasCategory(row))
            .append(all.categoryId(row))
            .append(all.x(row))
            .append(all.y(row));
        text.append(all.width(row))
            .append(all.height(row))
            .append(all.trackId(row))
            .append(all.json(row));
        text.append(all.keypoints(row) == null ? null : all.keypoints(row).categories());
        Segmentation shape = all.segmentation(row);
        text.append(shape == null ? null : Arrays.toString(ShapeSummary.of(shape).box()));
      }
      return text.toString();
    }
  }

  private void waitUntilSettled() throws Exception {
    while (!FileIdentity.of(manifest).isSettled(System.currentTimeMillis())) {
      Thread.sleep(5);
    }
  }
}
