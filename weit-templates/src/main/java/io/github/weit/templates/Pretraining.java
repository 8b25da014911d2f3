package io.github.weit.templates;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.checkpoint.Checkpoint;
import io.github.weit.core.engine.NoGradient;
import io.github.weit.core.engine.Ops;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.Templates;
import io.github.weit.training.BatchFeed;
import io.github.weit.training.Classification;
import io.github.weit.training.DivergedException;
import io.github.weit.training.Lesson;
import io.github.weit.training.Objective;
import io.github.weit.training.Recipe;
import io.github.weit.training.Resumable;
import io.github.weit.training.Step;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.TrainingLoop;
import io.github.weit.training.TrainingResult;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stage 1: templates and scalers are learnt together. Weights are composed from them inside every
 * step, and the task's loss updates only them (arXiv 2604.14769). A step draws a size, takes the
 * prefix of the scalers and trains the model that these compose, so that templates and scalers
 * serve every size up to the full one.
 */
public final class Pretraining implements AutoCloseable {

  /** A checkpoint's templates, an artefact like any other. */
  public static final String TEMPLATES_FILE = "templates.safetensors";

  private final PretrainPlan plan;
  private final Seed seed;
  private final SizeSampler sampler;
  private final TemplateLeaves leaves;
  private final Map<Size, Long> drawn = new LinkedHashMap<>();
  private final TrainingLoop loop;
  private final Map<String, String> origin;
  private Size lastDrawn;

  /**
   * Untrained templates and scalers, ready to be learnt.
   *
   * @param manager owner of all arrays; it decides the device
   */
  public Pretraining(PretrainPlan plan, Seed seed, NDManager manager) {
    this(
        plan,
        plan.sampler(),
        TemplateLeaves.create(plan.family(), plan.size(), plan.constraint(), seed, manager),
        seed,
        Map.of());
  }

  /**
   * Copies of templates and scalers that know something, such as {@link NearestTemplates}, ready to
   * be learnt further.
   *
   * @param start of the plan's family, size and constraint
   * @param manager owner of all arrays; it decides the device
   * @throws WeitException if they are of others
   */
  public Pretraining(PretrainPlan plan, Templates start, Seed seed, NDManager manager) {
    this(
        plan,
        plan.sampler(),
        TemplateLeaves.copyOf(requireOf(plan, start), manager),
        seed,
        Map.of("start.templates.sha256", start.sha256()));
  }

  /**
   * @param sampler made before any array, since it may refuse the plan
   * @param origin what this starts from, if it knows something
   */
  private Pretraining(
      PretrainPlan plan,
      SizeSampler sampler,
      TemplateLeaves leaves,
      Seed seed,
      Map<String, String> origin) {
    this.plan = plan;
    this.leaves = leaves;
    this.seed = seed;
    this.sampler = sampler;
    this.origin = origin;
    lastDrawn = plan.size();
    Recipe recipe = plan.recipe();
    loop =
        new TrainingLoop(
            leaves.arrays(),
            leaves.groups(plan.options(), recipe.weightDecay()),
            recipe.loop(seed.child("pretrain")));
  }

  private static Templates requireOf(PretrainPlan plan, Templates start) {
    String expected = plan.family() + " " + plan.size() + ", " + plan.constraint();
    String found = start.family() + " " + start.size() + ", " + start.bank().constraint();
    if (!found.equals(expected)
        || !start.family().equals(plan.family())
        || !start.bank().constraint().equals(plan.constraint())) {
      throw new WeitException(
          "templates to start from: expected those of %s, found those of %s"
              .formatted(expected, found));
    }
    return start;
  }

  /**
   * The templates and scalers as they are now, or their running averages if the recipe keeps some,
   * to compose models from: copies in {@code manager}, free of this.
   *
   * @param data what they were learnt from, as for {@link #artefact}
   */
  public Templates templates(Map<String, String> data, NDManager manager) {
    Artefact now = artefact(data);
    return new Templates(
        plan.family(),
        plan.size(),
        now.bank().copyTo(manager),
        now.scalers().copyTo(manager),
        now.header().provenance());
  }

