package io.github.weit.cli.report;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A process that is told to end before it has drawn anything, and only then writes its report: what
 * SIGTERM does to a comparison in its first trial.
 */
final class ReportAtShutdown {

  private ReportAtShutdown() {}

  /** Writes a report of made-up rows into the folder that is the one argument. */
  public static void main(String[] arguments) throws InterruptedException {
    CountDownLatch ending = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  ending.countDown();
                  await(written);
                }));
    new Thread(() -> System.exit(0)).start();
    ending.await();
    try {
      ReportWriter.write(
          Path.of(arguments[0]),
          Synthetic.setting(),
          Synthetic.rows(List.of("weit", "scratch"), 2));
    } catch (RuntimeException e) {
      e.printStackTrace();
    } finally {
      written.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
