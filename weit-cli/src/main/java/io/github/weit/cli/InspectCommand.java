package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.NamedDataSets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a file or folder is. */
@Command(
    name = "inspect",
    header = "Say what a file or folder is, and whether it is whole.",
    description = {
      "Say what something is that this library reads, and check it: templates, scalers, weights and"
          + " other safetensors files, checkpoints, images in class folders, IDX files, binaries of"
          + " CIFAR. Hashes of images are those in the provenance of what is learnt from them. The"
          + " engine is not needed, and nothing is fetched.",
      "Exits with 1 if anything is wrong, and says what in one line."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit inspect templates.safetensors",
      "  weit inspect templates.safetensors.checkpoints",
      "  weit inspect photos.zip --image-size 32 --skip-images 10",
      "  weit inspect train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz",
      "  weit inspect cifar10"
    })
final class InspectCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "A file or folder; the two files of an IDX pair, images first; several .bin files of"
              + " CIFAR; or the name of a data set that has been fetched.")
  private List<String> files;

  @Mixin private PictureOptions pictures;

  @Option(
      names = "--classes",
      defaultValue = "0",
      paramLabel = "N",
      description = "Classes of an IDX pair (default: one more than the largest label).")
  private int classes;

  @Option(
      names = "--data-folder",
      paramLabel = "FOLDER",
      description = "Where fetched data sets are kept (default: ~/.weit/data).")
  private Optional<Path> dataFolder = Optional.empty();

  @Override
  public Integer call() {
    if (classes < 0 || classes > 256) {
      throw new WeitException("--classes: expected 0 to 256, found " + classes);
    }
    Path folder = dataFolder.orElseGet(NamedDataSets::standardFolder);
    Inspection.of(files, new Inspection.Reading(pictures.get(), classes, folder)).print();
    return 0;
  }
}
