package io.github.weit.cli;

import io.github.weit.core.WeitException;
import java.util.Map;
import java.util.function.Supplier;

/** What the library says of a checkpoint names what its callers can do; people have options. */
final class ImportWords {

  private static final Map<String, String> OPTIONS =
      Map.of(
          "DenseImport.Mode.PARTIAL", "--partial",
          "RecognisedModel.Unsaid.classes", "--classes",
          "RecognisedModel.Unsaid.headSize", "--head-size");

  private ImportWords() {}

  /**
   * What {@code read} gives.
   *
   * @param command that has the options, with a space behind it; nothing if it is the one that runs
   * @throws WeitException the one of {@code read}, with options in the place of the library's names
   */
  static <T> T of(String command, Supplier<T> read) {
    try {
      return read.get();
    } catch (WeitException e) {
      String message = e.getMessage();
      for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
        message = message.replace(option.getKey(), command + option.getValue());
      }
      throw message.equals(e.getMessage()) ? e : new WeitException(message, e);
    }
  }
}
