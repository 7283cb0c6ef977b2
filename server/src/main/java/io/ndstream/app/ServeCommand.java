package io.ndstream.app;

import picocli.CommandLine.Command;

@Command(name = "serve", description = "Serves data sets.", mixinStandardHelpOptions = true)
final class ServeCommand implements Runnable {
  @Override
  public void run() {}
}
