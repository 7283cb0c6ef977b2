package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Opens entries and makes sure that they are whole and belong to their key. */
final class EntryOpener {
  private final EntryStore store;
  private final HandlePool pool;
  private final TileCache cache;
  private final ThreadLocal<TileScratch> scratch = ThreadLocal.withInitial(TileScratch::new);

  EntryOpener(EntryStore store, HandlePool pool, TileCache cache) {
    this.store = store;
    this.pool = pool;
    this.cache = cache;
  }

  /**
   * @return null if there is no such entry
   * @throws LoaderException CORRUPT_CACHE
   */
  CacheEntry open(String key, EntryForm form, FrameHeader header) {
    Path path = store.path(key, form);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      EntryTrailer trailer = EntryTrailer.read(channel, key);
      CacheEntry entry =
          switch (form) {
            case NPY -> npy(key, header, trailer, channel);
            case RAW_TIFF -> raw(key, header, trailer, channel);
            case ZSTD_TIFF -> zstd(key, header, trailer, channel, path);
          };
      store.touch(path);
      return entry;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw EntryBuilder.damaged(e, path);
    }
  }

  private static CacheEntry npy(
      String key, FrameHeader h, EntryTrailer trailer, FileChannel channel) throws IOException {
    TileGrid grid =
        new TileGrid(
            h.width(),
            h.height(),
            h.width(),
            trailer.tileHeight(),
            h.bands(),
            h.bands(),
            h.dtype().bytes());
    long[] offsets = new long[grid.tiles()];
    int head = NpyFile.dataOffset(channel);
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = head + i * grid.tileBytes();
    }
    return new MappedEntry(key, grid, offsets, trailer, channel);
  }

  private static CacheEntry raw(
      String key, FrameHeader h, EntryTrailer trailer, FileChannel channel) throws IOException {
    TiffDirectory directory = directory(h, channel);
    TileGrid grid =
        new TileGrid(
            h.width(),
            h.height(),
            trailer.tileWidth(),
            trailer.tileHeight(),
            h.bands(),
            h.bands(),
            h.dtype().bytes());
    return new MappedEntry(key, grid, directory.offsets(), trailer, channel);
  }

  private CacheEntry zstd(
      String key, FrameHeader h, EntryTrailer trailer, FileChannel channel, Path path)
      throws IOException {
    TiffDirectory directory = directory(h, channel);
    FrameHeader.Level full = h.levels().get(0);
    FrameHeader header =
        new FrameHeader(
            h.bands(),
            h.dtype(),
            List.of(
                new FrameHeader.Level(
                    full.width(),
                    full.height(),
                    trailer.tileWidth(),
                    trailer.tileHeight(),
                    full.nodata())));
    TiffTiles tiles =
        new TiffTiles(
            SourceFile.of(path.toString()),
            pool,
            directory,
            header,
            0,
            scratch,
            trailer.checksums());
    return new TiledEntry(key, new TileCopier(cache, cache.newFrame(), 0, tiles));
  }

  private static TiffDirectory directory(FrameHeader h, FileChannel channel) throws IOException {
    List<TiffDirectory> all = TiffParser.parse(channel);
    TiffDirectory d = all.get(0);
    if (d.width() != h.width()
        || d.height() != h.height()
        || d.samples() != h.bands()
        || d.bits() != 8 * h.dtype().bytes()) {
      throw new IOException("an entry of another image");
    }
    return d;
  }
}
