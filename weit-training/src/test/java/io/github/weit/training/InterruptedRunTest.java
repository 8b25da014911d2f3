package io.github.weit.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.NamedArrays;
import io.github.weit.core.checkpoint.CheckpointStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a service whose threads are interrupted, as those are that shut down. */
class InterruptedRunTest extends SmallRegression {

  private static final long STEPS = 12;
  private static final long BROKEN = 5;

  @TempDir private Path folder;

  /** How a run ended, as its own thread saw it. */
  private record End(TrainingResult result, boolean saved, boolean interrupted) {}

  @Test
  void anExecutorThatShutsDownLeavesACheckpointFromWhichTheRunEndsAsAWholeOne() throws Exception {
    ExecutorService service = Executors.newSingleThreadExecutor();
    CountDownLatch reached = new CountDownLatch(1);
    Future<End> run = service.submit(() -> runUntilInterrupted(reached));
    reached.await();
    service.shutdownNow();
    assertStopped(run.get());
    assertGoesOnToTheSameArrays();
  }

  @Test
  void aFutureThatIsCancelledDoesTheSame() throws Exception {
    ExecutorService service = Executors.newSingleThreadExecutor();
    CountDownLatch reached = new CountDownLatch(1);
    CompletableFuture<End> end = new CompletableFuture<>();
    Future<?> run =
        service.submit(
            () -> {
              try {
                end.complete(runUntilInterrupted(reached));
              } catch (RuntimeException | Error e) {
                end.completeExceptionally(e);
              }
            });
    reached.await();
    run.cancel(true);
    assertStopped(end.get());
    service.shutdown();
    assertGoesOnToTheSameArrays();
  }

  private static void assertStopped(End end) {
    assertThat(end.result().stopped()).isTrue();
    assertThat(end.result().position()).isEqualTo(BROKEN);
    assertThat(end.saved()).isTrue();
    assertThat(end.interrupted()).isTrue();
  }

  /** After some steps it waits for the interrupt. */
  private End runUntilInterrupted(CountDownLatch reached) {
    NamedArrays leaves = leaves();
    try (TrainingLoop loop = loop(leaves, options(STEPS))) {
      Checkpointing checkpointing = checkpointing(loop);
      checkpointing.begin(Checkpointing.Begin.FRESH);
      TrainingListener waiting = waitingAt(BROKEN, reached);
      TrainingResult result = loop.run(feed(8, 0), regression(leaves), waiting, () -> false);
      boolean saved = checkpointing.save();
      return new End(result, saved, Thread.currentThread().isInterrupted());
    }
  }

  private static TrainingListener waitingAt(long step, CountDownLatch reached) {
    return report -> {
      if (report.step() == step) {
        reached.countDown();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  private Checkpointing checkpointing(TrainingLoop loop) {
    CheckpointStore store = new CheckpointStore(folder.resolve("checkpoints"), 2);
    return new Checkpointing(store, STEPS, loop.resumable(Map.of("seed", "11")));
  }

  private void assertGoesOnToTheSameArrays() {
    NamedArrays resumed = leaves();
    NamedArrays whole = leaves();
    run(
        resumed,
        loop -> {
          checkpointing(loop).begin(Checkpointing.Begin.RESUME);
          assertThat(loop.position()).isEqualTo(BROKEN);
        });
    run(whole, loop -> {});
    assertSame(resumed, whole);
  }

  private void run(NamedArrays leaves, Consumer<TrainingLoop> before) {
    try (TrainingLoop loop = loop(leaves, options(STEPS))) {
      before.accept(loop);
      BatchFeed<Pairs> rest = feed(8, loop.position());
      loop.run(rest, regression(leaves), TrainingListener.NONE, () -> false);
    }
  }
}
