package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The scalers of one size: all that a size has of its own. */
public final class ScalerSet implements AutoCloseable {

  private final Constraint constraint;
  private final List<WeightType> types;
  private final NamedArrays arrays;

  private ScalerSet(Constraint constraint, List<WeightType> types, NamedArrays arrays) {
    this.constraint = constraint;
    this.types = List.copyOf(types);
    this.arrays = arrays;
  }

  /** Untrained scalers for the sizes that {@code types} have. */
  public static ScalerSet create(
      Constraint constraint, List<WeightType> types, NDManager manager, Seed seed) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (WeightType type : types) {
      for (Factor factor : constraint.scalers(type)) {
        String name = factor.storedName(type.name());
        arrays.put(name, factor.create(manager, seed.child("scaler").child(name)));
      }
    }
    return new ScalerSet(constraint, types, NamedArrays.of(arrays));
  }

  /**
   * A set of given arrays.
   *
   * @throws WeitException if an array is missing, left over or of a wrong shape
   */
  public static ScalerSet of(Constraint constraint, List<WeightType> types, NamedArrays arrays) {
    Map<String, NDArray> ordered = new LinkedHashMap<>();
    for (WeightType type : types) {
      collect("scalers", type.name(), type, constraint.scalers(type), arrays, ordered);
    }
    requireNothingLeft("scalers", arrays, ordered);
    return new ScalerSet(constraint, types, NamedArrays.of(ordered));
  }

  static void collect(
      String what,
      String owner,
      WeightType type,
      List<Factor> factors,
      NamedArrays from,
      Map<String, NDArray> into) {
    for (Factor factor : factors) {
      String name = factor.storedName(owner);
      if (!from.contains(name)) {
        throw new WeitException(
            "%s of '%s' are missing: expected shape %s".formatted(what, name, factor.shape()));
      }
      NDArray array = from.get(name);
      type.requireShape(what, array.getShape(), factor.shape());
      into.put(name, array);
    }
  }

  static void requireNothingLeft(String what, NamedArrays given, Map<String, NDArray> used) {
    Set<String> left = new TreeSet<>(given.names());
    left.removeAll(used.keySet());
    if (!left.isEmpty()) {
      throw new WeitException("%s that belong to no weight type: %s".formatted(what, left));
    }
  }

  /** The rule by which they and templates compose weights. */
  public Constraint constraint() {
    return constraint;
  }

  /** All weight types of the size, in the order in which their weights are composed. */
  public List<WeightType> types() {
    return types;
  }

  public NamedArrays arrays() {
    return arrays;
  }

  /** Numbers in all scalers. */
  public long parameters() {
    return arrays.elements();
  }

  NDList of(WeightType type) {
    NDList list = new NDList();
    for (Factor factor : constraint.scalers(type)) {
      list.add(arrays.get(factor.storedName(type.name())));
    }
    return list;
  }

  /**
   * Scalers of another size made from these; differentiable in these. Of a type that stays as it is
   * they are the same arrays, which are closed with either set, and of one that shrinks perhaps
   * views. New arrays belong to the manager of these, or to the open {@link
   * ai.djl.ndarray.NDScope}. For a set that lives apart, {@link #copyTo}, or {@code
   * Templates.scalersFor}, which does both.
   *
   * @param target the weight types of the other size; some of these may be missing there
   * @throws WeitException if the target has a type that this size has not
   */
  public ScalerSet resize(List<WeightType> target, Resize rule) {
    Map<String, WeightType> own = new LinkedHashMap<>();
    types.forEach(type -> own.put(type.name(), type));
    Map<String, NDArray> resized = new LinkedHashMap<>();
    for (WeightType to : target) {
      WeightType from = own.get(to.name());
      if (from == null) {
        throw new WeitException(
            "there are no scalers of '%s' to start from: the size that they were learnt at has no such layers; a stage of several blocks, where there are stages, needs one of at least two there"
                .formatted(to.parameterNames().get(0)));
      }
      NDList list = constraint.resize(from, to, of(from), rule);
      List<Factor> factors = constraint.scalers(to);
      for (int k = 0; k < factors.size(); k++) {
        resized.put(factors.get(k).storedName(to.name()), list.get(k));
      }
    }
    return of(constraint, target, NamedArrays.of(resized));
  }

  /**
   * The scalers of some of the types, not copied.
   *
   * @throws WeitException if one of {@code wanted} is not among this set's types as it is
   */
  public ScalerSet only(List<WeightType> wanted) {
    Map<String, NDArray> found = new LinkedHashMap<>();
    for (WeightType type : wanted) {
      collect("scalers", type.name(), type, constraint.scalers(type), arrays, found);
    }
    return of(constraint, wanted, NamedArrays.of(found));
  }

  /** A copy that trains apart from this one, in {@code manager}. */
  public ScalerSet copyTo(NDManager manager) {
    return new ScalerSet(constraint, types, arrays.copyTo(manager));
  }

  @Override
  public void close() {
    arrays.close();
  }
}
