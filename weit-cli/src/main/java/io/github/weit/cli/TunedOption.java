package io.github.weit.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether what is not said follows the papers or the measurements of this project. */
final class TunedOption {

  @Option(
      names = "--tuned",
      description =
          "Go beyond what is published, as measured best (docs/method-notes.md): pre-train the full"
              + " size alone for half of the steps and then larger sizes too, fit longer, on more"
              + " images, to what the full size says of them. Options that are given win.")
  private boolean tuned;

  boolean get() {
    return tuned;
  }

  /** What was given, or else the one of two defaults that holds. */
  <T> T choose(Optional<T> given, T published, T measured) {
    return given.orElse(tuned ? measured : published);
  }
}
