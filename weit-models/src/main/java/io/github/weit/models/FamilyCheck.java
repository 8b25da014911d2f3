package io.github.weit.models;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Axis;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Whether a family keeps what training, prediction and files rely on, see {@link Family}, for the
 * tests of whoever writes one. A family that breaks a rule may train without complaint and be
 * another one once it is loaded. Not beside a training in the same process: the engine has one
 * gradient collector.
 *
 * <pre>{@code
 * FamilyCheck.require(family, List.of(new Size(32, 2), new Size(64, 3)), manager);
 * }</pre>
 */
public final class FamilyCheck {

  private static final Set<String> OF_IMAGES = Set.of(Family.CHANNEL_AXIS, Family.TOKEN_AXIS);

  private final Family family;
  private final List<Size> sizes;

  private FamilyCheck(Family family, List<Size> sizes) {
    this.family = family;
    this.sizes = sizes;
  }

  /**
   * Checks a family at some sizes.
   *
   * @param sizes two or more, of different widths and depths; everything is computed, so small ones
   * @param manager decides the device; nothing is left in it
   * @throws WeitException naming the rule that is broken and what breaks it
   */
  public static void require(Family family, List<Size> sizes, NDManager manager) {
    FamilyCheck check = new FamilyCheck(family, sizes);
    check.that(sizes.size() > 1, "needs two sizes to be checked at, found " + sizes);
    check.requireFoundAgain();
    sizes.forEach(check::requireSize);
    sizes.forEach(check::requireWeights);
    check.requireTemplates();
    check.requireClasses();
    check.requireImages();
    for (Size size : sizes) {
      try (NDManager own = manager.newSubManager();
          NDManager batch = manager.newSubManager()) {
        new FamilyPasses(family, size, own, batch).require();
      }
    }
  }

  private void requireFoundAgain() {
    Family found;
    try {
      found = Families.of(family.id(), family.options());
    } catch (WeitException e) {
      throw new WeitException(
          "a file of family '%s' could not be read again: %s; name a FamilyReader in META-INF/services"
              .formatted(family.id(), e.getMessage()),
          e);
    }
    that(
        family.equals(found),
        "a file would be read as '%s', not '%s': options() must have all that decides weights and forward pass, and equals() compare it"
            .formatted(found, family));
    that(family.hashCode() == found.hashCode(), "hashCode() must be the same of equal families");
    that(
        family.toString().equals(found.toString()),
        "toString() must be the same of equal families, found '%s' and '%s'"
            .formatted(family, found));
  }

  private void requireSize(Size size) {
    int step = family.widthStep();
    family.requireLegal(size);
    that(
        size.depths().size() == family.stages() && size.width() % step == 0,
        "stages() and widthStep() say %d depths and a multiple of %d, and %s is legal"
            .formatted(family.stages(), step, size));
    Size wider = new Size(size.width() + step, size.depths());
    try {
      family.requireLegal(wider);
    } catch (WeitException e) {
      throw new WeitException(
          "family '%s': widthStep() is %d, and %s is refused: %s"
              .formatted(family.id(), step, wider, e.getMessage()),
          e);
    }
    List<Integer> more = new ArrayList<>(size.depths());
    more.add(1);
    requireRefused(new Size(size.width(), more));
    if (step > 1) {
      requireRefused(new Size(size.width() + 1, size.depths()));
    }
  }

  private void requireRefused(Size size) {
    requireRefused(size, "requireLegal", family::requireLegal);
    requireRefused(size, "weights", family::weights);
    requireRefused(size, "cost", family::cost);
  }

  private void requireRefused(Size size, String name, Consumer<Size> method) {
    String rule = "%s(%s) must throw a WeitException, ".formatted(name, size);
    try {
      method.accept(size);
    } catch (WeitException e) {
      return;
    } catch (RuntimeException e) {
      throw new WeitException("family '%s': %sfound %s".formatted(family.id(), rule, e), e);
    }
    that(false, rule + "found none");
  }

  private void requireWeights(Size size) {
    List<WeightType> types = family.weights(size);
    that(types.equals(family.weights(size)), "weights(%s) must always be the same".formatted(size));
    Set<String> names = new HashSet<>();
    Stream.concat(types.stream(), family.statistics(size).stream())
        .flatMap(type -> type.parameterNames().stream())
        .forEach(
            name -> that(names.add(name), "size %s has two weights '%s'".formatted(size, name)));
    long numbers = types.stream().mapToLong(WeightType::denseParameters).sum();
    long cost = family.cost(size).parameters();
    that(
        cost == numbers,
        "cost(%s) counts %d parameters, its weights have %d".formatted(size, cost, numbers));
    long counted = counted(size, numbers);
    that(
        counted == numbers,
        "ledger(%s) counts %d parameters, its weights have %d".formatted(size, counted, numbers));
  }

  /** By the ledger, or {@code without} one: nobody need count it. */
  private long counted(Size size, long without) {
    Ledger ledger;
    try {
      ledger = family.ledger(size, Precision.FLOAT32);
    } catch (WeitException e) {
      return without;
    }
    return ledger.parameters();
  }

