package io.github.weit.models;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.Map;

/**
 * The options of a family in an artefact, read with errors that name the option.
 *
 * @param family its id, for messages
 * @param options as {@link Family#options} wrote them
 */
public record OptionText(String family, Map<String, String> options) {

  /**
   * A whole number.
   *
   * @throws WeitException if there is none under {@code key}
   */
  public int number(String key) {
    String value = text(key);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new WeitException(
          "%s: option '%s' must be a whole number, found '%s'".formatted(family, key, value), e);
    }
  }

  /**
   * A constant of an enum, by its name.
   *
   * @throws WeitException if there is none of that name, or nothing under {@code key}
   */
  public <E extends Enum<E>> E constant(String key, Class<E> type) {
    String name = text(key);
    return Arrays.stream(type.getEnumConstants())
        .filter(known -> known.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "%s: unknown %s '%s'; expected one of %s"
                        .formatted(family, key, name, Arrays.toString(type.getEnumConstants()))));
  }

  private String text(String key) {
    String value = options.get(key);
    if (value == null) {
      throw new WeitException(
          "%s: option '%s' is missing; there are %s".formatted(family, key, options.keySet()));
    }
    return value;
  }
}
