package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Kernels;
import io.github.weit.core.engine.Kernels.GradientScale;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.training.optim.AdamW;
import io.github.weit.training.optim.Ema;
import io.github.weit.training.optim.ParameterGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Minimises an {@link Objective} over named leaf arrays with {@link AdamW}. A step is
 *
 * <pre>
 *   loss = mean of the objective over {@code accumulation} batches
 *   g    = its gradient, scaled down to {@code clipNorm} if it is longer
 *   leaves = AdamW(leaves, g, rate(step));   average = Ema(average, leaves)
 * </pre>
 *
 * The loop can be run in pieces: a later call goes on where the last one ended, with the same
 * result, byte for byte, as one call over all steps. A leaf that a loss does not use has a zero
 * gradient: it still decays, and still moves by the momentum it has.
 *
 * <p>Gradients are required of the leaves from construction to {@link #close}. Everything happens
 * on the calling thread. Loops of several threads take turns, backward pass by backward pass, since
 * the engine has one gradient collector per process; they gain no time by it. The loop must not be
 * made inside an {@link NDScope} that ends before it.
 *
 * <p>An interrupt of the thread, as {@code Future.cancel(true)} and {@code
 * ExecutorService.shutdownNow()} send it, is a request to stop: the step is finished, the run ends
 * and the flag stays set. {@link #save} writes a whole file all the same.
 */
public final class TrainingLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

  /** The engine has one gradient collector per process; first come, first served. */
  private static final ReentrantLock COLLECTING = new ReentrantLock(true);

  private final NamedArrays leaves;
  private final LoopOptions options;
  private final NDManager manager;
  private final AdamW optimizer;
  private final Optional<Ema> ema;
  private final LoopState state;
  private final Gradients gradients;
  private final Seed seed;
  private long position;
  private long skipped;
  private double lastLoss = Double.NaN;

  /** A step that was done: its loss, and the norm of its gradient; both NaN if it was skipped. */
  private record Done(double loss, double norm) {}

  /**
   * @param leaves what is trained, in place; at least one
   * @param groups cover every leaf exactly once
   * @throws WeitException if they do not, or a leaf is neither float32 nor float64
   */
  public TrainingLoop(NamedArrays leaves, List<ParameterGroup> groups, LoopOptions options) {
    if (leaves.size() == 0) {
      throw new WeitException("there is nothing to train: no leaf array was given");
    }
    this.leaves = leaves;
    this.options = options;
    seed = options.seed().child("step");
    NDArray first = leaves.asMap().values().iterator().next();
    manager = first.getManager().newSubManager(first.getDevice());
    try {
      optimizer = new AdamW(leaves, groups, options.adam(), manager);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
    ema =
        options.emaDecay() == 0
            ? Optional.empty()
            : Optional.of(new Ema(leaves, options.emaDecay(), manager));
    state = new LoopState(leaves, optimizer, ema, manager);
    gradients = new Gradients(leaves);
    leaves.requireGradient(true);
    gradients.discard();
  }

  /** Runs the steps that are left, or until a stop is requested or the thread interrupted. */
  public <B> TrainingResult run(
      BatchFeed<B> feed,
      Objective<B> objective,
      TrainingListener listener,
      BooleanSupplier stopRequested) {
    return runUntil(options.steps(), feed, objective, listener, stopRequested);
  }

  /**
   * Runs until {@code end} steps are done in all, every step is done, a stop is requested or the
   * thread is interrupted, whatever comes first. What leaves were given as gradients between two
   * calls, by another loop whose loss uses them, does not count.
   *
   * @param end a number of steps, counted from the very first; what is beyond the loop's own steps
   *     does not count
   * @param feed gives the batches from here on: the batch after the first {@link #position} times
   *     accumulation ones. It stays open
   * @param stopRequested asked before every step; so is the thread's interrupt flag, which stays
   * @throws DivergedException if a loss or gradient is not finite and may not be skipped; the
   *     leaves then are those of the step before
   * @throws WeitException if a loss has more than one element or does not depend on the leaves
   */
  public <B> TrainingResult runUntil(
      long end,
      BatchFeed<B> feed,
      Objective<B> objective,
      TrainingListener listener,
      BooleanSupplier stopRequested) {
    gradients.discard();
    long start = position;
    long skippedBefore = skipped;
    long last = Math.min(end, options.steps());
    long startTime = System.nanoTime();
    double sum = 0;
    boolean stopped = false;
    while (position < last && !stopped) {
      if (stopRequested.getAsBoolean() || Thread.currentThread().isInterrupted()) {
        stopped = true;
      } else {
        double rate = options.schedule().rate(position);
        Done done = stepOrSkip(feed, objective, rate);
        sum += Double.isNaN(done.loss()) ? 0 : done.loss();
        double seconds = Math.max(1e-9, (System.nanoTime() - startTime) * 1e-9);
        listener.stepped(report(done, rate, (position - start) / seconds));
      }
    }
    long run = position - start;
    long skippedNow = skipped - skippedBefore;
    Duration elapsed = Duration.ofNanos(System.nanoTime() - startTime);
    double loss = run == skippedNow ? Double.NaN : lastLoss;
    return new TrainingResult(
        position, run, skippedNow, loss, sum / (run - skippedNow), elapsed, stopped);
  }

  private StepReport report(Done done, double rate, double stepsPerSecond) {
    double left = (options.steps() - position) / stepsPerSecond;
    Duration remaining = Duration.ofMillis(Math.round(left * 1000));
    return new StepReport(
        position, options.steps(), done.loss(), rate, done.norm(), stepsPerSecond, remaining);
  }

  /**
   * One step. If its loss or gradient is not a number and may be skipped, nothing is applied, and
   * the rest of its batches is taken all the same, so that every later step has its own.
   */
  private <B> Done stepOrSkip(BatchFeed<B> feed, Objective<B> objective, double rate) {
    try {
      return step(feed, objective, rate);
    } catch (DivergedException e) {
      if (skipped >= options.skippable()) {
        throw e;
      }
      LOG.warn(
          "skipped step {} ({} of at most {}): {}",
          position,
          skipped + 1,
          options.skippable(),
          e.getMessage());
      skipped++;
      position++;
      return new Done(Double.NaN, Double.NaN);
    }
  }

  /** One step of the optimiser; all of it is asked of the device before anything is read. */
  private <B> Done step(BatchFeed<B> feed, Objective<B> objective, double rate) {
    try (NDManager scratch = manager.newSubManager()) {
      List<NDArray> losses = new ArrayList<>();
      for (int micro = 0; micro < options.accumulation(); micro++) {
        losses.add(backward(feed, objective, micro, scratch));
      }
      return gradients.use(
          byName -> {
            Done done = update(byName, losses, rate, scratch);
            ema.ifPresent(average -> average.update(leaves));
            lastLoss = done.loss();
            position++;
            return done;
          });
    } catch (RuntimeException e) {
      gradients.discard();
      throw e;
    }
  }

  /**
   * Moves the leaves.
   *
   * @throws DivergedException if a loss or the gradients are not finite; the leaves have not moved
   */
  private Done update(
      Map<String, NDArray> byName, List<NDArray> losses, double rate, NDManager scratch) {
    NDArray sum = scratch.zeros(new Shape(1));
    losses.forEach(loss -> sum.addi(loss.reshape(1).toType(DataType.FLOAT32, false)));
    GradientScale scale =
        Kernels.current().scale(List.copyOf(byName.values()), sum, options.clipNorm());
    boolean moved = optimizer.step(byName, rate, scale);
    double loss = losses.stream().mapToDouble(Ops::number).average().orElseThrow();
    double norm = Ops.number(scale.norm());
    if (!moved) {
      boolean byLoss = !Double.isFinite(loss);
      throw new DivergedException(
          position, byLoss ? "loss" : "gradient's norm", byLoss ? loss : norm, lastLoss, rate);
    }
    return new Done(loss, norm);
  }

  /**
   * Adds one batch's share to the gradients.
   *
   * @return its loss, in {@code owner}
   */
  private <B> NDArray backward(
      BatchFeed<B> feed, Objective<B> objective, int micro, NDManager owner) {
    Step step = step(position, micro);
    try (NDManager batchManager = manager.newSubManager()) {
      B batch = feed.next(batchManager);
      COLLECTING.lock();
      try (NDScope scope = new NDScope();
          GradientCollector collector = WeitEngine.start().newGradientCollector()) {
        scope.suppressNotUsedWarning();
        NDArray loss = objective.loss(step, batch, batchManager);
        Losses.requireNumber(loss);
        Losses.backward(collector, Losses.share(loss, options.accumulation()));
        NDArray value = loss.stopGradient();
        value.attach(owner);
        NDScope.unregister(value);
        return value;
      } finally {
        COLLECTING.unlock();
      }
    }
  }

  private Step step(long index, int micro) {
    return new Step(index, seed.child(index * options.accumulation() + micro));
  }

  /** What an objective is told at a step, past or future, for each batch that it accumulates. */
  public List<Step> steps(long index) {
    return IntStream.range(0, options.accumulation())
        .mapToObj(micro -> step(index, micro))
        .toList();
  }

  /** How many steps are done, those that were skipped counted. */
  public long position() {
    return position;
  }

  /** How many steps were skipped because their loss or gradient was not a number. */
  public long skipped() {
    return skipped;
  }

  public LoopOptions options() {
    return options;
  }

  /**
   * The running average of the leaves, if one is kept; it changes with every step and ends with the
   * loop.
   */
  public Optional<NamedArrays> average() {
    return ema.map(Ema::average);
  }

  /**
   * Gives the leaves the values of their running average, if one is kept: for when all steps are
   * done and the leaves are the result.
   */
  public void adoptAverage() {
    average().ifPresent(state::putLeaves);
  }

  /**
   * Copies of all that {@link #restore} needs beside the leaves themselves: the optimiser's state
   * under {@code optimizer.}, the average's, if there is one, under {@code ema.}, and {@code
   * position}.
   */
  public NamedArrays state(NDManager owner) {
    return state.copy(position, owner);
  }

  /**
   * Goes on from a checkpoint. The leaves' own values are the caller's to put back, in place,
   * before or after.
   *
   * @throws WeitException if the state does not fit these leaves and options; the loop is of no use
   *     then
   */
  public void restore(NamedArrays state) {
    goOnFrom(this.state.restore(state));
  }

  private void goOnFrom(long restored) {
    position = restored;
    skipped = position - optimizer.steps();
    lastLoss = Double.NaN;
  }

  /**
   * Writes leaves, optimiser state and average into one safetensors file, as a whole or not at all.
   * {@link #load} goes on from it byte for byte.
   */
  public void save(Path file) {
    state.save(position, file);
  }

  /**
   * Goes on from what {@link #save} wrote: puts the leaves' values back in place and restores the
   * rest.
   *
   * @throws WeitException if the file is damaged or of other leaves or options
   */
  public void load(Path file) {
    goOnFrom(state.load(file));
  }

  /**
   * The run of this loop as one that can be interrupted: its only file is the loop's own.
   *
   * @param facts what decides its result
   */
  public Resumable resumable(Map<String, String> facts) {
    return new LoopRun(this, facts);
  }

  /**
   * Ends the state and the average, and turns the gradients off of leaves that are still open; the
   * leaves stay open. Leaves may be closed before their loop, all or some; it is of no other use
   * then. Closing twice is harmless.
   */
  @Override
  public void close() {
    Map<String, NDArray> open = new LinkedHashMap<>(leaves.asMap());
    open.values().removeIf(NDArray::isReleased);
    NamedArrays rest = NamedArrays.of(open);
    new Gradients(rest).discard();
    rest.requireGradient(false);
    manager.close();
  }
}