  /** The templates that are trained; they change while training runs. */
  public TemplateBank bank() {
    return leaves.bank();
  }

  /** The scalers of the full size that are trained; they change while training runs. */
  public ScalerSet scalers() {
    return leaves.scalers();
  }

  /** How many steps trained each size so far. */
  public Map<Size, Long> drawn() {
    return Map.copyOf(drawn);
  }

  /** The size that the last step trained, or the running one trains: what its loss is of. */
  public Size lastDrawn() {
    return lastDrawn;
  }

  /** How many steps are done, of this run and of those that it goes on from. */
  public long position() {
    return loop.position();
  }

  /**
   * Runs the steps that are left, or until a stop is requested or the thread is interrupted, on
   * batches of a source from where this is, such as {@link Recipe#batches}.
   *
   * @return {@link TrainingResult#stopped} if steps are left; what was learnt until then can be
   *     written, and {@link #resumable} goes on from it
   * @throws WeitException if its images are not of the family's shape and number of classes, or its
   *     batches not what the plan's recipe says
   */
  public TrainingResult run(
      BatchSource source, TrainingListener listener, BooleanSupplier stopRequested) {
    return run(Lesson.ofLabels(source), listener, stopRequested);
  }

  /**
   * The same by what a teacher says, such as {@link io.github.weit.training.Distillation#lesson}.
   *
   * @throws WeitException also if smaller sizes learn from the full one (in-place distillation) and
   *     the teacher's answers are among the batches' targets, where they would learn these too: it
   *     is to be {@link io.github.weit.training.Distillation#askedAtEveryStep}
   */
  public TrainingResult run(
      Lesson lesson, TrainingListener listener, BooleanSupplier stopRequested) {
    Family family = plan.family();
    lesson.source().images().requireFor(family + "", family.inputShape(), family.classes());
    if (plan.options().inPlaceDistillation() > 0 && lesson.source().isTaught()) {
      throw new WeitException(
          "in-place distillation: a teacher's answers are among the targets, from which smaller sizes learn too; expected labels, and a teacher that is asked at every step (Distillation.askedAtEveryStep)");
    }
    try (BatchStream stream = lesson.open(plan.recipe(), loop.position())) {
      return run(stream::next, lesson.task(), listener, stopRequested);
    }
  }

  /**
   * The same on any batches.
   *
   * @param feed gives those from here on: the batch after the first {@link #position} times
   *     accumulation ones. It stays open
   */
  public TrainingResult run(
      BatchFeed<Batch> feed, TrainingListener listener, BooleanSupplier stopRequested) {
    return run(feed, network -> network, listener, stopRequested);
  }

  /**
   * The same with another loss than cross entropy.
   *
   * @param task makes the loss of the network that the drawn size gives, such as a {@link
   *     io.github.weit.training.Distillation}. With in-place distillation it is the full size's
   *     alone
   */
  public TrainingResult run(
      BatchFeed<Batch> feed,
      Function<Classification, Objective<Batch>> task,
      TrainingListener listener,
      BooleanSupplier stopRequested) {
    Classification network = this::logits;
    Objective<Batch> given = task.apply(network);
    double weight = plan.options().inPlaceDistillation();
    try {
      return loop.run(
          feed, weight == 0 ? given : inPlace(network, given, weight), listener, stopRequested);
    } catch (DivergedException e) {
      throw e.noting("It was a step at size " + lastDrawn);
    }
  }

  /**
   * Smaller sizes learn from targets that are mixed with what the full size says: crossEntropy(z,
   * (1 - a) y + a softmax(z_full)), which is a KL(full || drawn) + (1 - a) crossEntropy(z, y) up to
   * a number that does not depend on z.
   */
  private Objective<Batch> inPlace(
      Classification network, Objective<Batch> ofFullSize, double weight) {
    return (step, batch, manager) ->
        sampler.draw(step).equals(plan.size())
            ? ofFullSize.loss(step, batch, manager)
            : Ops.crossEntropy(
                network.logits(step, batch.images()),
                mixed(batch.targets(), saidByFullSize(batch.images()), weight));
  }

  private static NDArray mixed(NDArray labels, NDArray said, double weight) {
    return labels
        .mul(Ops.scalarLike(labels, 1 - weight))
        .add(said.mul(Ops.scalarLike(said, weight)));
  }

