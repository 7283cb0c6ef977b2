package io.ndstream.rpc;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What stitching holds.
 *
 * @param objects runs, canvases, tiles and files that the collector finds in use, by class
 * @param files open in the directory of the server
 * @param lentHandles of the readers
 * @param budgetBytes of batches and windows under way
 * @param threads of the server, by name
 */
record Held(
    Map<String, Long> objects,
    long files,
    int lentHandles,
    long budgetBytes,
    TreeSet<String> threads) {
  private static final String COUNTED =
      "io\\.ndstream\\.stitch\\.(StitchRun|Canvas|Tile|TileStore|Journal|AppendFile|ImageState)";

  private static final String POOLED = "ndstream-(call|netty)-.*";

  /**
   * @param directory of the server's files
   */
  static Held by(RunningServer server, Path directory) throws JMException, IOException {
    return new Held(
        objectsInUse(),
        openFiles(directory),
        server.handles.lentHandles(),
        server.budget.used(),
        threadNames());
  }

  /** Whether all of it was held before, but for threads of pools, which come when they are used. */
  boolean isNoMoreThan(Held before) {
    return objects.entrySet().stream()
            .allMatch(each -> each.getValue() <= before.objects.getOrDefault(each.getKey(), 0L))
        && files <= before.files
        && lentHandles <= before.lentHandles
        && budgetBytes <= before.budgetBytes
        && threads.stream().allMatch(name -> before.threads.contains(name) || name.matches(POOLED));
  }

  /** The histogram counts after a full collection. */
  private static Map<String, Long> objectsInUse() throws JMException {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    return histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(columns -> columns.length > 3 && columns[3].matches(COUNTED))
        .collect(
            Collectors.toMap(
                columns -> columns[3],
                columns -> Long.valueOf(columns[1]),
                Long::sum,
                TreeMap::new));
  }

  /** The class loader, for one, opens others at any time. */
  private static long openFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(file -> target(file).startsWith(directory.toString())).count();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) { // closed meanwhile
      return "";
    }
  }

  private static TreeSet<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("ndstream-"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
