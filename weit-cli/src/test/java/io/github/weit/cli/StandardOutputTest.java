package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is printed and does not arrive, in processes of their own. */
@EnabledOnOs(OS.LINUX)
class StandardOutputTest {

  @TempDir Path own;

  private Process start(ProcessBuilder.Redirect to) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return new ProcessBuilder(java, "-cp", classPath, Weit.class.getName(), "plan", "--csv")
        .redirectOutput(to)
        .redirectError(own.resolve("err").toFile())
        .start();
  }

  @Test
  void aFullDiskIsAnError() throws Exception {
    Process full = start(ProcessBuilder.Redirect.to(new File("/dev/full")));
    assertThat(full.waitFor()).isEqualTo(1);
    assertThat(Files.readString(own.resolve("err")))
        .startsWith("weit: cannot write what it has to say: No space left");
  }

  @Test
  void nothingIsSaidToAReaderThatHasSeenEnough() throws Exception {
    Process unread = start(ProcessBuilder.Redirect.PIPE);
    unread.getInputStream().close();
    assertThat(unread.waitFor()).isEqualTo(1);
    assertThat(own.resolve("err")).isEmptyFile();
  }
}
