package io.ndstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ndstream.v1.WindowState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real server, killed while two clients stream windows into two runs and have their rasters
 * written: what comes of it is what an undisturbed server makes, to the last bit.
 */
@Timeout(600)
class KilledServerTest {
  private static final int KILLS = 50;
  private static final int LONGEST_WAIT_MILLIS = 40;

  @TempDir Path scratch;

  @Test
  void killedAtFiftyMoments() throws Exception {
    Path undisturbed = stitch("undisturbed", 0, 1);
    long seed = System.nanoTime();
    Path killed = stitch("killed", KILLS, seed);
    assertThat(manifest(killed)).as("manifest, seed %d", seed).isEqualTo(manifest(undisturbed));
    Map<String, byte[]> expected = rasters(undisturbed);
    Map<String, byte[]> found = rasters(killed);
    assertThat(found.keySet()).as("files, seed %d", seed).isEqualTo(expected.keySet());
    expected.forEach(
        (name, bytes) ->
            assertThat(found.get(name)).as("%s, seed %d", name, seed).isEqualTo(bytes));
  }

  @Test
  void aServerThatStaysAwayIsGivenUp() throws Exception {
    Path place = Files.createTempDirectory(Path.of("/tmp"), "ndstream.");
    try (MortalServer server = new MortalServer(place, Predictions.manifest(scratch))) {
      server.start();
      server.awaitReady();
      ClientOptions hasty = ClientOptions.DEFAULT.withPatience(Duration.ofSeconds(1));
      try (Client client = Client.connect(server.address(), hasty)) {
        StitchRun run = client.stitch(Predictions.runs().get(0));
        server.kill();
        assertThatThrownBy(() -> run.add(Predictions.window("exact", 1, 0)))
            .isInstanceOfSatisfying(
                NdstreamException.class,
                e -> assertThat(e.reason()).isEqualTo("SERVER_UNREACHABLE"));
      }
    } finally {
      delete(place);
    }
  }

  /** Returns the bundle, after it has looked for litter. */
  private Path stitch(String name, int kills, long seed) throws Exception {
    Path bundle = scratch.resolve(name);
    Path manifest = Predictions.manifest(bundle);
    Path place =
        Files.createTempDirectory(Path.of("/tmp"), "ndstream."); // a socket's path is short
    try (MortalServer server = new MortalServer(place, manifest, "--stitch-memory", "1MiB")) {
      server.start();
      server.awaitReady();
      try (StitchingClients clients = new StitchingClients(server.address(), seed)) {
        clients.start();
        kill(server, clients, kills, new Random(seed));
        clients.join();
        assertKept(clients, clients.acknowledged());
        clients.finish();
      } catch (AssertionError | RuntimeException e) {
        fail("seed " + seed + ", the server's log:\n" + server.words(), e);
      }
      assertThat(server.stop()).isZero();
      assertThat(list(server.workdir().resolve("stitch"))).as("seed %d", seed).isEmpty();
      assertThat(list(server.temporary())).as("seed %d", seed).isEmpty();
      return bundle;
    } finally {
      delete(place);
    }
  }

  private static void kill(MortalServer server, StitchingClients clients, int kills, Random random)
      throws Exception {
    for (int kill = 0; kill < kills; kill++) {
      clients.awaitSteps(random);
      Thread.sleep(random.nextInt(LONGEST_WAIT_MILLIS));
      server.kill();
      server.start();
      server.awaitReady();
      assertKept(clients, clients.someAcknowledged(random));
    }
  }

  private static void assertKept(StitchingClients clients, List<StitchingClients.Sent> windows) {
    assertThat(clients.again(windows))
        .hasSameSizeAs(windows)
        .allMatch(ack -> ack.getState() == WindowState.WINDOW_STATE_DUPLICATE);
  }

  private static JsonNode manifest(Path bundle) throws IOException {
    return new ObjectMapper().readTree(bundle.resolve("data.kwcoco.json").toFile());
  }

  private static Map<String, byte[]> rasters(Path bundle) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (Path file : list(bundle)) {
      files.put(bundle.relativize(file).toString(), Files.readAllBytes(file));
    }
    files.remove("data.kwcoco.json");
    return files;
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
