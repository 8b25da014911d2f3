package io.github.weit.cli;

/**
 * One thing that was looked at.
 *
 * @param what is its name
 * @param found what it is like
 * @param advice what to do; empty if all is well
 */
record Finding(Level level, String what, String found, String advice) {

  /** How bad it is. */
  enum Level {
    FINE("ok"),
    /** It works, but could do so better, or some part does not. */
    WARNING("! "),
    /** Nothing works without it. */
    BROKEN("!!");

    private final String mark;

    Level(String mark) {
      this.mark = mark;
    }

    String mark() {
      return mark;
    }
  }

  static Finding fine(String what, Object found) {
    return new Finding(Level.FINE, what, String.valueOf(found), "");
  }

  static Finding warning(String what, String found, String advice) {
    return new Finding(Level.WARNING, what, found, advice);
  }

  static Finding broken(String what, String found, String advice) {
    return new Finding(Level.BROKEN, what, found, advice);
  }
}
