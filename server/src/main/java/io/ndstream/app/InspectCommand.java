package io.ndstream.app;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.ndstream.coco.Issue;
import io.ndstream.coco.Limits;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.coco.Reading;
import io.ndstream.coco.Report;
import io.ndstream.coco.Severity;
import io.ndstream.wire.Inspections;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what is wrong with a manifest, all at once. */
@Command(
    name = "inspect",
    description =
        "Checks a kwcoco or MS-COCO manifest and reports everything that is wrong with it.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit status: 0 the manifest opens, 1 it does not, 2 wrong usage.", ""})
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private AllowedFiles allowed;

  @Parameters(paramLabel = "DATASET", description = ManifestPath.FORMS)
  private String manifest;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Option(
      names = "--lenient",
      description = "Leave out rows with errors instead of refusing the manifest.")
  private boolean lenient;

  @Option(
      names = "--keep-degenerate",
      description =
          "Keep boxes of negative size and rings of one or two points with a warning, as serve does.")
  private boolean keepDegenerate;

  @Option(
      names = "--resolve-only",
      description = "Report no file names that lead out of the bundle.")
  private boolean resolveOnly;

  @Option(
      names = "--max-issues",
      paramLabel = "N",
      defaultValue = "100",
      description = "Issues told in full; all are counted. Default: ${DEFAULT-VALUE}.")
  private int maxIssues;

  @Override
  public Integer call() throws InvalidProtocolBufferException {
    OpenOptions options =
        new OpenOptions(
            lenient,
            keepDegenerate,
            allowed.paths(resolveOnly),
            Limits.DEFAULT,
            Math.max(0, maxIssues),
            null);
    PrintWriter out = spec.commandLine().getOut();
    Reading reading =
        Manifests.read(ManifestPath.of(manifest, ServeCommand.defaultWorkdir()), options);
    try {
      if (json) {
        out.println(
            JsonFormat.printer()
                .alwaysPrintFieldsWithNoPresence()
                .print(Inspections.response(reading, 0)));
      } else {
        print(reading, out);
      }
      out.flush();
      return reading.dataset() == null ? 1 : 0;
    } finally {
      if (reading.dataset() != null) {
        reading.dataset().close();
      }
    }
  }

  private static void print(Reading reading, PrintWriter out) {
    Report report = reading.report();
    for (Issue issue : report.issues()) {
      String where = issue.where().isEmpty() ? "(file)" : issue.where();
      out.println(
          lower(issue.severity()) + " " + issue.code() + " " + where + ": " + issue.message());
    }
    long hidden = report.count() - report.issues().size();
    if (hidden > 0) {
      out.println("… and " + hidden + " more; by code:");
      for (Report.Total total : report.totals()) {
        out.println("  " + total.count() + " × " + lower(total.severity()) + " " + total.code());
      }
    }
    for (Report.Table table : report.tables()) {
      String refused = table.refused() > 0 ? ", " + table.refused() + " refused" : "";
      String orphaned = table.orphaned() > 0 ? ", " + table.orphaned() + " left out with them" : "";
      out.println(table.name() + ": " + table.rows() + refused + orphaned);
    }
    out.println(
        (report.count(Severity.FATAL) + report.count(Severity.ERROR))
            + " errors, "
            + report.count(Severity.WARNING)
            + " warnings: "
            + (reading.dataset() == null ? "the manifest does not open" : "the manifest opens"));
  }

  private static String lower(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }
}
