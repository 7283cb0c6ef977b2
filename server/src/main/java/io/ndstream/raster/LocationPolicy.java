package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.List;

/**
 * Which virtual and remote names may be opened. Plain paths are checked where they come from,
 * against the directory of their manifest; here everything else is refused unless a prefix allows
 * it.
 *
 * @param prefixes as given to --allow-remote, such as {@code https://tiles.example.org/} or {@code
 *     /vsis3/bucket/}
 */
public record LocationPolicy(List<String> prefixes) {
  /** Plain paths only. */
  public static final LocationPolicy LOCAL = new LocationPolicy(List.of());

  public LocationPolicy {
    prefixes = List.copyOf(prefixes);
  }

  void check(String location) {
    String name = Location.forGdal(location);
    if (!Location.isPlain(location)
        && prefixes.stream().map(Location::forGdal).noneMatch(name::startsWith)) {
      throw LoaderException.of(Reason.FORBIDDEN_PATH, "file", location, "option", "--allow-remote");
    }
  }
}
