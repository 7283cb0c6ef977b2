package io.ndstream.coco;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.tukaani.xz.LZMAInputStream;

/**
 * The unpacked bytes of a member: stored, deflated or LZMA, which is what the reference library
 * writes. Any damage, of the stream or of its checksum, comes out as one {@link FatalInput}.
 */
final class ZipMember extends FilterInputStream {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int LZMA = 14;

  /** Flag of a member whose end is marked in its LZMA stream. */
  private static final int END_MARKER = 2;

  /** A dictionary larger than this is refused: it would be allocated before a byte is read. */
  private static final int MAX_DICTIONARY = 128 << 20;

  private final CRC32 sum = new CRC32();
  private final long expected;

  private ZipMember(InputStream in, long expected) {
    super(in);
    this.expected = expected;
  }

  static InputStream open(ZipFile zip, ZipArchiveEntry member) throws FatalInput {
    try {
      if (member.getGeneralPurposeBit().usesEncryption()) {
        throw new FatalInput(IssueCode.ZIP, "the member is encrypted");
      }
      return new ZipMember(unpacked(zip.getRawInputStream(member), member), member.getCrc());
    } catch (FatalInput e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  private static InputStream unpacked(InputStream raw, ZipArchiveEntry member) throws IOException {
    if (raw == null) {
      throw new EOFException("no data");
    }
    switch (member.getMethod()) {
      case STORED:
        return raw;
      case DEFLATED:
        return new InflaterInputStream(raw, new Inflater(true), 1 << 16);
      case LZMA:
        return lzma(new DataInputStream(raw), member);
      default:
        throw new FatalInput(
            IssueCode.ZIP, "compression method " + member.getMethod() + " is not supported");
    }
  }

  /**
   * After two bytes of version and two of length come one of properties and four of dictionary
   * size, little-endian.
   */
  private static InputStream lzma(DataInputStream raw, ZipArchiveEntry member) throws IOException {
    raw.readShort();
    int length = Short.toUnsignedInt(Short.reverseBytes(raw.readShort()));
    if (length != 5) {
      throw new FatalInput(IssueCode.ZIP, "the LZMA properties are " + length + " bytes, not 5");
    }
    byte properties = raw.readByte();
    long dictionary = Integer.toUnsignedLong(Integer.reverseBytes(raw.readInt()));
    long needed = Math.min(dictionary, Math.max(4096, member.getSize()));
    if (needed > MAX_DICTIONARY) {
      throw new FatalInput(
          IssueCode.ZIP, "the LZMA dictionary of " + dictionary + " bytes is too large");
    }
    boolean marked = (member.getRawFlag() & END_MARKER) != 0;
    return new LZMAInputStream(raw, marked ? -1 : member.getSize(), properties, (int) needed);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count;
    try {
      count = super.read(into, offset, length);
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
    if (count > 0) {
      sum.update(into, offset, count);
    } else if (count < 0 && sum.getValue() != expected) {
      throw new FatalInput(IssueCode.ZIP, "the member is damaged: its checksum differs");
    }
    return count;
  }

  private static FatalInput damaged(Exception e) {
    return new FatalInput(IssueCode.ZIP, "the member is damaged: " + e.getMessage());
  }
}