  /** Probabilities, {@code (batch, classes)}; nothing is recorded. */
  private NDArray saidByFullSize(NDArray images) {
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      NamedArrays weights = leaves.compose(plan.size());
      Pass pass = Pass.training(0, new Seed(0)).withPrecision(plan.recipe().precision());
      return plan.family().forward(weights, plan.size(), images, pass).softmax(-1);
    }
  }

  /**
   * This run as one that can be interrupted. It goes on only where the plan, the seed and the
   * templates that it started from are the same.
   *
   * @param data what its images are, as for {@link #artefact}; what a {@link Lesson} teaches
   *     belongs there too, a hash of the teacher for one, or another teacher goes on unnoticed
   */
  public Resumable resumable(Map<String, String> data) {
    Map<String, String> facts = provenance(data);
    facts.putAll(plan.family().info(plan.size()).facts());
    facts.putAll(plan.constraint().facts());
    facts.putAll(origin);
    Resumable state = loop.resumable(facts);
    return new Resumable() {
      @Override
      public long position() {
        return state.position();
      }

      @Override
      public Map<String, String> facts() {
        return state.facts();
      }

      @Override
      public Map<String, Consumer<Path>> files() {
        Map<String, Consumer<Path>> files = new TreeMap<>(state.files());
        files.put(TEMPLATES_FILE, artefact(data)::save);
        return files;
      }

      @Override
      public void load(Checkpoint checkpoint) {
        state.load(checkpoint);
        drawn.clear();
        for (long step = 0; step < position(); step++) {
          loop.steps(step).forEach(own -> drawn.merge(sampler.draw(own), 1L, Long::sum));
        }
      }
    };
  }

  /**
   * The templates and scalers as they are now, or their running averages if the recipe keeps some,
   * with how they came to be.
   *
   * @param data what they were learnt from, {@code DataFacts.of(images, normalisation)}: without it
   *     a model can be composed, and nothing knows how to normalise its images
   * @return shares the arrays of this, and is of no use after {@link #close}
   * @throws WeitException if data names another number of classes than the family has
   */
  public Artefact artefact(Map<String, String> data) {
    ImageFacts.requireClasses(data, plan.family().classes());
    Map<String, String> provenance = provenance(data);
    provenance.put("steps", Long.toString(loop.position()));
    provenance.put("macs", Long.toString(macs()));
    return leaves.artefact(loop.average(), provenance);
  }

  /**
   * Multiply-accumulates of all forward passes so far; not of a teacher's, but for this one's. At
   * most what a long holds, since a count must not end a training.
   */
  private long macs() {
    return drawn.entrySet().stream()
        .map(
            entry ->
                BigInteger.valueOf(entry.getValue())
                    .multiply(BigInteger.valueOf(macs(entry.getKey()))))
        .reduce(BigInteger.ZERO, BigInteger::add)
        .multiply(BigInteger.valueOf(plan.recipe().batchSize()))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValueExact();
  }

  /** Of one image in a step at a size. */
  private long macs(Size size) {
    long own = plan.family().cost(size).macs();
    boolean taught = plan.options().inPlaceDistillation() > 0 && !size.equals(plan.size());
    return taught ? own + plan.family().cost(plan.size()).macs() : own;
  }

  /** What decides the result. */
  private Map<String, String> provenance(Map<String, String> data) {
    Map<String, String> provenance = new TreeMap<>(data);
    provenance.putAll(plan.facts());
    provenance.put("seed", Long.toString(seed.value()));
    provenance.put(SizeSampler.OTHERS, SizeSampler.joined(sampler.others()));
    return provenance;
  }

  private NDArray logits(Step step, NDArray images) {
    Size size = sampler.draw(step);
    lastDrawn = size;
    drawn.merge(size, 1L, Long::sum);
    return plan.family()
        .forward(
            leaves.compose(size),
            size,
            images,
            Pass.training(plan.recipe().dropPath(), step.seed())
                .withPrecision(plan.recipe().precision()));
  }

  @Override
  public void close() {
    loop.close();
    leaves.close();
  }
}
