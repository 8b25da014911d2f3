package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code weit}, with a Java that says what it is started with. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final String QUICK = "-XX:TieredStopAtLevel=1";

  @TempDir private Path home;

  @BeforeEach
  void build() throws IOException {
    Files.copy(Path.of("..", "weit"), home.resolve("weit"));
    Files.createDirectories(home.resolve("weit-cli/target/lib"));
    Files.createFile(home.resolve("weit-cli/target/weit-cli-1.jar"));
    Path java = Files.createDirectories(home.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
  }

  private final Map<String, String> environment = new HashMap<>();

  private String start(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("bash", home.resolve("weit").toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).endsWith(String.join(" ", arguments) + "\n");
    return said;
  }

  /** Java would take names of files beyond ASCII for question marks, several for one. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void withoutALocaleNamesAreUtf8() throws IOException {
    Path java = home.resolve("jdk/bin/java");
    Files.writeString(java, "#!/bin/sh\necho \"<$LC_ALL> $@\"\n");
    environment.putAll(Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", ""));
    assertThat(start("inspect")).startsWith("<C.UTF-8> ");
    environment.put("LANG", "POSIX");
    assertThat(start("inspect")).startsWith("<C.UTF-8> ");
    environment.put("LANG", "de_DE.UTF-8");
    assertThat(start("inspect")).startsWith("<> ");
    environment.put("LC_ALL", "C");
    assertThat(start("inspect")).startsWith("<C.UTF-8> ");
  }

  @Test
  void whatTakesSecondsStartsQuickly() throws IOException {
    assertThat(start()).contains(QUICK);
    assertThat(start("--help")).contains(QUICK);
    assertThat(start("plan", "64x2")).contains(QUICK);
    assertThat(start("fit", "--no-fit")).contains(QUICK);
  }

  @Test
  void whatTakesLongerGetsTheWholeCompilerWhateverOptionComesFirst() throws IOException {
    assertThat(start("pretrain", "--data", "plan")).doesNotContain(QUICK);
    assertThat(start("plan", "--measure", "1")).doesNotContain(QUICK);
    assertThat(start("plan", "--measure=1", "64x2")).doesNotContain(QUICK);
    assertThat(start("--verbose", "pretrain")).doesNotContain(QUICK);
    assertThat(start("--debug", "--verbose", "fit")).doesNotContain(QUICK);
  }
}
