package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Axis;
import io.github.weit.core.AxisMap;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Models of a family as models of the same family for other images: of another size, with another
 * number of channels, and, unless it {@link #keepingHead}, always of other classes.
 *
 * <ul>
 *   <li>The head is fresh, also where the number of classes is the same.
 *   <li>What reads pixels is summed over channels for grey images, in which all channels are equal,
 *       and shared among channels where grey images become coloured ones. Either way a grey picture
 *       gives the features that it gave before, if it is normalised alike.
 *   <li>A position embedding is resampled to the new grid of patches (bicubic, antialiased where
 *       the grid shrinks, see {@link GridResampling}); a class token's row is kept.
 *   <li>Everything else is kept. Running statistics of batch norms are those of other images and
 *       are left out, see {@link SizedModel#needsCalibration}.
 * </ul>
 *
 * <p>Kept are the types that both families have alike, so templates of these serve both.
 *
 * @param from what models are of
 * @param to what they become
 * @param keepsHead whether the classes are those that there were
 */
public record ImageTransfer(Family from, Family to, boolean keepsHead) {

  private static final Set<String> IMAGES =
      Set.of(Family.IMAGE_SIZE, Family.CHANNELS, Family.CLASSES);

  /**
   * @throws WeitException if the families differ in more than images and classes, in classes though
   *     the head is kept, or in channels of which neither is grey
   */
  public ImageTransfer {
    requireAlike(from, to);
    if (keepsHead && from.classes() != to.classes()) {
      throw new WeitException(
          "%s: a head for %d classes cannot be kept for %d"
              .formatted(from.id(), from.classes(), to.classes()));
    }
    long old = from.inputShape().get(0);
    long channels = to.inputShape().get(0);
    if (old != channels && old != 1 && channels != 1) {
      throw new WeitException(
          "%s: weights for images of %d channels cannot be made into weights for %d; one of the two must be grey images (1 channel)"
              .formatted(from.id(), old, channels));
    }
  }

  /** To other classes. */
  public ImageTransfer(Family from, Family to) {
    this(from, to, false);
  }

  /**
   * The same with the head that there is, for images of the same classes: a finer resolution, say.
   *
   * @throws WeitException if there are other numbers of classes
   */
  public ImageTransfer keepingHead() {
    return new ImageTransfer(from, to, true);
  }

  /**
   * What becomes of the weights of a size, by parameter path; no array is made.
   *
   * @param kept those that stay as they are
   * @param adapted those that are made from what they were
   * @param fresh those with the family's usual random start
   */
  public record Parts(List<String> kept, List<String> adapted, List<String> fresh) {

    public Parts {
      kept = List.copyOf(kept);
      adapted = List.copyOf(adapted);
      fresh = List.copyOf(fresh);
    }

    /** Names what is not kept, for a reader. */
    @Override
    public String toString() {
      return "adapted: %s; fresh: %s; %s others kept"
          .formatted(joined(adapted), joined(fresh), kept.size());
    }

    private static String joined(List<String> names) {
      return names.isEmpty() ? "nothing" : String.join(", ", names);
    }
  }

  /** The fate of a weight type. */
  private enum Fate {
    KEPT,
    ADAPTED,
    FRESH
  }

  private static void requireAlike(Family from, Family to) {
    if (!from.id().equals(to.id())) {
      throw new WeitException(
          "weights of family '%s' cannot become weights of family '%s'"
              .formatted(from.id(), to.id()));
    }
    Map<String, String> old = new TreeMap<>(from.options());
    Map<String, String> asked = new TreeMap<>(to.options());
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(asked.keySet());
    for (String name : names) {
      String expected = old.getOrDefault(name, "none");
      String found = asked.getOrDefault(name, "none");
      if (!IMAGES.contains(name) && !expected.equals(found)) {
        throw new WeitException(
            "%s: only images and classes can be others than what weights were learnt with; expected %s %s as there, found %s"
                .formatted(from.id(), name, expected, found));
      }
    }
  }

  /**
   * To images and classes that are described by numbers.
   *
   * @throws WeitException if the family has no model for such images
   */
  public static ImageTransfer of(Family from, int imageSize, int channels, int classes) {
    return new ImageTransfer(from, from.withImages(imageSize, channels).withClasses(classes));
  }

  /**
   * The weight types of a size that both families have alike.
   *
   * @throws WeitException if no rule makes one's weights into the other's
   */
  public List<WeightType> kept(Size size) {
    return types(size, Fate.KEPT);
  }

  private List<WeightType> types(Size size, Fate fate) {
    Map<WeightType, Fate> fates = fates(size);
    return fates.keySet().stream().filter(type -> fates.get(type) == fate).toList();
  }

  /**
   * What becomes of the weights of {@code size}.
   *
   * @throws WeitException if no rule makes one's weights into the other's
   */
  public Parts parts(Size size) {
    return new Parts(names(size, Fate.KEPT), names(size, Fate.ADAPTED), names(size, Fate.FRESH));
  }

  private List<String> names(Size size, Fate fate) {
    return types(size, fate).stream().flatMap(type -> type.parameterNames().stream()).toList();
  }

  /** The target's types in order. */
  private Map<WeightType, Fate> fates(Size size) {
    Map<String, WeightType> old = byName(from.weights(size));
    Map<String, WeightType> others = byName(to.withClasses(to.classes() + 1).weights(size));
    Map<WeightType, Fate> fates = new LinkedHashMap<>();
    for (WeightType type : to.weights(size)) {
      WeightType before = old.remove(type.name());
      if (!keepsHead && !type.equals(others.get(type.name()))) {
        fates.put(type, Fate.FRESH);
      } else if (before == null) {
        throw onlyOne(type, to, from);
      } else {
        fates.put(type, type.axes().equals(before.axes()) ? Fate.KEPT : Fate.ADAPTED);
      }
    }
    if (!old.isEmpty()) {
      throw onlyOne(old.values().iterator().next(), from, to);
    }
    return fates;
  }

  private static WeitException onlyOne(WeightType type, Family there, Family missing) {
    return new WeitException(
        "weights '%s': '%s' has them, '%s' does not, so no rule makes one into the other"
            .formatted(type.name(), there, missing));
  }

  private static Map<String, WeightType> byName(List<WeightType> types) {
    Map<String, WeightType> byName = new LinkedHashMap<>();
    types.forEach(type -> byName.put(type.name(), type));
    return byName;
  }

  /**
   * The model for the other images; all its arrays are new, in {@code manager}.
   *
   * @param model of the family that is left
   * @param seed of what starts fresh
   * @throws WeitException if the model is of another family, or no rule makes one of its weights
   *     into the other's
   */
  public SizedModel adapt(SizedModel model, NDManager manager, Seed seed) {
    if (!model.family().equals(from)) {
      throw new WeitException(
          "expected a model of '%s', found one of '%s'".formatted(from, model.family()));
    }
    Size size = model.size();
    Map<String, WeightType> old = byName(from.weights(size));
    Map<String, NDArray> weights = new LinkedHashMap<>();
    try (NDManager scratch = manager.newSubManager()) {
      NamedArrays own = model.weights().copyTo(scratch);
      fates(size)
          .forEach(
              (type, fate) -> {
                switch (fate) {
                  case FRESH ->
                      DenseWeights.initial(List.of(type), scratch, seed).forEach(weights::put);
                  case ADAPTED ->
                      weights.put(type.name(), adapted(old.get(type.name()), type, own));
                  case KEPT ->
                      type.parameterNames().forEach(name -> weights.put(name, own.get(name)));
                }
              });
      return new SizedModel(to, size, NamedArrays.of(weights).copyTo(manager));
    }
  }

  private NDArray adapted(WeightType old, WeightType type, NamedArrays weights) {
    boolean whole = old.stackedShape().equals(old.denseShape()); // no layer axis and no groups
    if (!whole || old.axes().size() != type.axes().size()) {
      throw new WeitException(
          "weights '%s': no rule makes %s into %s".formatted(type.name(), old.axes(), type.axes()));
    }
    NDArray result = weights.get(type.name());
    for (int i = 0; i < type.axes().size(); i++) {
      Axis before = old.axes().get(i);
      Axis after = type.axes().get(i);
      if (!before.equals(after)) {
        double[][] map =
            switch (before.name()) {
              case Family.CHANNEL_AXIS -> channels(before.length(), after.length());
              case Family.TOKEN_AXIS -> tokens();
              default ->
                  throw new WeitException(
                      "weights '%s': no rule makes %s into %s"
                          .formatted(type.name(), before, after));
            };
        result = AxisMap.apply(AxisMap.of(map, result), result, i);
      }
    }
    return result;
  }

  /** Sums over channels where they become one, shares of one where they become several. */
  private static double[][] channels(long old, long count) {
    double[][] rows = new double[Math.toIntExact(count)][Math.toIntExact(old)];
    for (double[] row : rows) {
      Arrays.fill(row, 1.0 / count);
    }
    return rows;
  }

  private double[][] tokens() {
    if (from instanceof Vit old && to instanceof Vit vit) {
      int before = old.imageSize() / old.patch();
      int side = vit.imageSize() / vit.patch();
      return GridResampling.grid(vit.tokens() - side * side, before, side);
    }
    throw new WeitException("%s: its tokens have no known places".formatted(from.id()));
  }
}
