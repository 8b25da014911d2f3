package io.github.weit.models;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.files.Hashes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a pre-training leaves behind: templates of a family, and the scalers of the size they were
 * learnt at. From here come models of every size.
 *
 * @param family the architecture
 * @param size the size that was pre-trained
 * @param bank the templates; closed with this
 * @param scalers the scalers of {@code size}; closed with this
 * @param provenance how they came to be, and what images they were learnt on
 */
public record Templates(
    Family family, Size size, TemplateBank bank, ScalerSet scalers, Map<String, String> provenance)
    implements AutoCloseable {

  /** Checks that the scalers are those of the family at the size. */
  public Templates {
    requireSameTypes(family.weights(size), scalers.types());
    provenance = Map.copyOf(provenance);
  }

  /** The same arrays, not copied, with another history. */
  public Templates withProvenance(Map<String, String> value) {
    return new Templates(family, size, bank, scalers, value);
  }

  /**
   * Reads an artefact of templates.
   *
   * @param manager owner of the arrays; it decides the device
   * @throws WeitException if the file is missing, broken, no such artefact, or names a family or a
   *     size that this version does not know as it stands there
   */
  public static Templates load(Path file, NDManager manager) {
    return Stored.load(
        file,
        ArtefactHeader.Kind.TEMPLATES,
        manager,
        (family, size, artefact) ->
            new Templates(
                family, size, artefact.bank(), artefact.scalers(), artefact.header().provenance()));
  }

  /**
   * Writes the file that {@link #load} reads, as a whole or not at all; these stay open.
   *
   * @throws WeitException if the file system refuses, or the provenance names another number of
   *     classes than the family has
   */
  public void save(Path file) {
    ImageFacts.requireClasses(provenance, family.classes());
    Artefact.ofTemplates(family.info(size), bank, scalers, provenance).save(file);
  }

  /**
   * Asserts that a file's weight types are those of its family and size.
   *
   * @throws WeitException naming the first that is not
   */
  static void requireSameTypes(List<WeightType> expected, List<WeightType> found) {
    if (!expected.equals(found)) {
      String first =
          found.stream()
              .filter(type -> !expected.contains(type))
              .findFirst()
              .map(WeightType::name)
              .orElse("one is missing");
      throw new WeitException(
          "its weight types are not those of its family and size; the first that differs: "
              + first);
    }
  }

  /**
   * The scalers of another size, made from the pre-trained ones: prefixes where it is smaller,
   * tiles and interpolated layers where it is larger. They belong to {@code manager}.
   *
   * @throws WeitException if the family has no such size, or a stage there has several blocks and
   *     had one in pre-training, see {@link #compose(Size, NDManager)}
   */
  public ScalerSet scalersFor(Size target, Resize rule, NDManager manager) {
    try (NDManager scratch = manager.newSubManager();
        ScalerSet own = scalers.copyTo(scratch)) {
      return own.resize(family.weights(target), rule).copyTo(manager);
    }
  }

  /**
   * A dense model of any legal size, composed and not fitted. It belongs to {@code manager}. Where
   * it is wider than the pre-trained one its features are copies that part in training, see {@link
   * Resize#parting}. Of the templates' provenance it has what is said of images.
   *
   * <p>The first block of a residual network's stage differs from those behind it, so a stage that
   * had one block in pre-training has nothing that a second could be made of.
   *
   * @throws WeitException if the family has no such size, or a stage there has several blocks and
   *     had one in pre-training
   */
  public SizedModel compose(Size target, NDManager manager) {
    return compose(target, Resize.parting(new Seed(0)), manager);
  }

  /**
   * The same by another rule.
   *
   * @throws WeitException as above
   */
  public SizedModel compose(Size target, Resize rule, NDManager manager) {
    try (ScalerSet resized = scalersFor(target, rule, manager)) {
      return SizedModel.compose(family, target, bank, resized, manager)
          .withProvenance(ImageFacts.in(provenance));
    }
  }

  /**
   * The model of a size's scalers: composed, not fitted any further. It belongs to {@code manager},
   * and has the provenance that the scalers have.
   *
   * @throws WeitException if the scalers are of another family or constraint, or were made from
   *     other templates, as far as they say from which
   */
  public SizedModel compose(Scalers own, NDManager manager) {
    requireOwn(own);
    return SizedModel.compose(family, own.size(), bank, own.set(), manager)
        .withProvenance(own.provenance());
  }

  /**
   * Asserts that scalers go with these templates.
   *
   * @throws WeitException if they are of another family or constraint, or were made from other
   *     templates, as far as they say from which
   */
  public void requireOwn(Scalers own) {
    if (!own.family().equals(family)) {
      throw new WeitException(
          "the scalers are of %s, the templates of %s".formatted(own.family(), family));
    }
    bank.requireSameConstraint(own.set());
    String found = own.provenance().get(Scalers.TEMPLATES);
    if (found != null && !found.equals(sha256())) {
      throw new WeitException(
          "the scalers were made from other templates than these: theirs have the hash %s, these %s; scalers of one go with no other"
              .formatted(found, sha256()));
    }
  }

  /** A hash of all numbers of the templates, by which scalers know them. */
  public String sha256() {
    return Hashes.sha256(bank.arrays());
  }

  @Override
  public void close() {
    bank.close();
    scalers.close();
  }
}
