package io.ndstream.app;

import picocli.CommandLine.Command;

/** Stitching runs of a server. */
@Command(
    name = "stitch",
    description = "Looks at the stitching runs of a server.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {StitchStatusCommand.class})
final class StitchCommand {}
