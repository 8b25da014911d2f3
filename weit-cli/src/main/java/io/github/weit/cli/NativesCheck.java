package io.github.weit.cli;

import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Whether PyTorch's libraries and the engine's JNI library are there and fit each other. PyTorch
 * comes from a jar, or from an installation that PYTORCH_LIBRARY_PATH names, which then wins; each
 * such name is an environment variable or a Java property.
 */
final class NativesCheck {

  private static final String NATIVE = "native library";
  private static final String JNI = "engine's JNI library";
  private static final String JAR_FACTS = "native/lib/pytorch.properties";
  private static final String JNI_FACTS = "jnilib/pytorch.properties";

  private NativesCheck() {}

  /** Where PyTorch comes from. */
  static Finding natives() {
    Optional<String> path = setting("PYTORCH_LIBRARY_PATH");
    return path.isPresent() ? installed(path.get()) : bundled(NATIVE, JAR_FACTS);
  }

  /** The library between Java and PyTorch. */
  static Finding jni() {
    return bundled(JNI, JNI_FACTS);
  }

  private static Optional<String> setting(String name) {
    return Optional.ofNullable(Utils.getEnvOrSystemProperty(name)).filter(s -> !s.isEmpty());
  }

  /** The loader's own rules, said before it fails by them. */
  private static Finding installed(String path) {
    String library = System.mapLibraryName("torch");
    Optional<Path> folder =
        Arrays.stream(path.split(File.pathSeparator))
            .map(Path::of)
            .map(place -> Files.isDirectory(place) ? place.resolve(library) : place)
            .filter(file -> file.endsWith(library) && Files.isRegularFile(file))
            .map(Path::getParent)
            .findFirst();
    if (folder.isEmpty()) {
      return Finding.broken(
          NATIVE,
          "PYTORCH_LIBRARY_PATH=" + path + " has no " + library,
          "name the folder lib of the installed torch, see docs/gpu.md");
    }
    Platform platform = Platform.detectPlatform("pytorch");
    String version = setting("PYTORCH_VERSION").orElse(platform.getVersion());
    Optional<String> flavor = setting("PYTORCH_FLAVOR");
    String found =
        "%s %s of PYTORCH_LIBRARY_PATH, %s"
            .formatted(version, flavor.orElse("of a flavor that is not set"), folder.get());
    if (flavor.isEmpty()) {
      return Finding.warning(
          NATIVE, found, "set PYTORCH_FLAVOR to what the JNI library is for, see docs/gpu.md");
    }
    String jni = "jnilib/" + platform.getClassifier() + "/" + flavor.get() + "/";
    String file = jni + System.mapLibraryName("djl_torch");
    if (Doctor.class.getClassLoader().getResource(file) == null) {
      return Finding.broken(
          NATIVE, found, "there is no JNI library " + jni + " on the class path, see docs/gpu.md");
    }
    String expected = version.replaceFirst("-.*", "") + "-" + platform.getApiVersion();
    List<String> versions = facts(JNI_FACTS).stream().map(NativesCheck::describe).toList();
    return versions.stream().anyMatch(known -> known.startsWith(expected))
        ? Finding.fine(NATIVE, found)
        : Finding.broken(
            NATIVE,
            found,
            "it needs the JNI library %s, found %s; set PYTORCH_VERSION to the installed torch's, and use the one that fits"
                .formatted(expected, versions));
  }

  /** What a jar of the engine's says of itself. */
  private static Finding bundled(String what, String resource) {
    List<String> found = facts(resource).stream().map(NativesCheck::describe).toList();
    return switch (found.size()) {
      case 0 ->
          Finding.broken(
              what,
              "not on the class path",
              "add pytorch-jni, and pytorch-native-cpu with the classifier of this system, or name an"
                  + " installed PyTorch, see docs/gpu.md");
      case 1 -> Finding.fine(what, found.get(0));
      default ->
          Finding.warning(
              what, found.toString(), "several versions are on the class path; keep one");
    };
  }

  private static String describe(Properties facts) {
    String jni = facts.getProperty("jni_version", "");
    return jni.isEmpty()
        ? "%s %s %s"
            .formatted(
                facts.getProperty("version", "?"),
                facts.getProperty("flavor", "?"),
                facts.getProperty("classifier", "?"))
        : jni;
  }

  /** The resource of that name in every jar that has it. */
  private static List<Properties> facts(String resource) {
    List<Properties> all = new ArrayList<>();
    try {
      List<URL> places = Collections.list(Doctor.class.getClassLoader().getResources(resource));
      for (URL place : places) {
        Properties facts = new Properties();
        try (InputStream in = place.openStream()) {
          facts.load(in);
        }
        all.add(facts);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a jar is damaged; fetch it again: " + resource, e);
    }
    return all;
  }
}
