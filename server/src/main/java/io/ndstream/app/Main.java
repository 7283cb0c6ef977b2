package io.ndstream.app;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violation;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the distribution. */
@Command(
    name = "ndstream",
    description = "Streams balanced batches of windows of large images to remote trainers.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      InspectCommand.class,
      ToydataCommand.class,
      PrepareCommand.class,
      CogCommand.class,
      GridCommand.class,
      NegativesCommand.class,
      StitchCommand.class,
      CategoriesCommand.class,
      SplitCommand.class,
      picocli.AutoComplete.GenerateCompletion.class
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** The exit status: 0 good, 1 failed, 2 wrong usage. */
  static int run(String... args) {
    CommandLine commands = new CommandLine(new Main());
    try {
      commands
          .getSubcommands()
          .get("serve")
          .setDefaultValueProvider(new OptionDefaults(List.of(args)));
    } catch (LoaderException e) {
      return tell(commands.getErr(), e);
    }
    OptionForms.register(commands);
    return commands
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(failures())
        .setParameterExceptionHandler(Main::misused)
        .execute(args);
  }

  /** What is wrong and where to read on; the whole help would scroll the error away. */
  private static int misused(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    PrintWriter err = command.getErr();
    // the clients that start servers of their own look for a reason in what is printed
    String reason = mistake.getValue() == null ? "" : Reason.BAD_ARGUMENT + ": ";
    err.println("ndstream: " + reason + mistake.getMessage());
    UnmatchedArgumentException.printSuggestions(mistake, err);
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static IExecutionExceptionHandler failures() {
    return (failure, commandLine, parsed) -> {
      PrintWriter err = commandLine.getErr();
      if (!(failure instanceof LoaderException known)) {
        failure.printStackTrace(err);
        return 1;
      }
      return tell(err, known);
    };
  }

  private static int tell(PrintWriter err, LoaderException known) {
    String what = known.violations().isEmpty() ? known.getMessage() : known.reason().text();
    err.println("ndstream: " + known.reason().name() + ": " + what);
    for (Violation v : known.violations()) {
      err.println("  " + v.field() + ": " + v.detail());
    }
    err.flush();
    return 1;
  }
}
