package io.github.weit.core.files;

import java.io.IOException;

/** A consumer that may fail as files do. */
@FunctionalInterface
public interface IoConsumer<T> {

  void accept(T value) throws IOException;
}
