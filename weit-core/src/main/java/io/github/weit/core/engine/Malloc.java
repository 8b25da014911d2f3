package io.github.weit.core.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells glibc to keep large blocks. Otherwise it returns blocks of some megabytes to the system as
 * soon as they are free, and the next training step page-faults them anew, which costs a tenth of a
 * step and more (docs/performance.md). Other C libraries are left alone, as is a process whose
 * environment has its own {@code MALLOC_} settings; {@code -Dweit.malloc=system} switches it off.
 */
final class Malloc {
  private static final Logger LOG = LoggerFactory.getLogger(Malloc.class);

  // malloc.h
  private static final int TRIM_THRESHOLD = -1;
  private static final int TOP_PAD = -2;
  private static final int MMAP_THRESHOLD = -3;

  private static boolean done;
  private static String inForce = "the system's own thresholds";

  private Malloc() {}

  static synchronized void keepLargeBlocks() {
    if (done) {
      return;
    }
    done = true;
    String own =
        System.getenv().entrySet().stream()
            .filter(e -> e.getKey().startsWith("MALLOC_") || e.getKey().equals("GLIBC_TUNABLES"))
            .map(Object::toString)
            .sorted()
            .collect(Collectors.joining(" "));
    if (!own.isEmpty()) {
      inForce = "by the environment: " + own;
      return;
    }
    if ("system".equals(System.getProperty("weit.malloc")) || !Platform.isLinux()) {
      return;
    }
    try {
      NativeLibrary library = NativeLibrary.getInstance("c");
      library.getFunction("gnu_get_libc_version"); // only glibc has it
      Function mallopt = library.getFunction("mallopt");
      set(mallopt, MMAP_THRESHOLD, 32 << 20);
      set(mallopt, TRIM_THRESHOLD, 1 << 30);
      set(mallopt, TOP_PAD, 64 << 20);
      inForce = "glibc keeps blocks up to 32 MiB, set by this library";
    } catch (LinkageError | RuntimeException e) {
      LOG.debug("the C library's malloc keeps its own settings", e);
    }
  }

  /** What was decided, in words. */
  static synchronized String inForce() {
    return inForce;
  }

  private static void set(Function mallopt, int parameter, int value) {
    if (mallopt.invokeInt(new Object[] {parameter, value}) != 1) {
      LOG.debug("mallopt({}, {}) was refused", parameter, value);
    }
  }
}
