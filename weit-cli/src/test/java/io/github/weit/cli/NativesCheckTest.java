package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.util.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An installation of PyTorch is looked at, not loaded. */
class NativesCheckTest {

  private static final String PATH = "PYTORCH_LIBRARY_PATH";
  private static final String VERSION = "PYTORCH_VERSION";
  private static final String FLAVOR = "PYTORCH_FLAVOR";

  @TempDir private Path folder;

  @BeforeEach
  void install() throws IOException {
    assumeThat(List.of(PATH, VERSION, FLAVOR))
        .as("an environment that wins over properties")
        .allSatisfy(name -> assertThat(System.getenv(name)).isNull());
    Files.createFile(folder.resolve(System.mapLibraryName("torch")));
    System.setProperty(PATH, folder.toString());
    System.setProperty(FLAVOR, "cpu");
  }

  @AfterEach
  void forget() {
    List.of(PATH, VERSION, FLAVOR).forEach(System::clearProperty);
  }

  @Test
  void aBundledLibraryIsDescribed() {
    System.clearProperty(PATH);
    Finding found = NativesCheck.natives();
    assertThat(found.found()).contains(Platform.detectPlatform("pytorch").getVersion());
    assertThat(found.advice()).isEmpty();
    assertThat(NativesCheck.jni().found())
        .endsWith("-" + Platform.detectPlatform("pytorch").getApiVersion());
  }

  @Test
  void anInstallationThatFitsIsFine() {
    Finding found = NativesCheck.natives();
    assertThat(found.found()).contains(PATH, " cpu ", folder.toString());
    assertThat(found.level()).isEqualTo(Finding.Level.FINE);
  }

  @Test
  void anInstallationOfAnotherVersionNeedsAnotherJniLibrary() {
    System.setProperty(VERSION, "1.0.0");
    Finding found = NativesCheck.natives();
    assertThat(found.level()).isEqualTo(Finding.Level.BROKEN);
    assertThat(found.advice()).contains("1.0.0-", NativesCheck.jni().found(), VERSION);
  }

  @Test
  void aFlavorWithoutAJniLibraryIsBroken() {
    System.setProperty(FLAVOR, "cu999");
    Finding found = NativesCheck.natives();
    assertThat(found.level()).isEqualTo(Finding.Level.BROKEN);
    assertThat(found.advice()).contains("cu999");
  }

  @Test
  void aFlavorThatIsNotSetIsWarnedOf() {
    System.clearProperty(FLAVOR);
    Finding found = NativesCheck.natives();
    assertThat(found.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(found.advice()).contains(FLAVOR);
  }

  @Test
  void aFolderWithoutPyTorchIsNamed() {
    System.setProperty(PATH, folder.resolve("elsewhere").toString());
    Finding found = NativesCheck.natives();
    assertThat(found.level()).isEqualTo(Finding.Level.BROKEN);
    assertThat(found.found()).contains("elsewhere", System.mapLibraryName("torch"));
  }
}
