package io.github.weit.benchmarks.ablations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Constraint;
import io.github.weit.core.Factor;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Resize;
import io.github.weit.core.Resize.Depth;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the scalers of a size start. */
enum ScalerStart {
  /** The default: prefixes, tiles, interpolated layers where there are more. */
  RESIZED,
  /** Layers are repeated where there are more. */
  REPEATED,
  /** Layers are interpolated where there are fewer, too. */
  SPREAD,
  /** Every layer starts as the first one. */
  IDENTICAL,
  /** Random, as before any pre-training. */
  RANDOM,
  /** The default, but random where there are templates. */
  RANDOM_MATRICES;

  private static final double UNEVENNESS = 0.5;

  /** Scalers in {@code manager}. */
  ScalerSet scalers(Templates templates, Size size, Seed seed, NDManager manager) {
    Seed shares = seed.child("resize");
    Resize standard = Resize.standard().withUnevenness(UNEVENNESS, shares);
    return switch (this) {
      case RESIZED -> templates.scalersFor(size, standard, manager);
      case REPEATED ->
          templates.scalersFor(
              size, new Resize(Depth.PREFIX, Depth.REPEAT, UNEVENNESS, shares), manager);
      case SPREAD ->
          templates.scalersFor(
              size, new Resize(Depth.INTERPOLATE, Depth.INTERPOLATE, UNEVENNESS, shares), manager);
      case IDENTICAL -> identical(templates, size, standard, manager);
      case RANDOM ->
          ScalerSet.create(
              templates.bank().constraint(), templates.family().weights(size), manager, seed);
      case RANDOM_MATRICES ->
          randomWhereTemplates(templates.scalersFor(size, standard, manager), seed, manager);
    };
  }

  private static ScalerSet randomWhereTemplates(ScalerSet resized, Seed seed, NDManager manager) {
    Constraint constraint = resized.constraint();
    ScalerSet random = ScalerSet.create(constraint, resized.types(), manager, seed);
    Map<String, NDArray> mixed = new LinkedHashMap<>();
    for (WeightType type : resized.types()) {
      ScalerSet from = constraint.templates(type).isEmpty() ? resized : random;
      for (Factor factor : constraint.scalers(type)) {
        String name = factor.storedName(type.name());
        mixed.put(name, from.arrays().get(name));
      }
    }
    return ScalerSet.of(constraint, resized.types(), NamedArrays.of(mixed));
  }

  private static ScalerSet identical(
      Templates templates, Size size, Resize standard, NDManager manager) {
    Family family = templates.family();
    Size one = new Size(size.width(), Collections.nCopies(size.depths().size(), 1));
    Resize repeat = new Resize(Depth.PREFIX, Depth.REPEAT, 0, new Seed(0));
    try (NDManager scratch = manager.newSubManager()) {
      ScalerSet first = templates.scalersFor(one, standard, scratch);
      return first.resize(family.weights(size), repeat).copyTo(manager);
    }
  }
}
