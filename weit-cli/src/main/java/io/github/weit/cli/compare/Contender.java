package io.github.weit.cli.compare;

import io.github.weit.baselines.Method;
import io.github.weit.baselines.Parent;
import io.github.weit.baselines.Rival;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A method as a comparison runs it. */
sealed interface Contender {

  /** As in the rows. */
  String name();

  /** For legends and headings. */
  String label();

  /** What it is, for a reader who knows none. */
  String sentence();

  /** Where it is from; empty for nowhere. */
  String source();

  /** Where ours differs from its source; empty for nowhere. */
  String difference();

  /** What is pre-trained for it. */
  Optional<Parent> parent();

  /** Whether it is fitted to a size, and what was learnt together with a full size can teach it. */
  boolean isTaught();

  /** Whether it trains for the plan's long epochs. */
  boolean trainsLonger();

  /**
   * One of this library's.
   *
   * @param method where its first weights come from
   */
  record Known(Method method, boolean trainsLonger) implements Contender {

    private static final String LONGER = "scratch-long";

    @Override
    public String name() {
      return trainsLonger ? LONGER : method.id();
    }

    @Override
    public String label() {
      return trainsLonger ? "longer scratch" : method.label();
    }

    @Override
    public String sentence() {
      return trainsLonger
          ? "Random weights, with more epochs than the other methods get, and a schedule of that length."
          : method.sentence();
    }

    @Override
    public String source() {
      return method.source().map(number -> "arXiv " + number).orElse("");
    }

    @Override
    public String difference() {
      return method.difference();
    }

    @Override
    public Optional<Parent> parent() {
      return method.parent();
    }

    @Override
    public boolean isTaught() {
      return method.isTaught();
    }
  }

  /** One of somebody else's, found on the class path. */
  record Other(Rival rival) implements Contender {

    @Override
    public String name() {
      return rival.id();
    }

    @Override
    public String label() {
      return rival.label();
    }

    @Override
    public String sentence() {
      return rival.sentence();
    }

    @Override
    public String source() {
      return rival.source();
    }

    @Override
    public String difference() {
      return "";
    }

    @Override
    public Optional<Parent> parent() {
      return rival.parent();
    }

    @Override
    public boolean isTaught() {
      return false;
    }

    @Override
    public boolean trainsLonger() {
      return false;
    }
  }

  /** Whether it is that method of this library, at its usual length. */
  default boolean is(Method method) {
    return equals(new Known(method, false));
  }

  /**
   * The method of that name.
   *
   * @throws WeitException naming all there are if there is none
   */
  static Contender of(String name) {
    return all().stream()
        .filter(known -> known.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new WeitException(
                    "no method is called '%s'; there are: %s"
                        .formatted(name, String.join(", ", Plan.knownMethods()))));
  }

  /** Every method there is, this project's first. */
  static List<Contender> all() {
    List<Contender> all = new ArrayList<>();
    for (Method method : Method.values()) {
      all.add(new Known(method, false));
      if (method == Method.SCRATCH) {
        all.add(new Known(method, true));
      }
    }
    for (Rival rival : Rival.onClassPath()) {
      if (rival.id().equals(Known.LONGER)) {
        throw new WeitException(
            "%s: '%s' is this command's own method; another name is needed"
                .formatted(rival.getClass().getName(), rival.id()));
      }
      all.add(new Other(rival));
    }
    return List.copyOf(all);
  }
}
