package io.github.weit.cli.report;

import java.util.List;
import java.util.Optional;

/**
 * What was done, for the reader of a report: all that the rows themselves do not say.
 *
 * @param data the images
 * @param pretraining stage 1, done once for all sizes
 * @param fitting stage 2, done for each size
 * @param training stage 3, the same for all methods
 * @param provenance of the rows, each once; at least one
 * @param methods what is compared; rows of other methods are reported on without a description
 * @param remarks what else a reader must know of the rows, a sentence each
 */
public record Setting(
    Data data,
    Pretraining pretraining,
    Fitting fitting,
    Training training,
    List<Provenance> provenance,
    List<MethodFacts> methods,
    List<String> remarks) {

  /** Keeps copies of the lists. */
  public Setting {
    Check.that(!provenance.isEmpty(), "provenance", "that of a row or more", provenance);
    provenance = List.copyOf(provenance);
    methods = List.copyOf(methods);
    remarks = List.copyOf(remarks);
    long names = methods.stream().map(MethodFacts::name).distinct().count();
    Check.that(names == methods.size(), "methods", "each name once", names(methods));
  }

  /** Without remarks. */
  public Setting(
      Data data,
      Pretraining pretraining,
      Fitting fitting,
      Training training,
      List<Provenance> provenance,
      List<MethodFacts> methods) {
    this(data, pretraining, fitting, training, provenance, methods, List.of());
  }

  /** Without descriptions of methods. */
  public Setting(
      Data data,
      Pretraining pretraining,
      Fitting fitting,
      Training training,
      List<Provenance> provenance) {
    this(data, pretraining, fitting, training, provenance, List.of());
  }

  /** What is known of a method. */
  Optional<MethodFacts> facts(String method) {
    return methods.stream().filter(m -> m.name().equals(method)).findFirst();
  }

  /** Why a method has nothing at a size, if it refuses it. */
  Optional<String> refusal(String method, String size) {
    return facts(method).map(f -> f.refusals().get(size));
  }

  /**
   * What a method's pre-training costs, as a multiple of WeiT's; 1 where that of one is not known.
   */
  double pretrainingCost(String method) {
    Optional<Long> own = macs(method);
    Optional<Long> weit = macs(Methods.WEIT).filter(macs -> macs > 0);
    return own.isPresent() && weit.isPresent() ? (double) own.get() / weit.get() : 1;
  }

  private Optional<Long> macs(String method) {
    return facts(method).flatMap(MethodFacts::parent).map(MethodFacts.Parent::macs);
  }

  private static List<String> names(List<MethodFacts> methods) {
    return methods.stream().map(MethodFacts::name).toList();
  }

  /**
   * A data set.
   *
   * @param id as the data command knows it
   * @param hash of its content
   * @param classes how many; 1 / classes is the accuracy of guessing
   * @param pretrainingImages different images that pre-training draws from
   * @param trainingImages different images that ordinary training draws from
   * @param calibrationImages training images on which statistics of batch norms are measured before
   *     every test; 0 where models have none
   * @param testImages that accuracy is measured on, never trained on
   */
  public record Data(
      String id,
      String hash,
      int classes,
      long pretrainingImages,
      long trainingImages,
      long calibrationImages,
      long testImages) {

    /** Checks that there are classes and test images. */
    public Data {
      Check.that(classes >= 2, "classes", "2 or more", classes);
      Check.that(pretrainingImages > 0, "pretrainingImages", "1 or more", pretrainingImages);
      Check.that(trainingImages > 0, "trainingImages", "1 or more", trainingImages);
      Check.that(calibrationImages >= 0, "calibrationImages", "0 or more", calibrationImages);
      Check.that(testImages > 0, "testImages", "1 or more", testImages);
    }

    /** What even a model that is not trained is shown before it is tested, if anything. */
    Optional<String> calibration() {
      return calibrationImages == 0
          ? Optional.empty()
          : Optional.of(
              Numbers.whole(calibrationImages)
                  + " training images, on which means and variances of batch norms are measured");
    }
  }

  /**
   * Constraint-based pre-training.
   *
   * @param family of models, with what all have in common
   * @param models what they are called, for example {@code vision transformers}
   * @param size largest size composed in pre-training, named as in the rows
   * @param sizesSeen every size that a pre-training step composed, as far as it is among those
   *     compared
   * @param parameters of the dense model of the largest size
   * @param artefactParameters numbers in the artefact: templates and scalers
   * @param steps of the optimiser
   * @param batch images a step
   * @param sizeSampling how sizes were drawn, in words
   */
  public record Pretraining(
      String family,
      String models,
      String size,
      List<String> sizesSeen,
      long parameters,
      long artefactParameters,
      long steps,
      int batch,
      String sizeSampling) {

    /** Keeps a copy of the sizes. */
    public Pretraining {
      Check.that(parameters > 0, "parameters", "1 or more", parameters);
      sizesSeen = List.copyOf(sizesSeen);
    }

    /** Images seen, repeats counted. */
    public long imagesSeen() {
      return steps * batch;
    }
  }

  /**
   * Fitting of scalers to one size.
   *
   * @param steps of the optimiser; 0 if scalers were not fitted
   * @param batch images a step
   * @param images different images it draws from
   */
  public record Fitting(long steps, int batch, long images) {

    /** Images seen for one size, repeats counted. */
    public long imagesSeen() {
      return steps * batch;
    }
  }

  /**
   * Ordinary training.
   *
   * @param recipe optimiser, schedule, augmentation and where methods differ, in words
   * @param batch images a step
   * @param imagesPerEpoch images of an epoch
   */
  public record Training(String recipe, int batch, long imagesPerEpoch) {}
}
