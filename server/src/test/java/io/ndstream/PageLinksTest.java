package io.ndstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages for people point to files that are there, also after something was renamed. */
class PageLinksTest {
  private static final Path ROOT = Path.of(System.getProperty("ndstream.root"));
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)[^)]*\\)");

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      LINK.matcher(Files.readString(page))
          .results()
          .map(MatchResult::group)
          .map(link -> link.replaceAll("^\\]\\(|[#)].*$", ""))
          .filter(link -> !link.contains("://") && !Files.exists(page.resolveSibling(link)))
          .forEach(link -> broken.add(ROOT.relativize(page) + ": " + link));
    }

    assertThat(broken).isEmpty();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String directory :
        List.of("", "docs", "client-java", "client-python-stubs", "bench", "deploy")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    assertThat(pages).contains(ROOT.resolve("README.md"));
    return pages;
  }
}
