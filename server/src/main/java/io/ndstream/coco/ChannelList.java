package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.List;

/** Channel codes that come in a request instead of a manifest. */
public final class ChannelList {
  private ChannelList() {}

  /**
   * Names of the bands of {@code codes}, such as {@code r, g, b, f.0, f.1} for {@code rgb|f:2}.
   *
   * @throws LoaderException BAD_CHANNELS
   */
  public static List<String> expand(String codes) {
    try {
      return ChannelCodes.expand(codes, Where.ROOT.key("channels"));
    } catch (BadValue e) {
      throw LoaderException.caused(
          e, Reason.BAD_CHANNELS, "channels", codes, "detail", e.getMessage());
    }
  }
}
