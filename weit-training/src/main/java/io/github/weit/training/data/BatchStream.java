package io.github.weit.training.data;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongFunction;

/**
 * Batches of consecutive steps. A daemon thread gathers bytes and draws random numbers a few steps
 * ahead; arrays are made, augmented and normalised in {@link #next}, on the caller's thread,
 * because the engine keeps its gradient mode per thread. Used by one thread.
 */
public final class BatchStream implements AutoCloseable {
  private static final int AHEAD = 3;

  sealed interface Item permits Ready, Failed {}

  /** What the worker makes of a step. */
  record Ready(HostBatch batch, AugmentationDraws draws) implements Item {}

  private record Failed(Throwable cause) implements Item {}

  private final BatchSource source;
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread worker;
  private boolean closed;

  BatchStream(BatchSource source, long firstStep, LongFunction<Ready> preparation) {
    this.source = source;
    this.worker = new Thread(() -> work(firstStep, preparation), "weit-batches");
    worker.setDaemon(true);
    worker.start();
  }

  private void work(long firstStep, LongFunction<Ready> preparation) {
    try {
      for (long step = firstStep; ; step++) {
        queue.put(preparation.apply(step));
      }
    } catch (InterruptedException e) {
      // closed: the stream's only end
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    try {
      queue.put(new Failed(cause));
    } catch (InterruptedException e) {
      // closed while it failed: nobody is left to tell
    }
  }

  /**
   * The next step's batch on {@code manager}'s device. Its arrays, and those made on the way,
   * belong to {@code manager} or to the open {@link ai.djl.ndarray.NDScope}; keep that open until
   * the backward pass is done. A thread that is interrupted gets its batch all the same, and stays
   * interrupted: {@link io.github.weit.training.TrainingLoop} stops after the step.
   *
   * @throws WeitException if the worker failed, with its exception as the cause; the stream is then
   *     closed
   * @throws IllegalStateException if this stream is closed
   */
  public Batch next(NDManager manager) {
    if (closed) {
      throw new IllegalStateException("This stream of batches is closed");
    }
    Item item = take();
    if (item instanceof Failed failed) {
      close();
      throw new WeitException(
          "Preparing a batch of " + source.images().id() + " failed: " + failed.cause(),
          failed.cause());
    }
    Ready ready = (Ready) item;
    return Augmenter.apply(
        ready.batch().images(manager, source.images()),
        source.targets(ready.batch(), ready.draws(), manager),
        source.normalisation(),
        source.augmentation(),
        ready.draws());
  }

  /** Waits however often it is interrupted: the worker has an item for every step, or a failure. */
  private Item take() {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return queue.take();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Stops the worker. Closing twice is harmless. */
  @Override
  public void close() {
    closed = true;
    worker.interrupt();
    queue.clear();
  }
}
