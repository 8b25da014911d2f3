package io.github.weit.cli.attack;

import java.util.List;

/**
 * Something hostile or broken.
 *
 * @param kind what it pretends to be
 * @param name what is wrong with it
 * @param arguments of {@code weit inspect}; files are relative to the folder of attacks
 * @param phrase what the error must say
 */
public record Attack(String kind, String name, List<String> arguments, String phrase) {
  public Attack {
    arguments = List.copyOf(arguments);
  }

  @Override
  public String toString() {
    return kind + ": " + name;
  }
}
