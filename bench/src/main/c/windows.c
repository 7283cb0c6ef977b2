/* Random 256 x 256 windows of a raster through GDAL's C API, the measure for `bench frames`.
 *
 * windows FILE THREADS CACHE_MIB SECONDS WARM
 *
 * Every thread has its own data set. WARM 1 reads the whole image once before the clock starts. Prints windows per second. */
#include <gdal.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SIDE 256

static const char *file;
static double seconds;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static uint64_t next_random(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

struct job {
  uint64_t seed;
  GDALDatasetH dataset;
  long windows;
};

static void *run(void *argument) {
  struct job *job = argument;
  int bands = GDALGetRasterCount(job->dataset);
  int width = GDALGetRasterXSize(job->dataset);
  int height = GDALGetRasterYSize(job->dataset);
  unsigned char *into = malloc((size_t)SIDE * SIDE * bands);
  double end = now() + seconds;
  while (now() < end) {
    int x = (int)(next_random(&job->seed) % (uint64_t)(width - SIDE + 1));
    int y = (int)(next_random(&job->seed) % (uint64_t)(height - SIDE + 1));
    if (GDALDatasetRasterIO(job->dataset, GF_Read, x, y, SIDE, SIDE, into, SIDE, SIDE, GDT_Byte, bands, NULL, bands,
                            bands * SIDE, 1) != CE_None)
      exit(1);
    job->windows++;
  }
  free(into);
  return NULL;
}

static void read_all(GDALDatasetH dataset) {
  int bands = GDALGetRasterCount(dataset);
  int width = GDALGetRasterXSize(dataset);
  int height = GDALGetRasterYSize(dataset);
  unsigned char *into = malloc((size_t)width * SIDE * bands);
  for (int y = 0; y + SIDE <= height; y += SIDE)
    if (GDALDatasetRasterIO(dataset, GF_Read, 0, y, width, SIDE, into, width, SIDE, GDT_Byte, bands, NULL, bands,
                            bands * width, 1) != CE_None)
      exit(1);
  free(into);
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  file = argv[1];
  int threads = atoi(argv[2]);
  seconds = atof(argv[4]);
  GDALAllRegister();
  GDALSetCacheMax64((GIntBig)atoi(argv[3]) << 20);
  struct job *jobs = calloc((size_t)threads, sizeof *jobs);
  pthread_t *ids = calloc((size_t)threads, sizeof *ids);
  for (int i = 0; i < threads; i++) {
    jobs[i].seed = 17 + (uint64_t)i;
    jobs[i].dataset = GDALOpen(file, GA_ReadOnly);
    if (jobs[i].dataset == NULL) return 1;
    if (atoi(argv[5])) read_all(jobs[i].dataset);
  }
  double start = now();
  for (int i = 0; i < threads; i++) pthread_create(&ids[i], NULL, run, &jobs[i]);
  long windows = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(ids[i], NULL);
    windows += jobs[i].windows;
  }
  printf("%.1f\n", windows / (now() - start));
  return 0;
}
