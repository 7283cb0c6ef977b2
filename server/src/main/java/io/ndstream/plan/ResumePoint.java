package io.ndstream.plan;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Where to go on: the plan, the epoch, the shard and the next batch. As text {@code
 * plan@epoch:batch/shard-shards#checksum}; the server keeps nothing for it.
 *
 * @param plan name of the plan
 * @param batch next batch of the shard
 */
public record ResumePoint(String plan, long epoch, long batch, Shard shard) {
  private static final Pattern TOKEN =
      Pattern.compile(
          "([0-9a-f]{1,40})@(\\d{1,18}):(\\d{1,18})/(\\d{1,9})-(\\d{1,9})#([0-9a-f]{8})");

  public String token() {
    String text = plan + "@" + epoch + ":" + batch + "/" + shard.index() + "-" + shard.count();
    return text + "#" + checksum(text);
  }

  /**
   * @throws LoaderException BAD_RESUME_TOKEN if the text is damaged
   */
  public static ResumePoint parse(String token) {
    Matcher m = TOKEN.matcher(token);
    if (!m.matches() || !checksum(token.substring(0, token.length() - 9)).equals(m.group(6))) {
      throw LoaderException.of(
          Reason.BAD_RESUME_TOKEN, "token", token.length() > 100 ? token.substring(0, 100) : token);
    }
    return new ResumePoint(
        m.group(1),
        Long.parseLong(m.group(2)),
        Long.parseLong(m.group(3)),
        new Shard(Integer.parseInt(m.group(4)), Integer.parseInt(m.group(5))));
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return String.format("%08x", crc.getValue());
  }
}
