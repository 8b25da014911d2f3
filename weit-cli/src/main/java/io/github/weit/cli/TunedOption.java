package io.github.weit.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether what is not said follows the papers or the measurements of this project. */
final class TunedOption {

  @Option(
      names = "--tuned",
      description =
          "Go beyond what is published, as measured best with a pre-training of many epochs"
              + " (docs/method-notes.md). What changes is said at each option; those that are given"
              + " win.")
  private boolean tuned;

  boolean get() {
    return tuned;
  }

  /** What was given, or else the one of two defaults that holds. */
  <T> T choose(Optional<T> given, T published, T measured) {
    return given.orElse(tuned ? measured : published);
  }
}
