package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/errors.md lists every reason, with the status it arrives as, in the order of {@link Reason}.
 */
class ErrorsPageTest {
  private static final Path PAGE = Path.of(System.getProperty("ndstream.root"), "docs/errors.md");

  @Test
  void thePageIsTheListOfReasons() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")).toList();

    assertThat(rows)
        .containsExactlyElementsOf(Stream.of(Reason.values()).map(ErrorsPageTest::row).toList());
  }

  private static String row(Reason reason) {
    Status status = Statuses.of(LoaderException.of(reason)).getStatus();
    return "| `" + reason + "` | " + status.getCode() + " | " + reason.text() + " |";
  }
}
