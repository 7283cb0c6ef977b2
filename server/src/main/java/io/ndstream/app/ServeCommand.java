package io.ndstream.app;

import io.ndstream.batch.BatchOptions;
import io.ndstream.coco.PixelIdentity;
import io.ndstream.config.ByteSize;
import io.ndstream.config.Settings;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.rpc.ListenAddress;
import io.ndstream.rpc.RpcOptions;
import io.ndstream.rpc.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves data sets until it is told to stop. */
@Command(
    name = "serve",
    description = {
      "Serves data sets to trainers.",
      "Every option can also be given in the environment (NDSTREAM_MEMORY_BUDGET for --memory-budget) or in a JSON"
          + " file (--config); the command line wins, then the environment.",
      "When ready, one line says so on standard output. SIGTERM lets batches under way end and exits with 0."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  ndstream serve roads=/data/roads.kwcoco.json --listen unix:/run/nd/socket"
    })
final class ServeCommand implements Callable<Integer> {
  private static final String OFF = OptionForms.OFF;

  @Spec private CommandSpec spec;
  @Mixin private CacheArguments cache;

  @Parameters(
      paramLabel = "DATASET",
      arity = "0..*",
      description =
          "Manifests (kwcoco or MS-COCO, as file, zip or bundle directory), NAME=FILE to name one;"
              + " toy:KEY makes a toy data set, such as toy:vidshapes2-msi.")
  private List<String> datasets = List.of();

  @Option(
      names = "--listen",
      split = ",",
      paramLabel = "ADDRESS",
      defaultValue = "tcp:127.0.0.1:50051",
      description =
          "unix:/path or tcp:host:port; may be given several times. Default: ${DEFAULT-VALUE}")
  private List<ListenAddress> listen;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description =
          "Certificate of the server, PEM: TCP addresses are encrypted. Unix sockets and --http are not.")
  private Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key, PEM (PKCS #8, no password).")
  private Path tlsKey;

  @Option(
      names = "--tls-clients",
      paramLabel = "FILE",
      description =
          "Certificates of authorities, PEM: only clients with a certificate signed by one of them are served over TCP.")
  private Path tlsClients;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      defaultValue = OFF,
      description = "Where /metrics, /healthz and /readyz are served. Default: ${DEFAULT-VALUE}")
  private ListenAddress.Tcp http;

  @Option(
      names = "--shared-memory",
      paramLabel = "DIR",
      defaultValue = OFF,
      description =
          "Directory of a file system in memory, such as /dev/shm: clients on this machine get batches there without a copy."
              + " Default: ${DEFAULT-VALUE}")
  private String sharedMemory;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description =
          "Caches, grids and stitching runs. Default: ndstream in the user's cache directory")
  private Path workdir;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads that read and warp. Default: one a processor")
  private Integer workers;

  @Option(
      names = "--memory-budget",
      paramLabel = "SIZE",
      defaultValue = "512MiB",
      description = "Memory for batches under way, over all streams. Default: ${DEFAULT-VALUE}")
  private ByteSize memoryBudget;

  @Option(
      names = "--look-ahead",
      paramLabel = "SIZE",
      defaultValue = "128MiB",
      description =
          "What one stream makes ahead, beyond one batch; of shared memory also what its client may keep. Default: ${DEFAULT-VALUE}")
  private ByteSize lookAhead;

  @Option(
      names = "--tile-cache",
      paramLabel = "SIZE",
      defaultValue = "256MiB",
      description = "Decoded tiles shared by all streams. Default: ${DEFAULT-VALUE}")
  private ByteSize tileCache;

  @Option(
      names = "--stitch-memory",
      paramLabel = "SIZE",
      defaultValue = "512MiB",
      description =
          "Canvas tiles in memory, over all stitching runs; colder ones go to --workdir. Default: ${DEFAULT-VALUE}")
  private ByteSize stitchMemory;

  @Option(
      names = "--handles",
      paramLabel = "N",
      defaultValue = "256",
      description = "Files kept open. Default: ${DEFAULT-VALUE}")
  private int handles;

  @Option(
      names = "--max-message",
      paramLabel = "SIZE",
      defaultValue = "1GiB",
      description = "The largest message sent or taken. Default: ${DEFAULT-VALUE}")
  private ByteSize maxMessage;

  @Option(
      names = "--allow-path",
      split = ",",
      paramLabel = "PREFIX",
      description = "Manifests may name files below this directory, not only below their own.")
  private List<String> allowPath = List.of();

  @Option(
      names = "--allow-remote",
      split = ",",
      paramLabel = "PREFIX",
      description =
          "Manifests may name remote files that begin so, such as https://tiles.example.org/ or /vsis3/bucket/.")
  private List<String> allowRemote = List.of();

  @Option(
      names = "--lenient",
      description = "Leave out faulty rows of manifests instead of refusing the manifest.")
  private boolean lenient;

  @Option(
      names = "--pixel-identity",
      paramLabel = "WHAT",
      defaultValue = "none",
      description =
          "What of pixel files counts for the fingerprint of a data set, and so for plans and grids: none, state (size and time of last"
              + " modification) or content (SHA-256; reads every file at opening). Default: ${DEFAULT-VALUE}")
  private PixelIdentity pixelIdentity;

  @Option(
      names = "--exit-with-stdin",
      description = "End when standard input closes, with the process that started this one.")
  private boolean exitWithStdin;

  @Option(names = "--config", paramLabel = "FILE", description = "JSON object of these options.")
  private Path config;

  @Override
  public Integer call() throws Exception {
    refuseUnknownSettings();
    int threads = workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    ServerOptions options =
        new ServerOptions(
            datasets,
            new RpcOptions(
                listen,
                Math.max(4, 2 * threads),
                (int) Math.min(Integer.MAX_VALUE, maxMessage.bytes()),
                tls()),
            new BatchOptions(threads, memoryBudget.bytes(), lookAhead.bytes()),
            tileCache.bytes(),
            stitchMemory.bytes(),
            handles,
            http == null ? null : http.socketAddress(),
            sharedMemory.equals(OFF) ? null : Path.of(sharedMemory),
            workdir == null ? defaultWorkdir() : workdir,
            cache.options(workdir),
            allowPath,
            allowRemote,
            lenient,
            pixelIdentity);
    return new ServerProcess(options).run(spec.commandLine().getOut(), exitWithStdin);
  }

  /** Null if TCP addresses are in plain text. */
  private Tls tls() {
    if (tlsCertificate == null && tlsKey == null && tlsClients == null) {
      return null;
    }
    if (tlsCertificate == null || tlsKey == null) {
      throw LoaderException.of(
          Reason.BAD_ARGUMENT,
          "tls-certificate",
          tlsCertificate,
          "tls-key",
          tlsKey,
          "expected",
          "both of them");
    }
    return new Tls(tlsCertificate, tlsKey, tlsClients);
  }

  private void refuseUnknownSettings() {
    for (String name : Settings.of(System.getenv(), config).fileNames()) {
      if (spec.findOption("--" + name) == null) {
        throw LoaderException.of(
            Reason.BAD_ARGUMENT,
            "config",
            config,
            "option",
            name,
            "expected",
            "an option of ndstream serve, without dashes");
      }
    }
  }

  static Path defaultWorkdir() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("ndstream").resolve("work");
  }
}
