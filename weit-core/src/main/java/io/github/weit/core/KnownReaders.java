package io.github.weit.core;

import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What this library can read by itself, and beside it what other libraries on the class path can.
 * They are looked for only where a name is none of this library's, so that a broken one stands in
 * nobody else's way.
 *
 * @param what messages call it
 * @param own by their names; nobody replaces them
 * @param service the kind of readers that other libraries name
 * @param <T> what is read
 */
public record KnownReaders<T>(
    String what,
    Map<String, Function<Map<String, String>, T>> own,
    Class<? extends OptionsReader<T>> service) {

  /**
   * The thing of a name.
   *
   * @throws WeitException if none of that name is known, several libraries claim it, or one of them
   *     cannot be loaded
   */
  public T of(String id, Map<String, String> options) {
    if (own.containsKey(id)) {
      return own.get(id).apply(options);
    }
    Map<String, OptionsReader<T>> others = others();
    if (!others.containsKey(id)) {
      Map<String, Object> known = new TreeMap<>(own);
      known.putAll(others);
      throw new WeitException(
          "unknown %s '%s'; this version knows: %s; one of another library needs that on the class path"
              .formatted(what, id, String.join(", ", known.keySet())));
    }
    return others.get(id).read(options);
  }

  private Map<String, OptionsReader<T>> others() {
    Map<String, OptionsReader<T>> others = new TreeMap<>();
    try {
      ServiceLoader.load(service).forEach(reader -> add(reader, others));
      ServiceLoader.load(service, service.getClassLoader())
          .forEach(reader -> add(reader, others)); // where a thread knows other classes
    } catch (ServiceConfigurationError e) {
      throw new WeitException(
          "a library on the class path cannot be asked for its %s: %s"
              .formatted(what, e.getMessage()),
          e);
    }
    return others;
  }

  private void add(OptionsReader<T> reader, Map<String, OptionsReader<T>> others) {
    OptionsReader<T> before = others.put(reader.id(), reader);
    boolean again = before != null && before.getClass().equals(reader.getClass());
    if (own.containsKey(reader.id()) || before != null && !again) {
      throw new WeitException(
          "%s '%s': %s and %s both read it; leave one of them out of the class path"
              .formatted(
                  what,
                  reader.id(),
                  before == null ? "this library" : before.getClass().getName(),
                  reader.getClass().getName()));
    }
  }
}
