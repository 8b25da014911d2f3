package io.github.weit.templates;

import io.github.weit.models.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Between which sizes a pre-training drew. Inside, sizes that it never drew compose as well as
 * those that it did; outside they lose (docs/method-notes.md). Widths above the widest compute what
 * a narrower one does, and lose nothing.
 *
 * @param least the narrowest width and the least depths
 * @param deepest the largest depth of each stage
 */
public record DrawnRange(Size least, List<Integer> deepest) {

  public DrawnRange {
    deepest = List.copyOf(deepest);
  }

  /**
   * That of templates that were learnt before.
   *
   * @param full their full size, the only one if no other was drawn
   * @param provenance theirs
   * @return empty if it does not say so
   */
  public static Optional<DrawnRange> of(Size full, Map<String, String> provenance) {
    List<Size> others = beganToDraw(provenance) ? SizeSampler.others(provenance) : List.of();
    return Optional.ofNullable(provenance.get(SizeSampler.MINIMUM))
        .map(
            text ->
                new DrawnRange(others.isEmpty() ? full : Size.parse(text), deepest(full, others)));
  }

  /** Not before the full size was trained alone for as long as it was to be. */
  private static boolean beganToDraw(Map<String, String> provenance) {
    String steps = provenance.get("steps");
    String planned = provenance.get("steps.planned");
    String alone = provenance.get(SizeSampler.FULL_FIRST);
    return steps == null
        || planned == null
        || alone == null
        || Long.parseLong(steps)
            > SizeSampler.firstDrawn(Double.parseDouble(alone), Long.parseLong(planned));
  }

  private static List<Integer> deepest(Size full, List<Size> others) {
    return IntStream.range(0, full.depths().size())
        .map(
            stage ->
                Stream.concat(Stream.of(full), others.stream())
                    .mapToInt(size -> size.depths().get(stage))
                    .max()
                    .orElseThrow())
        .boxed()
        .toList();
  }

  /** Whether a size is narrower or shallower than any that was drawn: its models are poor. */
  public boolean isBelow(Size size) {
    return size.isBelow(least);
  }

  /**
   * Whether a stage is deeper than any that was drawn: layers are then interpolated further than
   * they were trained for, and composed models are worse than shallower ones.
   */
  public boolean isDeeper(Size size) {
    return IntStream.range(0, deepest.size())
        .anyMatch(stage -> size.depths().get(stage) > deepest.get(stage));
  }
}
