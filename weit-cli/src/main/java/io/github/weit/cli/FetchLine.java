package io.github.weit.cli;

import io.github.weit.training.data.DownloadProgress;
import java.util.Locale;

/** Says on standard error how a download gets on, every 16 MiB. */
final class FetchLine implements DownloadProgress {

  private static final long STEP = 16 << 20;

  private long next;

  @Override
  public void update(String file, long done, long total) {
    if (done < next && done != total) {
      return;
    }
    next = done + STEP;
    String all = total < 0 ? "" : " of %s".formatted(total >> 20);
    System.err.printf(Locale.ROOT, "fetching %s: %d%s MiB%n", file, done >> 20, all);
  }
}
