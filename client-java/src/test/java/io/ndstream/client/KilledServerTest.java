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
import org.junit.jupiter.api.io.TempDir;

/**
 * The real server, ended in every way while two clients stream windows into two runs and have their
 * rasters written: what comes of it is what an undisturbed server makes, to the last bit.
 */
class KilledServerTest {
  private static final int KILLS = 50;
  private static final int STOPS = 3;
  private static final int LONGEST_WAIT_MILLIS = 40;

  @TempDir Path scratch;

  /** Ends a server. */
  private interface End {
    void of(MortalServer server) throws Exception;
  }

  @Test
  void killedAtFiftyMoments() throws Exception {
    assertUndisturbed(KILLS, MortalServer::kill);
  }

  @Test
  void stoppedInGoodOrder() throws Exception {
    assertUndisturbed(STOPS, server -> assertThat(server.stop()).isZero());
  }

  private void assertUndisturbed(int times, End end) throws Exception {
    Path undisturbed = stitch("undisturbed", 0, end, 1);
    long seed = System.nanoTime();
    Path killed = stitch("killed", times, end, seed);
    assertThat(manifest(killed)).as("manifest, seed %d", seed).isEqualTo(manifest(undisturbed));
    Map<String, byte[]> expected = rasters(undisturbed);
    Map<String, byte[]> found = rasters(killed);
    assertThat(found.keySet()).as("files, seed %d", seed).isEqualTo(expected.keySet());
    expected.forEach(
        (name, bytes) ->
            assertThat(found.get(name)).as("%s, seed %d", name, seed).isEqualTo(bytes));
  }

  @Test
  void aFullDiskIsToldAndCostsNothingThatWasAcknowledged() throws Exception {
    Path place = place();
    try (MortalServer server = new MortalServer(place, Predictions.manifest(scratch))) {
      server.start("ulimit -f 700; "); // no file over 700 KiB
      server.awaitReady();
      try (Client client = Client.connect(server.address())) {
        StitchRun run = client.stitch(Predictions.runs().get(0));
        int kept = 0;
        while (kept < Predictions.WINDOWS && isTaken(run, kept)) {
          kept++;
        }
        assertThat(kept).isBetween(1, Predictions.WINDOWS - 1);
        assertThat(run.status().getWindows()).isEqualTo(kept);
        assertThat(server.stop()).isZero();
        server.start();
        server.awaitReady();
        assertThat(run.status().getWindows()).isEqualTo(kept);
        for (int number = 0; number < Predictions.WINDOWS; number++) {
          assertThat(isTaken(run, number)).isTrue();
        }
        assertThat(run.status().getWindows()).isEqualTo(Predictions.WINDOWS);
        run.finish();
      }
    } finally {
      delete(place);
    }
  }

  private static boolean isTaken(StitchRun run, int number) {
    try {
      run.add(Predictions.window("exact", 1, number));
      return true;
    } catch (NdstreamException e) {
      assertThat(e.reason()).isEqualTo("DISK_FULL");
      return false;
    }
  }

  @Test
  void aServerThatStaysAwayIsGivenUp() throws Exception {
    assertGivenUpAndFound(Duration.ofSeconds(1));
  }

  /** The channel that failed is not yet due to connect again. */
  @Test
  void aServerThatIsBackIsFoundByOneTry() throws Exception {
    assertGivenUpAndFound(Duration.ZERO);
  }

  private void assertGivenUpAndFound(Duration patience) throws Exception {
    Path place = place();
    try (MortalServer server = new MortalServer(place, Predictions.manifest(scratch))) {
      server.start();
      server.awaitReady();
      ClientOptions hasty = ClientOptions.DEFAULT.withPatience(patience);
      try (Client client = Client.connect(server.address(), hasty)) {
        StitchRun run = client.stitch(Predictions.runs().get(0));
        server.kill();
        assertThatThrownBy(() -> run.add(Predictions.window("exact", 1, 0)))
            .isInstanceOfSatisfying(
                NdstreamException.class,
                e -> assertThat(e.reason()).isEqualTo("SERVER_UNREACHABLE"));
        server.start();
        server.awaitReady();
        run.add(Predictions.window("exact", 1, 0));
        assertThat(run.status().getWindows()).isOne();
      }
    } finally {
      delete(place);
    }
  }

  /** Not java.io.tmpdir, which may be long: a socket's path has at most 107 bytes. */
  private static Path place() throws IOException {
    return Files.createTempDirectory(Path.of("/tmp"), "ndstream.");
  }

  /** Returns the bundle, after it has looked for litter. */
  private Path stitch(String name, int times, End end, long seed) throws Exception {
    Path bundle = scratch.resolve(name);
    Path manifest = Predictions.manifest(bundle);
    Path place = place();
    try (MortalServer server = new MortalServer(place, manifest, "--stitch-memory", "1MiB")) {
      server.start();
      server.awaitReady();
      try (StitchingClients clients = new StitchingClients(server.address(), seed)) {
        clients.start();
        end(server, clients, times, end, new Random(seed));
        clients.join();
        assertKept(clients, clients.acknowledged());
        clients.finish();
      } catch (AssertionError | Exception e) {
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

  private static void end(
      MortalServer server, StitchingClients clients, int times, End end, Random random)
      throws Exception {
    int share = Predictions.ALL_WINDOWS / (times + 1);
    for (int time = 0; time < times; time++) {
      clients.allow(share);
      clients.await(1 + random.nextInt(share));
      Thread.sleep(random.nextInt(LONGEST_WAIT_MILLIS));
      end.of(server);
      server.start();
      server.awaitReady();
      assertKept(clients, clients.someAcknowledged(random));
    }
    clients.allow(Predictions.ALL_WINDOWS);
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
