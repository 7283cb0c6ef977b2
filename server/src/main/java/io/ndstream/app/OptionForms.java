package io.ndstream.app;

import io.ndstream.coco.PixelIdentity;
import io.ndstream.config.ByteSize;
import io.ndstream.error.LoaderException;
import io.ndstream.raster.Backend;
import io.ndstream.rpc.ListenAddress;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How options are written that are neither numbers nor plain text. A text of no such form is wrong
 * usage, told with the name of its option.
 */
final class OptionForms {
  /** Where an option takes this, nothing is served. */
  static final String OFF = "off";

  private OptionForms() {}

  static void register(CommandLine commands) {
    commands
        .registerConverter(ByteSize.class, form(ByteSize::parse))
        .registerConverter(ListenAddress.class, form(ListenAddress::parse))
        .registerConverter(ListenAddress.Tcp.class, form(OptionForms::tcpOrOff))
        .registerConverter(Backend.class, form(Backend::ofName))
        .registerConverter(PixelIdentity.class, form(PixelIdentity::ofName));
  }

  private static ListenAddress.Tcp tcpOrOff(String text) {
    return text.equals(OFF) ? null : ListenAddress.Tcp.parse(text);
  }

  private static <T> ITypeConverter<T> form(Function<String, T> parse) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (LoaderException e) {
        throw new TypeConversionException(
            "'" + text + "' (expected: " + e.facts().get("expected") + ")");
      }
    };
  }
}
