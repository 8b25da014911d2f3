package io.github.weit.core.engine;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Starts the engine and says what the property {@code ai.djl.offline} was to DJL, and is then. */
final class EngineStart {

  private static final String OFFLINE = "ai.djl.offline";

  private EngineStart() {}

  /**
   * @param arguments the file to write it to
   */
  public static void main(String[] arguments) throws IOException {
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
    Files.writeString(Path.of(arguments[0]), "DJL saw " + seen + ", afterwards " + afterwards);
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
