package io.ndstream.toy;

import static io.ndstream.error.Reason.BAD_ARGUMENT;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Violations;
import io.ndstream.toy.ToySpec.Assets;
import io.ndstream.toy.ToySpec.Sensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of demo data sets, such as {@code shapes8} or {@code vidshapes8-frames5-msi-multisensor}: a
 * kind, a number, and options, each a name that a value may follow. A size is {@code 256} or {@code
 * 320x240}.
 */
public final class ToyKey {
  private static final Pattern KEY = Pattern.compile("(shapes|vidshapes)(\\d{0,6})((?:-[^-]+)*)");
  private static final Pattern OPTION = Pattern.compile("([a-z_]+?)(\\d.*)?");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(?:x(\\d{1,6}))?");

  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("videos", "num_videos"),
          Map.entry("frames", "num_frames"),
          Map.entry("tracks", "num_tracks"),
          Map.entry("images", "num_images"),
          Map.entry("gsize", "image_size"),
          Map.entry("randgsize", "randsize"),
          Map.entry("speed", "max_speed"),
          Map.entry("msi", "multispectral"),
          Map.entry("sensorchan", "channels"),
          Map.entry("seed", "rng"));
  private static final Set<String> OF_IMAGES = Set.of("num_images", "image_size", "aux", "rng");
  private static final Set<String> OF_VIDEOS =
      Set.of(
          "num_videos",
          "num_frames",
          "num_tracks",
          "image_size",
          "randsize",
          "max_speed",
          "aux",
          "multispectral",
          "multisensor",
          "channels",
          "timestamps",
          "rng");

  private static final List<String> FLAGS = List.of("true", "false", "1", "0");

  private final boolean videos;
  private final Map<String, String> options = new TreeMap<>();
  private final Violations violations = new Violations();

  private ToyKey(boolean videos) {
    this.videos = videos;
  }

  /** What a key stands for. */
  public static ToySpec parse(String key) {
    return parse(key, Map.of());
  }

  /**
   * @param overrides options by name; they win over those of the key
   * @throws LoaderException BAD_ARGUMENT naming every option that is unknown or malformed
   */
  public static ToySpec parse(String key, Map<String, String> overrides) {
    Matcher matcher =
        KEY.matcher(key.startsWith("special:") ? key.substring("special:".length()) : key);
    if (!matcher.matches()) {
      throw LoaderException.of(
          BAD_ARGUMENT, "toy", key, "expected", "shapes<N> or vidshapes<N>[-option...]");
    }
    ToyKey parsed = new ToyKey(matcher.group(1).equals("vidshapes"));
    if (!matcher.group(2).isEmpty()) {
      parsed.set(parsed.videos ? "num_videos" : "num_images", matcher.group(2));
    }
    for (String suffix :
        matcher.group(3).isEmpty() ? new String[0] : matcher.group(3).substring(1).split("-")) {
      Matcher option = OPTION.matcher(suffix);
      parsed.set(
          option.matches() ? option.group(1) : suffix, option.matches() ? option.group(2) : null);
    }
    overrides.forEach(parsed::set);
    return parsed.videos ? parsed.vidshapes() : parsed.shapes();
  }

  /** A hash of a text that is the same everywhere (FNV-1a, then mixed). */
  static long hash(String text) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    return ToyRandom.mix(hash);
  }

  private void set(String name, String value) {
    String full = ALIASES.getOrDefault(name, name);
    Set<String> known = videos ? OF_VIDEOS : OF_IMAGES;
    violations.check(
        known.contains(full), BAD_ARGUMENT, "toy option", name, "one of " + new TreeSet<>(known));
    options.put(full, value == null ? "true" : value);
  }

  private ToySpec shapes() {
    int images = (int) whole("num_images", 5);
    long seed = whole("rng", options.containsKey("num_images") ? images : 0);
    int[] size = size();
    boolean aux = flag("aux");
    violations.throwIfAny();
    return new ToySpec.Shapes(images, size[0], size[1], aux, seed);
  }

  private ToySpec vidshapes() {
    int videos = (int) whole("num_videos", 1);
    int frames = (int) whole("num_frames", 2);
    int tracks = (int) whole("num_tracks", 2);
    int[] size = size();
    boolean randomSize = flag("randsize");
    double maxSpeed = maxSpeed();
    boolean multisensor = flag("multisensor");
    Assets assets = assets(multisensor);
    boolean timestamps = flag("timestamps");
    long seed = whole("rng", hash(options.toString()) >>> 32);
    violations.throwIfAny();
    List<Sensor> sensors =
        assets == Assets.OWN
            ? Sensors.parse(options.get("channels"))
            : Sensors.of(assets, multisensor);
    return new ToySpec.Vidshapes(
        videos,
        frames,
        tracks,
        size[0],
        size[1],
        randomSize,
        maxSpeed,
        assets,
        sensors,
        timestamps,
        seed);
  }

  private Assets assets(boolean multisensor) {
    boolean aux = flag("aux");
    boolean multispectral = flag("multispectral");
    boolean own = options.containsKey("channels");
    int chosen = (aux ? 1 : 0) + (multispectral ? 1 : 0) + (own ? 1 : 0);
    violations.check(
        chosen <= 1,
        BAD_ARGUMENT,
        "toy option",
        options.keySet(),
        "one of aux, multispectral, channels");
    violations.check(
        !multisensor || aux || multispectral,
        BAD_ARGUMENT,
        "multisensor",
        true,
        "aux or multispectral too");
    return aux ? Assets.AUX : multispectral ? Assets.MULTISPECTRAL : own ? Assets.OWN : Assets.NONE;
  }

  private int[] size() {
    String text = options.getOrDefault("image_size", "600");
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      violations.add(
          BAD_ARGUMENT,
          "image_size",
          "value: " + text + " (expected: a number, or width x height such as 320x240)");
      return new int[2];
    }
    int width = Integer.parseInt(matcher.group(1));
    return new int[] {width, matcher.group(2) == null ? width : Integer.parseInt(matcher.group(2))};
  }

  private boolean flag(String name) {
    String text = options.getOrDefault(name, "false");
    violations.check(FLAGS.contains(text), BAD_ARGUMENT, name, text, "one of " + FLAGS);
    return text.equals("true") || text.equals("1");
  }

  private long whole(String name, long preset) {
    String text = options.get(name);
    if (text == null) {
      return preset;
    }
    boolean fits = text.matches(name.equals("rng") ? "-?\\d{1,18}" : "\\d{1,6}");
    violations.check(fits, BAD_ARGUMENT, name, text, "a whole number");
    return fits ? Long.parseLong(text) : preset;
  }

  private double maxSpeed() {
    String text = options.getOrDefault("max_speed", "0.01");
    boolean fits = text.matches("\\d{1,3}(\\.\\d{1,9})?");
    violations.check(fits, BAD_ARGUMENT, "max_speed", text, "a number from 0 to 1");
    return fits ? Double.parseDouble(text) : 0;
  }
}
