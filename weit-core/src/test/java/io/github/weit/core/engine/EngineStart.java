package io.github.weit.core.engine;

import ai.djl.util.Utils;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Starts the engine and says what the property {@code ai.djl.offline} was to DJL, and is then. */
final class EngineStart {

  private static final String OFFLINE = "ai.djl.offline";

  private EngineStart() {}

  public static void main(String[] arguments) {
    Recorded properties = new Recorded();
    properties.putAll(System.getProperties());
    System.setProperties(properties);
    WeitEngine.start();
    WeitEngine.start();
    String seen = properties.seen.toString();
    String afterwards = System.getProperty(OFFLINE);
    if (Utils.isOfflineMode() != Boolean.parseBoolean(afterwards)) {
      throw new IllegalStateException("DJL looks elsewhere");
    }
    System.out.println("DJL saw " + seen + ", afterwards " + afterwards);
  }

  /** Remembers which values DJL was given. */
  private static final class Recorded extends Properties {
    private static final long serialVersionUID = 1;

    private final transient Set<String> seen = new TreeSet<>();

    @Override
    public String getProperty(String key) {
      String value = super.getProperty(key);
      if (key.equals(OFFLINE) && isAskedByDjl()) {
        seen.add(String.valueOf(value));
      }
      return value;
    }

    private static boolean isAskedByDjl() {
      return StackWalker.getInstance()
          .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("isOfflineMode")));
    }
  }
}
