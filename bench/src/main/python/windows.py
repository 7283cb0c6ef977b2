"""Random 256 x 256 windows of a raster through GDAL's Python binding or rasterio, for `bench frames`.

windows.py FILE THREADS CACHE_MIB SECONDS WARM prints windows per second, or nothing if neither can be imported. Every
thread has its own data set.
"""

import random
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

SIDE = 256


def opener(path, cache_mib):
    try:
        from osgeo import gdal

        gdal.SetCacheMax(cache_mib << 20)
        dataset = gdal.Open(path)
        read = lambda x, y, w, h: dataset.ReadAsArray(x, y, w, h)
        return dataset.RasterXSize, dataset.RasterYSize, read
    except ImportError:
        pass
    try:
        import rasterio
        from rasterio.windows import Window

        environment = rasterio.Env(GDAL_CACHEMAX=cache_mib << 20)
        environment.__enter__()
        dataset = rasterio.open(path)
        read = lambda x, y, w, h: dataset.read(window=Window(x, y, w, h))
        return dataset.width, dataset.height, read
    except ImportError:
        return None


def read_windows(opened, seed, end):
    width, height, read = opened
    pick = random.Random(seed)
    count = 0
    while time.perf_counter() < end:
        read(pick.randrange(width - SIDE + 1), pick.randrange(height - SIDE + 1), SIDE, SIDE)
        count += 1
    return count


def main(path, threads, cache_mib, seconds, warm):
    warnings.simplefilter("ignore")  # rasterio's, that the image lies nowhere on earth
    opened = [opener(path, cache_mib) for _ in range(threads)]
    if opened[0] is None:
        return
    if warm:
        for width, height, read in opened:
            for y in range(0, height - SIDE + 1, SIDE):
                read(0, y, width, SIDE)
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        counts = pool.map(read_windows, opened, range(threads), [start + seconds] * threads)
        print(sum(counts) / (time.perf_counter() - start))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.argv[5] == "1")
