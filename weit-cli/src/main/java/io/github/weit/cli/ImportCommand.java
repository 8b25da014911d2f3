package io.github.weit.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.cli.interop.CheckpointFolder;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.DenseImport;
import io.github.weit.models.Family;
import io.github.weit.models.RecognisedModel;
import io.github.weit.models.Size;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
            + " torchvision (resnet), such as the model.safetensors of a published model. Its tensors say what"
            + " model it is, and the config.json of its folder what they do not; options say it where"
            + " neither does, or something else. A tensor that is missing, left over or of another"
            + " shape is an error, unless --partial says otherwise.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit import deit_tiny/                 (model.safetensors and config.json)",
      "  weit import model.safetensors --head-size 64 --mean 0.5 --deviation 0.5",
      "  weit import resnet18.safetensors --mean 0.485,0.456,0.406 \\",
      "    --deviation 0.229,0.224,0.225",
      "",
      "weit train and weit eval take what is written here."
    })
final class ImportCommand implements Callable<Integer> {

  private static final int SHOWN = 8;

  @Parameters(
      paramLabel = "FILE|FOLDER",
      description = "A safetensors file, or a folder of model.safetensors and config.json.")
  private Path path;

  @ArgGroup(multiplicity = "0..1")
  private SizeOrPreset model = new SizeOrPreset();

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description =
          "Side of its images (default: as config.json, the tensors or the preset say, or 224).")
  private Optional<Integer> imageSize = Optional.empty();

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "Channels of its images (default: as the tensors or the preset say, or 3).")
  private Optional<Integer> channels = Optional.empty();

  @Option(
      names = "--classes",
      paramLabel = "N",
      description =
          "Its classes (default: as the tensors, config.json or the preset say, or 1000).")
  private Optional<Integer> classes = Optional.empty();

  @Mixin private ImportedImages images;

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
    return ImportWords.of("", this::take);
  }

  private int take() {
    CheckpointFolder folder = CheckpointFolder.of(path);
    Path file = folder.weights();
    OutputFile.requireOther(out, Stream.concat(folder.files().stream(), images.files()).toList());
    RecognisedModel described = model.isGiven() ? described(folder) : recognised(folder);
    Family family = described.family();
    Size size = described.size();
    family.requireLegal(size);
    folder.requireLike(family, size);
    Map<String, String> provenance = images.provenance(family, folder);
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
      notCompared(folder.notCompared(family));
      images.note(family, folder).ifPresent(note -> System.out.println("  " + note));
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

  /** What the options say, and the configuration where they do not. */
  private RecognisedModel described(CheckpointFolder folder) {
    Family family =
        model.family(
            familyOptions,
            () -> headSize(folder),
            imageSize.or(folder::imageSize).orElseGet(model::imageSize),
            channels.orElseGet(model::channels),
            classes.or(folder::classes).orElseGet(model::classes));
    return new RecognisedModel(family, model.size());
  }

  /** A usual one is no good guess: others fit the tensors just as well. */
  private int headSize(CheckpointFolder folder) {
    int width = model.size().width();
    return folder
        .heads()
        .filter(heads -> width % heads == 0)
        .map(heads -> width / heads)
        .orElseThrow(
            () ->
                new WeitException(
                    "features per attention head, which no tensor shows, are not known%s: give --head-size (64 in timm's tiny, small, base and large)"
                        .formatted(
                            folder
                                .heads()
                                .map(
                                    heads ->
                                        " of %d heads and a width of %d".formatted(heads, width))
                                .orElse(""))));
  }

  /** What the tensors say, and the configuration where they do not. */
  private RecognisedModel recognised(CheckpointFolder folder) {
    RecognisedModel found =
        RecognisedModel.of(
            folder.weights(),
            new RecognisedModel.Unsaid(
                folder.imageSize(),
                familyOptions.headSize(),
                folder.heads(),
                classes.or(folder::classes)));
    Family family = found.family();
    int side = Math.toIntExact(family.inputShape().get(1));
    int depth = Math.toIntExact(family.inputShape().get(0));
    return new RecognisedModel(
        familyOptions
            .recognised(family)
            .withClasses(classes.orElse(family.classes()))
            .withImages(imageSize.orElse(side), channels.orElse(depth)),
        found.size());
  }

  private static void notCompared(List<String> things) {
    if (!things.isEmpty()) {
      System.out.printf(
          Locale.ROOT,
          "  its configuration says %s: names and shapes are those of the model above, whether it computes"
              + " the same was not compared%n",
          String.join(", ", things));
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
