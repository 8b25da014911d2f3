package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Axis;
import io.github.weit.core.AxisRole;
import io.github.weit.core.CopyShares;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A larger model made of copies of a smaller one: layer j of a stage is layer j mod L, and along
 * width features are copied, with what consumes them sharing their weight among the copies, so that
 * copies together are read as their source was.
 *
 * <p>Widening keeps the function where norms act on single channels, as batch norm does, and where
 * every feature has as many copies as any other: a width that is a whole multiple. Elsewhere layer
 * norm takes mean and variance over some features twice and others once, and the function changes.
 * Stacked layers always change it.
 *
 * <p>Sources: Gong et al., "Efficient Training of BERT by Progressively Stacking" (ICML 2019), for
 * depth; Chen, Goodfellow, Shlens, "Net2Net: Accelerating Learning via Knowledge Transfer" (arXiv
 * 1511.05641), Net2WiderNet, for width. Ours: features are copied in whole blocks of the family's
 * width step, so that heads stay whole and one choice of copies serves everything of one length;
 * every unit is copied once before any is copied twice; and uneven shares, which keep the function,
 * stand where Net2Net adds noise, so that copies do not stay copies in training.
 *
 * @param parent the smaller model; not closed by this
 * @param unevenness how unequally copies share, from 0 (equal parts) to below 1
 */
public record Stacking(SizedModel parent, double unevenness) implements Initialiser {

  public Stacking {
    CopyShares.requireUnevenness(unevenness);
  }

  @Override
  public String name() {
    return Method.STACKING.id();
  }

  @Override
  public Optional<String> refusal(Size size) {
    return growthRefusal(parent, size);
  }

  /** Why a model does not grow to a size. */
  static Optional<String> growthRefusal(SizedModel parent, Size size) {
    return Refusals.illegal(parent.family(), size)
        .or(() -> Refusals.smaller(parent.size(), size))
        .or(() -> Refusals.missing(parent.family(), parent.size(), size));
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    return Stacks.model(
        parent,
        size,
        (type, index, from, to, stack) -> grown(type, index, from, to, stack, seed),
        manager);
  }

  private NDArray grown(WeightType type, int index, Axis from, Axis to, NDArray stack, Seed seed) {
    if (from.role() == AxisRole.LAYER) {
      return Stacks.take(layers(from, to), stack, index);
    }
    int[] sources = copies(parent.family(), from, to, seed);
    NDArray copied = Stacks.take(sources, stack, index);
    Seed own = seed.child("shares").child(type.name()).child(index);
    return from.role() == AxisRole.IN
        ? CopyShares.divide(copied, index, sources, unevenness, own)
        : copied;
  }

  /** Layers one stack after the other. */
  static int[] layers(Axis from, Axis to) {
    int old = Math.toIntExact(from.length());
    return IntStream.range(0, Math.toIntExact(to.length())).map(j -> j % old).toArray();
  }

  /** The sources of an axis that grows with width. */
  static int[] copies(Family family, Axis from, Axis to, Seed seed) {
    return Copies.sources(
        Math.toIntExact(from.length()),
        Math.toIntExact(to.length()),
        family.widthStep(),
        seed.child("copies"));
  }
}
