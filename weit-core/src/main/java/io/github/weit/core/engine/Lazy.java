package io.github.weit.core.engine;

import java.util.function.Supplier;

/**
 * A value that is computed at its first use, once. What that throws passes as it is, where a static
 * field would wrap it in an {@link ExceptionInInitializerError}, and the next use tries again.
 */
final class Lazy<T> implements Supplier<T> {

  private final Supplier<T> source;
  private volatile T value;

  Lazy(Supplier<T> source) {
    this.source = source;
  }

  @Override
  public T get() {
    T known = value;
    if (known != null) {
      return known;
    }
    synchronized (this) {
      if (value == null) {
        value = source.get();
      }
      return value;
    }
  }
}
