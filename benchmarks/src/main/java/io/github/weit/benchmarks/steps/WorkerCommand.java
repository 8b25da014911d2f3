package io.github.weit.benchmarks.steps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the processes of arms are started. */
final class WorkerCommand {

  /** What the {@code weit} script sets. */
  static final Map<String, String> MALLOC =
      new TreeMap<>(
          Map.of(
              "MALLOC_MMAP_THRESHOLD_", "33554432",
              "MALLOC_TRIM_THRESHOLD_", "1073741824",
              "MALLOC_TOP_PAD_", "67108864"));

  private static final List<String> CLEARED = List.of("MALLOC_", "OMP_", "GOMP_", "KMP_", "MKL_");

  private WorkerCommand() {}

  /** The process of an arm, not started yet. */
  static ProcessBuilder of(Arm arm, RaceOptions options) {
    ProcessBuilder builder = new ProcessBuilder(line(arm, options));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> CLEARED.stream().anyMatch(name::startsWith));
    environment.put("OMP_NUM_THREADS", Integer.toString(options.threads()));
    environment.putAll(malloc(arm, options));
    return builder;
  }

  /** What malloc is told: what ours is told by its script, and others only if all are. */
  static Map<String, String> malloc(Arm arm, RaceOptions options) {
    return arm.who().ours() || options.mallocForAll() ? MALLOC : Map.of();
  }

  private static List<String> line(Arm arm, RaceOptions options) {
    List<String> line = new ArrayList<>();
    if (arm.who().java()) {
      line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      line.add("-Xmx2g");
      if (arm.who().ours()) {
        line.addAll(options.javaOptions());
      } else {
        line.add("-Dweit.malloc=system"); // the engine is started by our library here too
      }
      line.addAll(List.of("-cp", System.getProperty("java.class.path")));
      line.add(StepWorker.class.getName());
    } else {
      line.addAll(List.of(options.python(), options.timmScript().toString()));
    }
    line.add(arm.toString());
    line.add(Integer.toString(options.threads()));
    line.add(Long.toString(options.seed().value()));
    return line;
  }
}
