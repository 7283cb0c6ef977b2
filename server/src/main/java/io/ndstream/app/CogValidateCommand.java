package io.ndstream.app;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.ndstream.raster.CogReport;
import io.ndstream.raster.CogValidator;
import io.ndstream.v1.CogReports;
import io.ndstream.wire.CacheMessages;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether files are cloud-optimised TIFFs, and if not why. */
@Command(
    name = "validate",
    description =
        "Checks whether files are cloud-optimised TIFFs: tiled, directories first, levels in order.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit status: 0 all are valid, 1 some are not, 2 wrong usage.", ""})
final class CogValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files to check.")
  private List<Path> files;

  @Option(names = "--json", description = "Print one JSON object for all files.")
  private boolean json;

  @Override
  public Integer call() throws InvalidProtocolBufferException {
    PrintWriter out = spec.commandLine().getOut();
    CogReports.Builder all = CogReports.newBuilder();
    int valid = 0;
    for (Path file : files) {
      CogReport report = CogValidator.validate(file);
      valid += report.isValid() ? 1 : 0;
      if (json) {
        all.addReports(CacheMessages.report(report));
      } else {
        print(report, out);
      }
    }
    out.println(
        json
            ? JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(all)
            : valid + " of " + files.size() + " valid");
    out.flush();
    return valid == files.size() ? 0 : 1;
  }

  private static void print(CogReport report, PrintWriter out) {
    out.println((report.isValid() ? "valid   " : "invalid ") + report.file());
    report
        .findings()
        .forEach(f -> out.println("  " + f.severity() + " " + f.code() + ": " + f.message()));
    out.flush();
  }
}
