package io.github.weit.cli.run;

import io.github.weit.cli.report.Provenance;
import io.github.weit.core.engine.DenseForm;
import io.github.weit.core.engine.EngineReport;
import io.github.weit.core.engine.WeitEngine;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Where and with what something is computed. */
public final class RunInfo {

  private RunInfo() {}

  /**
   * Versions and ways of calculating that decide results, for an artefact's provenance: another
   * form of dense layers, or other kernels, round otherwise.
   */
  public static Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("version.weit", weitVersion());
    versions.put("version.engine", WeitEngine.start().getVersion());
    versions.put("engine.dense", DenseForm.current().name().toLowerCase(Locale.ROOT));
    versions.put("engine.kernels", EngineReport.kernelsInUse());
    versions.put("threads", Integer.toString(WeitEngine.threads()));
    return versions;
  }

  /** Date, processor, threads and versions, for a table of measurements made by {@code command}. */
  public static Provenance provenance(String command) {
    return new Provenance(
        LocalDate.now(Clock.systemUTC()).toString(),
        cpu(),
        WeitEngine.threads(),
        command,
        "weit %s, PyTorch %s, Java %s"
            .formatted(
                weitVersion(), WeitEngine.start().getVersion(), Runtime.version().feature()));
  }

  /** The line that a shell reads these arguments of {@code weit} from. */
  public static String command(List<String> arguments) {
    return "weit " + arguments.stream().map(RunInfo::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String argument) {
    return argument.matches("[\\w@%+=:,./~-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  /** The version of this build, or {@code development} outside of a jar. */
  public static String weitVersion() {
    String version = RunInfo.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The processor's name, as far as the system tells. */
  public static String cpu() {
    return WeitEngine.cpuName();
  }
}
