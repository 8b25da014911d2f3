package io.github.weit.core;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Arrays under stable names, in a fixed order: a model's weights, a bank's templates, an
 * optimiser's state. The map is immutable; the arrays are what they are. Closing it closes the
 * arrays.
 */
public final class NamedArrays implements AutoCloseable {

  private final Map<String, NDArray> arrays;

  private NamedArrays(Map<String, NDArray> arrays) {
    this.arrays = Collections.unmodifiableMap(arrays);
  }

  /** The given arrays in the map's own order; the map is copied, the arrays are not. */
  public static NamedArrays of(Map<String, NDArray> arrays) {
    return new NamedArrays(new LinkedHashMap<>(arrays));
  }

  /** The arrays of both, this one's first. A name that both have is an error. */
  public NamedArrays and(NamedArrays other) {
    Map<String, NDArray> all = new LinkedHashMap<>(arrays);
    other.forEach(
        (name, array) -> {
          if (all.put(name, array) != null) {
            throw new IllegalArgumentException("two arrays are named '" + name + "'");
          }
        });
    return new NamedArrays(all);
  }

  /** The same arrays with {@code prefix} put before every name. */
  public NamedArrays withPrefix(String prefix) {
    Map<String, NDArray> renamed = new LinkedHashMap<>();
    arrays.forEach((name, array) -> renamed.put(prefix + name, array));
    return new NamedArrays(renamed);
  }

  /** The arrays whose names begin with {@code prefix}, without it. */
  public NamedArrays under(String prefix) {
    Map<String, NDArray> found = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), array);
          }
        });
    return new NamedArrays(found);
  }

  /**
   * The arrays called {@code names}, in their order.
   *
   * @throws WeitException if one is missing
   */
  public NamedArrays only(Collection<String> names) {
    Map<String, NDArray> found = new LinkedHashMap<>();
    names.forEach(name -> found.put(name, get(name)));
    return new NamedArrays(found);
  }

  /**
   * The array called {@code name}.
   *
   * @throws WeitException if there is none, naming what is there
   */
  public NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      List<String> known = new ArrayList<>(arrays.keySet());
      String shown = known.size() <= 12 ? known.toString() : known.subList(0, 12) + " and more";
      throw new WeitException(
          "no array named '" + name + "'; there are " + known.size() + ": " + shown);
    }
    return array;
  }

  public boolean contains(String name) {
    return arrays.containsKey(name);
  }

  public Set<String> names() {
    return arrays.keySet();
  }

  public int size() {
    return arrays.size();
  }

  public Map<String, NDArray> asMap() {
    return arrays;
  }

  public void forEach(BiConsumer<String, NDArray> action) {
    arrays.forEach(action);
  }

  /** Numbers in all arrays together. */
  public long elements() {
    return arrays.values().stream().mapToLong(NDArray::size).sum();
  }

  /**
   * A deep copy whose arrays belong to {@code manager}, also where an {@link NDScope} is open, are
   * on its device, need no gradient and lie in memory in the order of their shape.
   */
  public NamedArrays copyTo(NDManager manager) {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    arrays.forEach((name, array) -> copies.put(name, copy(array, manager)));
    return new NamedArrays(copies);
  }

  /**
   * The same numbers, copied only if they are on another device than {@code manager}, who owns what
   * is made; no gradient is computed for them.
   */
  public NamedArrays frozen(NDManager manager) {
    Map<String, NDArray> frozen = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          NDArray own =
              array.getDevice().equals(manager.getDevice())
                  ? array.stopGradient()
                  : copy(array, manager);
          own.attach(manager);
          frozen.put(name, own);
        });
    return new NamedArrays(frozen);
  }

  private static NDArray copy(NDArray array, NDManager manager) {
    try (NDArray detached = array.stopGradient()) {
      NDArray copy =
          detached.getDevice().equals(manager.getDevice())
              ? rowMajor(detached)
              : toDevice(detached, manager.getDevice(), manager);
      copy.attach(manager);
      NDScope.unregister(copy);
      return copy;
    }
  }

  /**
   * A copy that lies in memory as its shape says; differentiable. {@link NDArray#duplicate} keeps
   * the order in which a transposed array or a slice lies, and the engine's fused kernels, such as
   * AdamW's, go through memory. A {@link Constraint} that hands scalers through as weights copies
   * them so in {@link Constraint#layer}.
   *
   * @return of memory of its own, in the array's manager or the open {@link
   *     ai.djl.ndarray.NDScope}; nothing else is left there
   */
  public static NDArray rowMajor(NDArray array) {
    try (NDArray flat = array.flatten();
        NDArray copy = flat.duplicate()) {
      return copy.reshape(array.getShape());
    }
  }

  /**
   * The same values on the CPU: an array that is there itself, of another a copy in {@code owner}.
   * To read one that is on a GPU directly would leave the engine's copy behind in its manager.
   */
  public NamedArrays onHost(NDManager owner) {
    Map<String, NDArray> host = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> host.put(name, array.getDevice().isGpu() ? toHost(array, owner) : array));
    return new NamedArrays(host);
  }

  private static NDArray toHost(NDArray array, NDManager owner) {
    try (NDArray detached = array.stopGradient()) {
      return toDevice(detached, Device.cpu(), owner);
    }
  }

  private static NDArray toDevice(NDArray detached, Device device, NDManager owner) {
    detached.attach(owner); // what the engine makes on the way goes there too
    NDArray copy = detached.toDevice(device, true);
    copy.attach(owner);
    return copy;
  }

  /** Turns gradients for all arrays on or off, and returns this. */
  public NamedArrays requireGradient(boolean required) {
    arrays.values().forEach(array -> array.setRequiresGradient(required));
    return this;
  }

  @Override
  public void close() {
    arrays.values().forEach(NDArray::close);
  }

  @Override
  public String toString() {
    return "NamedArrays" + arrays.keySet();
  }
}