  /** Those of one name, and those that name the same template, at all sizes. */
  private void requireTemplates() {
    Map<String, WeightType> byTemplate = new LinkedHashMap<>();
    Map<String, WeightType> byName = new LinkedHashMap<>();
    for (Size size : sizes) {
      for (WeightType type : family.weights(size)) {
        WeightType first = byTemplate.getOrDefault(type.template(), type);
        WeightType same = byName.getOrDefault(type.name(), type);
        that(
            same.template().equals(type.template()),
            "weights '%s' must name one template at every size, found '%s' and '%s'"
                .formatted(type.name(), same.template(), type.template()));
        try {
          first.requireSameTemplates(type);
        } catch (WeitException e) {
          throw new WeitException(
              "family '%s', size %s: template '%s' is that of '%s' too, and differs: %s"
                  .formatted(family.id(), size, type.template(), type.name(), e.getMessage()),
              e);
        }
        byTemplate.put(type.template(), first);
        byName.put(type.name(), same);
      }
    }
  }

  private void requireClasses() {
    int classes = family.classes() + 1;
    String how = "withClasses(%d)".formatted(classes);
    Family other = family.withClasses(classes);
    that(other.classes() == classes, how + " must have as many, found " + other.classes());
    requireOption(family, Family.CLASSES, family.classes());
    requireOption(other, Family.CLASSES, classes);
    requireAlike(how, other, Set.of(Family.CLASSES));
    that(
        other.inputShape().equals(family.inputShape()),
        how + " must take the same images, found " + other.inputShape());
    requireBack(how, other.withClasses(family.classes()));
    for (Size size : sizes) {
      that(
          !other.weights(size).equals(family.weights(size)),
          how + " must change the head at size " + size);
      requireSameNames(how, size, other);
    }
  }

  /** Where inputs are square images; no others can be described to {@code withImages}. */
  private void requireImages() {
    Shape input = family.inputShape();
    if (input.dimension() != 3 || input.get(1) != input.get(2)) {
      return;
    }
    int depth = Math.toIntExact(input.get(0));
    int side = Math.toIntExact(input.get(1));
    requireOption(family, Family.CHANNELS, depth);
    requireOption(family, Family.IMAGE_SIZE, side);
    int channels = depth == 1 ? 3 : 1;
    String how = "withImages(%d, %d)".formatted(2 * side, channels);
    Family other = family.withImages(2 * side, channels);
    Shape expected = new Shape(channels, 2L * side, 2L * side);
    that(
        other.inputShape().equals(expected) && other.classes() == family.classes(),
        "%s must take images %s and have as many classes, found %s and %d"
            .formatted(how, expected, other.inputShape(), other.classes()));
    requireOption(other, Family.CHANNELS, channels);
    requireOption(other, Family.IMAGE_SIZE, 2 * side);
    requireAlike(how, other, Set.of(Family.IMAGE_SIZE, Family.CHANNELS));
    requireBack(how, other.withImages(side, depth));
    for (Size size : sizes) {
      requireSameNames(how, size, other);
      requireAxesOfImages(how, size, other);
    }
  }

  private void requireAxesOfImages(String how, Size size, Family other) {
    List<WeightType> own = family.weights(size);
    for (int i = 0; i < own.size(); i++) {
      List<Axis> before = own.get(i).axes();
      List<Axis> changed = new ArrayList<>(other.weights(size).get(i).axes());
      changed.removeAll(before);
      for (Axis axis : changed) {
        that(
            OF_IMAGES.contains(axis.name()),
            "%s changes axis '%s' of '%s'; what depends on images must be named %s"
                .formatted(how, axis.name(), own.get(i).name(), OF_IMAGES));
      }
    }
  }

  private void requireOption(Family of, String key, int value) {
    String found = of.options().getOrDefault(key, "none");
    that(
        found.equals(Integer.toString(value)),
        "option '%s' of '%s' must be %d, found %s".formatted(key, of, value, found));
  }

  private void requireAlike(String how, Family other, Set<String> keys) {
    Map<String, String> before = new TreeMap<>(family.options());
    Map<String, String> after = new TreeMap<>(other.options());
    before.keySet().removeAll(keys);
    after.keySet().removeAll(keys);
    that(
        before.equals(after),
        "%s must change no option but %s, found %s instead of %s"
            .formatted(how, keys, after, before));
    that(
        other.id().equals(family.id())
            && other.stages() == family.stages()
            && other.widthStep() == family.widthStep(),
        how + " must leave id(), stages() and widthStep() as they are");
    that(!family.equals(other), "equals() must tell what %s gives from it".formatted(how));
  }

  private void requireBack(String how, Family back) {
    that(
        family.equals(back),
        "%s and back must be the same family, found '%s' instead of '%s'"
            .formatted(how, back, family));
  }

  private void requireSameNames(String how, Size size, Family other) {
    List<String> before = family.weights(size).stream().map(WeightType::name).toList();
    List<String> after = other.weights(size).stream().map(WeightType::name).toList();
    that(
        before.equals(after),
        "%s must have weights of the same names, found %s instead of %s"
            .formatted(how, after, before));
  }

  private void that(boolean kept, String rule) {
    if (!kept) {
      throw new WeitException("family '%s': %s".formatted(family.id(), rule));
    }
  }
}
