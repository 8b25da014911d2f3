package io.github.weit.benchmarks;

import io.github.weit.cli.report.Provenance;
import io.github.weit.cli.run.RunInfo;
import io.github.weit.core.WeitException;
import io.github.weit.models.StepCost;
import io.github.weit.training.metrics.CsvLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Holds the memory that {@link StepCost} predicts against what training steps take: a process per
 * family, size, batch and stage, in which the peak of resident memory is read. The heap of Java is
 * there from the start, so that what grows is native memory. Linux with glibc only.
 *
 * <p>Arguments: the CSV to write or continue; how malloc is set, one of {@code returned} (every
 * block of 64 KiB or more goes back to the system when it is freed, so that what is resident is
 * what lives), {@code kept} (large blocks stay, as this library has it) and {@code system} (glibc's
 * own settings); and steps, if not the usual ones, each {@code "family size images stage
 * precision"}.
 */
public final class MemoryModel {

  private static final List<String> STEPS =
      List.of(
          "vit 128x6 64 train float32",
          "vit 128x6 64 pretrain float32",
          "vit 128x6 64 fit float32",
          "vit 384x6 4 train float32",
          "vit 384x6 4 pretrain float32",
          "deit_tiny_patch16_224 192x12 16 train float32",
          "deit_tiny_patch16_224 192x12 16 pretrain float32",
          "resnet 32x2-2-2 64 train float32",
          "resnet 32x2-2-2 64 pretrain float32",
          "resnet 16x3-3-3 128 train float32",
          "resnet18 64x2-2-2-2 8 train float32",
          "resnet50 64x3-4-6-3 4 train float32",
          "resnet50 64x3-4-6-3 4 pretrain float32",
          "convnext 32x2-2-2 256 train float32",
          "convnext 96x3-3-3 64 train float32",
          "convnext 96x3-3-3 64 fit float32",
          "convnext_tiny 96x3-3-9-3 4 train float32",
          "convnext_tiny 96x3-3-9-3 4 pretrain float32",
          "vit 128x6 64 train bfloat16",
          "deit_tiny_patch16_224 192x12 16 train bfloat16",
          "deit_tiny_patch16_224 192x12 16 pretrain bfloat16",
          "resnet 32x2-2-2 64 train bfloat16",
          "resnet50 64x3-4-6-3 4 train bfloat16",
          "convnext 96x3-3-3 64 train bfloat16");

  /** Environment and system property. */
  private record Malloc(Map<String, String> environment, String property) {}

  private static final Map<String, Malloc> MALLOC =
      Map.of(
          "returned",
          new Malloc(Map.of("MALLOC_MMAP_THRESHOLD_", "65536"), "system"),
          "kept",
          new Malloc(Map.of(), "kept"),
          "system",
          new Malloc(Map.of(), "system"));

  private static final List<String> HEADER =
      List.of(
          "malloc",
          "family",
          "size",
          "batch",
          "stage",
          "precision",
          "measured_bytes",
          "predicted_bytes",
          "error_percent",
          "standing",
          "input",
          "composed",
          "saved",
          "idle",
          "backward",
          "date",
          "cpu",
          "threads",
          "command",
          "versions");

  private MemoryModel() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Malloc malloc = MALLOC.get(arguments[1]);
    if (malloc == null) {
      throw new WeitException("malloc is set to one of " + MALLOC.keySet());
    }
    Provenance machine = RunInfo.provenance("MemoryModel FILE.csv " + arguments[1]);
    try (CsvLog csv = CsvLog.open(Path.of(arguments[0]), HEADER)) {
      List<String> steps = List.of(arguments).subList(2, arguments.length);
      for (String step : steps.isEmpty() ? STEPS : steps) {
        long measured = measure(step, malloc);
        row(csv, arguments[1], MemoryStep.parse(step), measured, machine);
      }
    }
  }

  private static void row(
      CsvLog csv, String malloc, MemoryStep step, long measured, Provenance machine) {
    StepCost.Bytes bytes = step.predicted().bytes();
    String error = String.format(Locale.ROOT, "%.1f", 100.0 * (bytes.peak() - measured) / measured);
    csv.row(
        malloc,
        step.family(),
        step.size(),
        step.images(),
        step.stage(),
        step.precision(),
        measured,
        bytes.peak(),
        error,
        bytes.standing(),
        bytes.input(),
        bytes.composed(),
        bytes.saved(),
        bytes.idle(),
        bytes.backward(),
        machine.date(),
        machine.cpu(),
        machine.threads(),
        machine.command(),
        machine.versions());
    System.out.printf(
        Locale.ROOT,
        "%s %s %s %d %s %s: measured %.1f MiB, predicted %.1f MiB, error %s %%%n",
        malloc,
        step.family(),
        step.size(),
        step.images(),
        step.stage(),
        step.precision(),
        measured / 0x1p20,
        bytes.peak() / 0x1p20,
        error);
  }

  private static long measure(String step, Malloc malloc) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    line.add("-Dweit.malloc=" + malloc.property());
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.add(MemoryStep.class.getName());
    line.addAll(List.of(step.split(" ")));
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
    builder.environment().putAll(malloc.environment());
    Process process = builder.start();
    String output;
    try (var stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (process.waitFor() != 0) {
      throw new WeitException("the process of '" + step + "' failed");
    }
    return output
        .lines()
        .filter(found -> found.startsWith("grown "))
        .mapToLong(found -> Long.parseLong(found.substring("grown ".length())))
        .findFirst()
        .orElseThrow();
  }
}
