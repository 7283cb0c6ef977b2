package io.ndstream.app;

import picocli.CommandLine.Command;

/** Cloud-optimised TIFFs. */
@Command(
    name = "cog",
    description = "Converts files to cloud-optimised TIFFs, and checks such files.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CogConvertCommand.class, CogValidateCommand.class})
final class CogCommand {}
