package io.github.weit.cli;

import io.github.weit.core.WeitException;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.NoImagesException;
import io.github.weit.training.data.PackedImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Decodes images once and for all. */
@Command(
    name = "pack",
    header = "Decode images once, into one file.",
    description = {
      "Read a folder or archive of images and write them, decoded and of one size, into one"
          + " safetensors file that --data takes everywhere: commands then decode nothing, and images"
          + " need not fit Java's heap. It takes a byte for each pixel and colour, and as much again"
          + " beside it while it is written.",
      "What is learnt is the same as from the folder, to the last bit."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  weit pack --data photos --image-size 96 --out photos.safetensors",
      "  weit pretrain --data photos.safetensors --size 128x6 --out templates.safetensors"
    })
final class PackCommand implements Callable<Integer> {

  private static final List<String> PARTS = List.of("train", "test");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      description =
          "A folder or archive (.zip, .tar, .tar.gz) that holds train/CLASS/IMAGE and, if there are"
              + " any, test/CLASS/IMAGE.")
  private Path data;

  @Option(
      names = "--out",
      defaultValue = "images.safetensors",
      paramLabel = "FILE",
      description = "The file to write (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private PictureOptions pictures;

  @Override
  public Integer call() {
    if (!out.toString().endsWith(".safetensors")) {
      throw new WeitException(
          "--out: expected a name that ends in .safetensors, by which --data knows it; found "
              + out);
    }
    if (!Files.exists(data)) {
      throw new WeitException("no data at '%s': expected a folder or archive".formatted(data));
    }
    OutputFile.requireWritable(out);
    OutputFile.requireOther(out, List.of(data));
    ImageFolderOptions options = pictures.get().withPixelFolder(out.toAbsolutePath().getParent());
    Map<String, ImageSet> parts = new LinkedHashMap<>();
    for (String part : PARTS) {
      try {
        String id = ImageOptions.id(data) + "/" + part;
        parts.put(part, ImageFolders.read(data, id, options.withSubPath(part)));
      } catch (NoImagesException e) {
        if (parts.isEmpty()) {
          throw e;
        }
        System.out.println(data + " has no test images");
      }
    }
    ImageSet train = parts.get("train");
    parts.values().forEach(set -> requireLike(train, set));
    PackedImages.write(out, parts);
    parts.values().forEach(set -> System.out.println(OneLine.of(set.toString())));
    System.out.println("wrote %s, %s".formatted(out, Quantity.bytes(out.toFile().length())));
    return 0;
  }

  private static void requireLike(ImageSet train, ImageSet set) {
    ImageChecks.requireClasses(train.id(), train.classes(), set, ImageChecks.SAME_FOLDERS);
    if (!ImageChecks.shape(train).equals(ImageChecks.shape(set))) {
      throw new WeitException(
          "%s has images of %s (channels x height x width), %s of %s; --image-size brings them to one"
              .formatted(train.id(), ImageChecks.shape(train), set.id(), ImageChecks.shape(set)));
    }
  }
}
