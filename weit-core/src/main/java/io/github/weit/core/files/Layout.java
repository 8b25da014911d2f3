package io.github.weit.core.files;

import io.github.weit.core.files.FileFormatException.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks that the byte ranges of a file's tensors tile its data exactly. */
final class Layout {

  private static final Comparator<TensorInfo> BY_PLACE =
      Comparator.comparingLong(TensorInfo::begin)
          .thenComparingLong(TensorInfo::end)
          .thenComparing(TensorInfo::name);

  private Layout() {}

  /**
   * The tensors by name in the order of their bytes: the first starts at 0, each where the one
   * before ends, and the last ends at {@code dataBytes}. Empty tensors stand before the one that
   * shares their start.
   *
   * @throws FileFormatException otherwise
   */
  static Map<String, TensorInfo> tiled(Path path, List<TensorInfo> declared, long dataBytes) {
    List<TensorInfo> sorted = new ArrayList<>(declared);
    sorted.sort(BY_PLACE);
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    long at = 0;
    for (TensorInfo tensor : sorted) {
      if (tensor.begin() != at) {
        throw new FileFormatException(
            Problem.HOLE_OR_OVERLAP,
            path,
            "tensor " + Shown.quoted(tensor.name()),
            "begin " + at,
            String.valueOf(tensor.begin()));
      }
      at = tensor.end();
      tensors.put(tensor.name(), tensor);
    }
    if (at != dataBytes) {
      throw new FileFormatException(
          Problem.TRAILING_OR_MISSING_BYTES,
          path,
          "",
          at + " bytes after the header",
          String.valueOf(dataBytes));
    }
    return Collections.unmodifiableMap(tensors);
  }
}
