package io.github.weit.benchmarks.ablations;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Resize;
import io.github.weit.core.Resize.Depth;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import java.util.Collections;

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
  RANDOM;

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
    };
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
