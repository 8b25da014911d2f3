package io.github.weit.core.engine;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the engine computes with, in words for a person who wonders why it is slow. */
public final class EngineReport {
  private static final Logger LOG = LoggerFactory.getLogger(EngineReport.class);
  private static final List<String> CPU_BFLOAT16 = List.of("avx512_bf16", "amx_bf16", "bf16");
  private static final int AMPERE = 80;
  private static final String IMITATED = "imitated";

  private EngineReport() {}

  /** Which {@link Kernels} are in use, and who decided it. */
  public static String kernels() {
    return kernelsInUse() + decided("weit.kernels", "the engine was tried");
  }

  /** Which {@link Kernels} are in use: {@code fused} or {@code plain}. */
  public static String kernelsInUse() {
    return Kernels.current() instanceof FusedKernels ? "fused" : "plain";
  }

  /** How dense layers are computed on {@code device}, and who decided it. */
  public static String denseLayers(Device device) {
    if (device.isGpu()) {
      return "linear, as on all GPUs";
    }
    if (WholeBlocks.isNeeded()) {
      return "linear, since convolutions are not to be trusted on this processor";
    }
    String name = DenseForm.current().name().toLowerCase(Locale.ROOT);
    return name + decided("weit.dense", "measured on this machine");
  }

  /** How convolutions are computed on {@code device}. */
  public static String convolutions(Device device) {
    if (device.isGpu()) {
      return "as they are";
    }
    return WholeBlocks.isNeeded()
        ? "guarded: channels innermost and not few"
            + decided("weit.convolutions", "since the engine gets others wrong on this processor")
        : "as they are" + decided("weit.convolutions", "the engine was tried");
  }

  private static String decided(String property, String otherwise) {
    String value = System.getProperty(property, "auto");
    boolean set = !value.equals("auto") && !value.equals("measure");
    return set ? ", set by -D" + property : ", " + otherwise;
  }

  /** Which thresholds the C library's malloc has. */
  public static String malloc() {
    WeitEngine.start();
    return Malloc.inForce();
  }

  /** Whether {@code device} is known to imitate bfloat16, which takes far longer than float32. */
  public static boolean imitatesBfloat16(Device device) {
    return bfloat16(device).startsWith(IMITATED);
  }

  /** Whether {@code device} computes in bfloat16 or imitates it. */
  public static String bfloat16(Device device) {
    return device.isGpu() ? onGpu(capability(device.getDeviceId())) : onCpu(cpuInfo());
  }

  /**
   * @param cpuInfo the lines of {@code /proc/cpuinfo}; none where there is no such file
   */
  static String onCpu(List<String> cpuInfo) {
    List<String> flags =
        cpuInfo.stream()
            .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .limit(1)
            .flatMap(line -> Arrays.stream(line.split("\\s+")))
            .toList();
    if (flags.isEmpty()) {
      return "not known on this system";
    }
    String found = CPU_BFLOAT16.stream().filter(flags::contains).collect(Collectors.joining(", "));
    return found.isEmpty()
        ? IMITATED + ", far slower than float32: the processor has neither AVX-512 BF16 nor AMX"
        : "in hardware: " + found;
  }

  /**
   * @param capability the GPU's compute capability without its point, or an empty text
   */
  static String onGpu(String capability) {
    if (!capability.matches("\\d{2,3}")) {
      return "not known; in hardware since Ampere";
    }
    return Integer.parseInt(capability) >= AMPERE
        ? "in hardware: compute capability " + capability
        : IMITATED + ": compute capability " + capability + ", in hardware since Ampere, " + AMPERE;
  }

  /** The GPUs that the engine sees: number, compute capability and memory, as far as is told. */
  public static List<String> gpus() {
    List<String> gpus = new ArrayList<>();
    int count = WeitEngine.start().getGpuCount();
    for (int i = 0; i < count; i++) {
      gpus.add("cuda:" + i + ", compute capability " + capability(i) + ", " + memory(i));
    }
    return gpus;
  }

  /** The names of the NVIDIA GPUs that Linux has a driver for, whether the engine sees them. */
  public static List<String> gpusOfDriver() {
    return gpusOfDriver(Path.of("/proc/driver/nvidia/gpus"));
  }

  static List<String> gpusOfDriver(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> gpus = Files.list(folder)) {
      return gpus.sorted()
          .map(gpu -> lines(gpu.resolve("information")))
          .map(EngineReport::model)
          .toList();
    } catch (IOException e) {
      LOG.debug("{} cannot be listed", folder, e);
      return List.of();
    }
  }

  private static String model(List<String> information) {
    return information.stream()
        .filter(line -> line.startsWith("Model:"))
        .map(line -> line.substring("Model:".length()).strip())
        .findFirst()
        .orElse("GPU without a name");
  }

  private static String capability(int gpu) {
    try {
      return CudaUtils.getComputeCapability(gpu);
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("GPU {} does not tell its compute capability", gpu, e);
      return "not known";
    }
  }

  private static String memory(int gpu) {
    try {
      return (CudaUtils.getGpuMemory(Device.gpu(gpu)).getMax() >> 20) + " MiB";
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("GPU {} does not tell its memory", gpu, e);
      return "memory not known";
    }
  }

  private static List<String> cpuInfo() {
    return lines(Path.of("/proc/cpuinfo"));
  }

  private static List<String> lines(Path file) {
    if (!Files.isReadable(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      LOG.debug("{} cannot be read", file, e);
      return List.of();
    }
  }
}
