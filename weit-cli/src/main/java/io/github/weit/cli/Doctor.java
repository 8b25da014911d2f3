package io.github.weit.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.EngineReport;
import io.github.weit.core.engine.WeitEngine;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Looks at everything that the commands need. Each look stands alone: what is broken hides nothing
 * else.
 */
final class Doctor {

  private static final long SMALL_HEAP = 512L << 20;
  private static final long CACHE_BYTES = 1L << 30;

  private final List<Finding> findings = new ArrayList<>();

  private Doctor() {}

  static List<Finding> examine(EngineOptions engine) {
    Doctor doctor = new Doctor();
    doctor.machine();
    doctor.look("native library", NativesCheck::natives);
    doctor.look("engine's JNI library", NativesCheck::jni);
    doctor.look("engine's cache", Doctor::cache);
    doctor.engine(engine);
    doctor.look("fonts for charts", Doctor::fonts);
    return doctor.findings;
  }

  /** Adds what a look finds; what it throws is a finding too. */
  private void look(String what, Supplier<Finding> look) {
    try {
      findings.add(look.get());
    } catch (RuntimeException | LinkageError e) {
      findings.add(Finding.broken(what, e.toString(), "this was not expected; see --verbose"));
    }
  }

  private void machine() {
    Runtime runtime = Runtime.getRuntime();
    findings.add(Finding.fine("weit", RunInfo.weitVersion()));
    findings.add(
        Finding.fine(
            "system",
            "%s %s, %s"
                .formatted(
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    System.getProperty("os.arch"))));
    findings.add(
        Finding.fine("Java", Runtime.version() + ", " + System.getProperty("java.vm.name")));
    findings.add(names());
    findings.add(
        Finding.fine("processor", runtime.availableProcessors() + " cores, " + RunInfo.cpu()));
    findings.add(Finding.fine("memory", memory()));
    String heap = Quantity.bytes(runtime.maxMemory());
    findings.add(
        runtime.maxMemory() < SMALL_HEAP
            ? Finding.warning(
                "Java heap", heap, "data sets lie in the heap; start Java with -Xmx2g")
            : Finding.fine("Java heap", heap));
  }

  private static Finding names() {
    String encoding = System.getProperty("sun.jnu.encoding", "not known");
    return encoding.equalsIgnoreCase("UTF-8")
        ? Finding.fine("names of files", encoding)
        : Finding.warning(
            "names of files",
            encoding,
            "others than ASCII may not be found; set a locale of UTF-8, such as LC_ALL=C.UTF-8");
  }

  private static String memory() {
    Path info = Path.of("/proc/meminfo");
    if (!Files.isReadable(info)) {
      return "not known on this system";
    }
    try (var lines = Files.lines(info)) {
      return String.join(
          ", ",
          lines
              .filter(line -> line.startsWith("MemTotal:") || line.startsWith("MemAvailable:"))
              .map(
                  line ->
                      line.replaceFirst(":.*", "").substring("Mem".length())
                          + " "
                          + Quantity.bytes(Long.parseLong(line.replaceAll("\\D", "")) << 10))
              .toList());
    } catch (IOException e) {
      return "not known: " + e.getMessage();
    }
  }

  private static Finding cache() {
    Path folder = Utils.getEngineCacheDir("pytorch");
    String place = folder.toString();
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "weit", ".tmp"));
      long free = Files.getFileStore(folder).getUsableSpace();
      String found = "%s, writable, %s free".formatted(place, Quantity.bytes(free));
      return free < CACHE_BYTES
          ? Finding.warning(
              "engine's cache",
              found,
              "the native libraries need up to 500 MB when they are unpacked; name a roomier folder"
                  + " with -DDJL_CACHE_DIR")
          : Finding.fine("engine's cache", found);
    } catch (IOException e) {
      return isFilled(folder)
          ? Finding.warning(
              "engine's cache",
              place + ", filled, not writable",
              "each process measures anew how dense layers are computed fastest, unless"
                  + " -Dweit.dense=linear or convolution says it")
          : Finding.broken(
              "engine's cache",
              place + " is not writable: " + e,
              "name a writable folder: WEIT_JAVA_OPTS=-DDJL_CACHE_DIR=FOLDER");
    }
  }

  /** Whether native libraries were unpacked there; the engine says if they are the wrong ones. */
  private static boolean isFilled(Path folder) {
    try (var files = Files.walk(folder, 2)) {
      return files.anyMatch(file -> file.getFileName().toString().contains("torch_cpu"));
    } catch (IOException e) {
      return false;
    }
  }

  private void engine(EngineOptions options) {
    try {
      Engine engine = WeitEngine.start();
      findings.add(
          Finding.fine(
              "engine",
              "PyTorch %s, DJL %s".formatted(engine.getVersion(), Engine.getDjlVersion())));
      findings.add(Finding.fine("engine's threads", WeitEngine.threads()));
      findings.add(Finding.fine("malloc", EngineReport.malloc()));
    } catch (WeitException | LinkageError e) {
      findings.add(
          Finding.broken("engine", "does not start", e.getMessage() + "; --verbose shows more"));
      return;
    }
    look("GPUs", Doctor::gpus);
    try (NDManager manager = options.open()) {
      Device device = manager.getDevice();
      findings.add(Finding.fine("device", device + ": " + options.reason(device)));
      findings.add(Finding.fine("kernels", EngineReport.kernels()));
      findings.add(Finding.fine("dense layers", EngineReport.denseLayers(device)));
      findings.add(Finding.fine("convolutions", EngineReport.convolutions(device)));
      findings.add(Finding.fine("bfloat16", EngineReport.bfloat16(device)));
      findings.add(SelfCheck.run(manager));
    } catch (WeitException e) {
      findings.add(Finding.broken("device", "cannot be used", e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      findings.add(
          Finding.broken(
              "calculation", "failed: " + e, "the engine's libraries do not work on this machine"));
    }
  }

  private static Finding gpus() {
    List<String> seen = EngineReport.gpus();
    List<String> there = EngineReport.gpusOfDriver();
    if (seen.isEmpty() && !there.isEmpty()) {
      return Finding.warning(
          "GPUs",
          "none that the engine sees; the driver has " + String.join(", ", there),
          "to compute there, take the engine's libraries for GPUs, see docs/gpu.md");
    }
    return Finding.fine("GPUs", seen.isEmpty() ? "none" : join(seen, there));
  }

  private static String join(List<String> seen, List<String> there) {
    String numbers = String.join("; ", seen);
    return there.isEmpty() ? numbers : numbers + "; the driver has " + String.join(", ", there);
  }

  private static Finding fonts() {
    String advice =
        "charts of weit compare need fonts: install fontconfig and a font such as DejaVu";
    try {
      double width =
          new Font(Font.SANS_SERIF, Font.PLAIN, 12)
              .getStringBounds("weit", new FontRenderContext(null, true, true))
              .getWidth();
      return width > 0
          ? Finding.fine("fonts for charts", "found")
          : Finding.warning("fonts for charts", "text has no width", advice);
    } catch (RuntimeException | LinkageError | InternalError e) {
      return Finding.warning("fonts for charts", "none: " + e, advice);
    }
  }
}
