package io.ndstream.stitch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gdal.gdal.gdal;
import org.locationtech.jts.geom.Geometry;
import org.slf4j.LoggerFactory;

/** Processes of their own that run a main class of these tests. */
final class ChildJava {
  private ChildJava() {}

  /**
   * For {@code bash -c}.
   *
   * @param limits commands to come first, such as {@code "ulimit -f 700; "}
   * @param classPath as {@link #classPath} gives it
   */
  static String command(String limits, List<Path> classPath, Class<?> main, Object... arguments) {
    return String.format(
        "%sexec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Djava.library.path='%s' -cp '%s' %s %s",
        limits,
        System.getProperty("java.home"),
        System.getProperty("java.library.path"),
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
        main.getName(),
        Arrays.stream(arguments)
            .map(argument -> "'" + argument + "'")
            .collect(Collectors.joining(" ")));
  }

  /** What stitching needs. */
  static List<Path> classPath() {
    return Stream.of(
            StitchRun.class,
            StitchLife.class,
            ObjectMapper.class,
            JsonFactory.class,
            JsonInclude.class,
            gdal.class,
            Geometry.class,
            LoggerFactory.class,
            ch.qos.logback.classic.Logger.class,
            ch.qos.logback.core.Appender.class)
        .map(type -> Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()))
        .distinct()
        .toList();
  }
}
