package io.github.weit.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.DenseImport;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.training.data.Normalisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes dense weights from another library's checkpoint. */
@Command(
    name = "import",
    header = "Take weights from a checkpoint of timm or torchvision.",
    description =
        "Take dense weights from a safetensors file under the names of timm (vit, convnext) or"
            + " torchvision (resnet), such as the model.safetensors of a published model. The options describe"
            + " the model it holds; a tensor that is missing, left over or of another shape is an"
            + " error, unless --partial says otherwise.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit import model.safetensors --size 192x12 --image-size 224 --patch 16 \\",
      "    --head-size 64 --classes 1000 --mean 0.5 --deviation 0.5",
      "  weit import resnet18.safetensors --preset resnet18 --mean 0.485,0.456,0.406 \\",
      "    --deviation 0.229,0.224,0.225",
      "",
      "Mean and deviation stand in the model's config.json. weit train and weit eval",
      "take what is written here."
    })
final class ImportCommand implements Callable<Integer> {

  private static final int SHOWN = 8;

  @Parameters(paramLabel = "FILE", description = "A safetensors file.")
  private Path file;

  @ArgGroup(multiplicity = "1")
  private SizeOrPreset model;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "Side of its images (default: the preset's, or 224).")
  private Optional<Integer> imageSize = Optional.empty();

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "Channels of its images (default: the preset's, or 3).")
  private Optional<Integer> channels = Optional.empty();

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Its classes (default: the preset's, or 1000).")
  private Optional<Integer> classes = Optional.empty();

  @Option(
      names = "--class-names",
      paramLabel = "FILE",
      description = "Their names, one a line (default: 0, 1, ...).")
  private Optional<Path> classNames = Optional.empty();

  @Option(
      names = "--mean",
      required = true,
      split = ",",
      paramLabel = "X",
      description =
          "Means that its images are normalised with, of 0 to 1: one, or one per channel.")
  private List<Double> mean;

  @Option(
      names = "--deviation",
      required = true,
      split = ",",
      paramLabel = "X",
      description = "Their deviations.")
  private List<Double> deviation;

  @Mixin private FamilyOptions familyOptions;

  @Option(
      names = "--partial",
      description = "Take what fits; what the file does not give starts fresh, and that is said.")
  private boolean partial;

  @Mixin private SeedOption seed;

  @Option(
      names = "--out",
      defaultValue = "weights.safetensors",
      paramLabel = "FILE",
      description = "Where the dense weights go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() {
    OutputFile.requireOther(out, read());
    Family family =
        model.family(
            familyOptions,
            imageSize.orElseGet(model::imageSize),
            channels.orElseGet(model::channels),
            classes.orElseGet(model::classes));
    Size size = model.size();
    family.requireLegal(size);
    Map<String, String> provenance = provenance(family);
    OutputFile.requireWritable(out);
    DenseImport.Mode mode = partial ? DenseImport.Mode.PARTIAL : DenseImport.Mode.STRICT;
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        DenseImport found =
            DenseImport.read(file, family, size, mode, manager, seed.get().child("import"))) {
      provenance.put("parent.sha256", Hashes.sha256(file));
      if (!found.fresh().isEmpty()) {
        provenance.put("fresh", String.join(" ", found.fresh()));
      }
      found.model().artefact(provenance).save(out);
      System.out.println(family + ", " + size);
      line("taken", found.taken());
      line("fresh", found.fresh());
      line("left over", found.leftOver());
      if (!found.ignored().isEmpty()) {
        System.out.printf(
            Locale.ROOT,
            "  %-10s %4d: counters that no forward pass reads, such as %s%n",
            "ignored",
            found.ignored().size(),
            found.ignored().get(0));
      }
      if (found.model().needsCalibration()) {
        System.out.println(
            "  the running statistics of batch norms are not all in the file: weit train measures"
                + " them");
      }
    }
    System.out.println("wrote " + out);
    return 0;
  }

  private List<Path> read() {
    return Stream.concat(Stream.of(file), classNames.stream()).toList();
  }

  private Map<String, String> provenance(Family family) {
    Map<String, String> provenance = new TreeMap<>();
    int channels = Math.toIntExact(family.inputShape().get(0));
    Normalisation normalisation =
        new Normalisation(perChannel(mean, channels), perChannel(deviation, channels));
    if (normalisation.channels() != channels) {
      throw new WeitException(
          "--mean and --deviation: expected 1 or %d numbers each, found %d and %d"
              .formatted(channels, mean.size(), deviation.size()));
    }
    boolean ofBytes =
        mean.stream().anyMatch(value -> value < 0 || value > 1)
            || deviation.stream().anyMatch(value -> value > 1);
    if (ofBytes) {
      throw new WeitException(
          "--mean and --deviation are of pixels from 0 to 1, found %s and %s; divide those of 0 to 255 by 255"
              .formatted(mean, deviation));
    }
    provenance.put(ImageFacts.NORMALISATION, normalisation.toText());
    provenance.put(ImageFacts.CLASSES, String.join("\n", names(family.classes())));
    return provenance;
  }

  private static List<Double> perChannel(List<Double> values, int channels) {
    return values.size() == 1 ? Collections.nCopies(channels, values.get(0)) : values;
  }

  private List<String> names(int classes) {
    List<String> names =
        classNames
            .map(ImportCommand::lines)
            .orElseGet(() -> IntStream.range(0, classes).mapToObj(String::valueOf).toList());
    if (names.size() != classes) {
      throw new WeitException(
          "%s: expected %d class names, one a line, found %d"
              .formatted(classNames.orElseThrow(), classes, names.size()));
    }
    return names;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new WeitException("cannot read " + file + ": " + e, e);
    }
  }

  private static void line(String what, List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    System.out.printf(
        Locale.ROOT,
        "  %-10s %4d%s%n",
        what,
        names.size(),
        what.equals("taken") || names.isEmpty()
            ? ""
            : ": " + shown + (names.size() > SHOWN ? ", ..." : ""));
  }
}
